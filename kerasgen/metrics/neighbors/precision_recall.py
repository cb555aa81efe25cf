"""Precision and recall of a generator."""

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


class PrecisionRecall(NamedTuple):
    """Shares of generated and of real images, from 0 to 1."""

    precision: float
    recall: float


def precision_recall(real, fake, k=3):
    """How many generated images are realistic, and how much of reality is generated.

    Precision is the share of generated images within a ball around some real one that
    reaches to its k-th nearest other real one; recall the same with roles exchanged.
    A point on the border is inside.

    Args:
        real, fake: Features, array-like `(n, size)` and `(m, size)`.
        k: Which neighbor a ball reaches to, less than either number of images.

    Returns:
        `(precision, recall)`. Memory beyond the features is some 200 MB; time grows
        with the square of the number of images. Neither order nor blocks matter.

    Raises:
        ValueError: If there are too few images, sizes of features differ, or a value
            is not finite.

    Reference:
        Kynkäänniemi et al., 2019, arXiv:1904.06991, section 2.
    """
    check_positive(k=k)
    real, fake = check_pair(real, fake, [k + 1] * 2, f"one more than k={k}")
    real, fake = DistinctPoints(real), DistinctPoints(fake)
    tally = PrecisionRecallTally(
        real, fake, Neighborhoods(real, k), Neighborhoods(fake, k), k
    )
    for tile in tiles(real, fake):
        tally.add(tile)
    return tally.result()


class PrecisionRecallTally:
    """Precision and recall from tiles of distances, real rows to generated columns.

    Args:
        real, fake: `DistinctPoints`.
        real_balls, fake_balls: Their `Neighborhoods`.
        k: As above.
    """

    def __init__(self, real, fake, real_balls, fake_balls, k):
        self.real, self.fake = real, fake
        self.real_radii = real_balls.squared_radii(k)
        self.fake_radii = fake_balls.squared_radii(k)
        self.real_inside = np.zeros(len(real), bool)
        self.fake_inside = np.zeros(len(fake), bool)

    def add(self, tile):
        in_real = tile.within(self.real_radii[tile.rows, None])
        in_fake = tile.within(self.fake_radii[None, tile.columns])
        self.fake_inside[tile.columns] |= in_real.any(axis=0)
        self.real_inside[tile.rows] |= in_fake.any(axis=1)

    def result(self):
        return PrecisionRecall(
            share(self.fake_inside, self.fake), share(self.real_inside, self.real)
        )
