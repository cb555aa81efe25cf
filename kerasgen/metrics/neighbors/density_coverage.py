"""Density and coverage of a generator."""

from typing import NamedTuple

import numpy as np

from kerasgen.arguments import check_positive
from kerasgen.metrics.features import check_pair
from kerasgen.metrics.neighbors.distances import tiles
from kerasgen.metrics.neighbors.neighborhoods import (
    DistinctPoints,
    Neighborhoods,
    share,
)


class DensityCoverage(NamedTuple):
    """Density, at least 0 and 1 for equal distributions; coverage from 0 to 1."""

    density: float
    coverage: float


def density_coverage(real, fake, k=5):
    """Precision and recall that a few outliers do not change much.

    Density is the number of balls around real images that a generated one is in, as a
    mean, divided by `k`; coverage the share of these balls with a generated image in.
    A ball reaches to the k-th nearest other real image; its border is inside.

    Args:
        real, fake: Features, array-like `(n, size)` and `(m, size)`.
        k: Which neighbor a ball reaches to, less than the number of real images.

    Returns:
        `(density, coverage)`. Memory beyond the features is some 200 MB; time grows
        with the square of the number of images. Neither order nor blocks matter.

    Raises:
        ValueError: If there are too few images, sizes of features differ, or a value
            is not finite.

    Reference:
        Naeem et al., 2020, arXiv:2002.09797, section 3.

    Differences:
        The authors' code leaves out the border. This is seen only where distances are
        equal, as with copies of real images.
    """
    check_positive(k=k)
    real, fake = check_pair(real, fake, (k + 1, 1), f"one more than k={k}")
    real, fake = DistinctPoints(real), DistinctPoints(fake)
    tally = DensityCoverageTally(real, fake, Neighborhoods(real, k), k)
    for tile in tiles(real, fake):
        tally.add(tile)
    return tally.result()


class DensityCoverageTally:
    """Density and coverage from tiles of distances, real rows to generated columns.

    Args:
        real, fake: `DistinctPoints`.
        balls: `Neighborhoods` of the real ones.
        k: As above.
    """

    def __init__(self, real, fake, balls, k):
        self.real, self.fake, self.k = real, fake, k
        self.radii = balls.squared_radii(k)
        self.pairs = 0.0  # an integer, exact up to 2**53
        self.covered = np.zeros(len(real), bool)

    def add(self, tile):
        inside = tile.within(self.radii[tile.rows, None])
        columns = inside @ self.fake.counts[tile.columns].astype("float64")
        self.pairs += columns @ self.real.counts[tile.rows]
        self.covered[tile.rows] |= inside.any(axis=1)

    def result(self):
        density = self.pairs / (self.k * self.fake.total)
        return DensityCoverage(float(density), share(self.covered, self.real))
