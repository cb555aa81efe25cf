"""Precision, recall, density and coverage together."""

from typing import NamedTuple

from kerasgen.arguments import check_positive
from kerasgen.metrics.features import check_pair
from kerasgen.metrics.neighbors.density_coverage import DensityCoverageTally
from kerasgen.metrics.neighbors.distances import tiles
from kerasgen.metrics.neighbors.neighborhoods import DistinctPoints, Neighborhoods
from kerasgen.metrics.neighbors.precision_recall import PrecisionRecallTally


class PRDC(NamedTuple):
    """As `PrecisionRecall` and `DensityCoverage`."""

    precision: float
    recall: float
    density: float
    coverage: float


def prdc(real, fake, precision_k=3, density_k=5):
    """`precision_recall` and `density_coverage` from one look at the distances.

    Args:
        real, fake: Features, array-like `(n, size)` and `(m, size)`.
        precision_k, density_k: `k` of either function, less than the number of images.

    Returns:
        `(precision, recall, density, coverage)`.

    Raises:
        ValueError: As theirs.
    """
    check_positive(precision_k=precision_k, density_k=density_k)
    k = max(precision_k, density_k)
    real, fake = check_pair(real, fake, [k + 1] * 2, f"one more than k={k}")
    return AgainstReal(real, precision_k, density_k)(fake)


class AgainstReal:
    """`prdc` of several generated sets against the same real one.

    Neighborhoods of the real features are searched once, when it is made.

    Args:
        real: Features `(n, size)`, as `check_features` returns them.
        precision_k, density_k: As for `prdc`.
    """

    def __init__(self, real, precision_k=3, density_k=5):
        self.real = DistinctPoints(real)
        self.balls = Neighborhoods(self.real, max(precision_k, density_k))
        self.precision_k, self.density_k = precision_k, density_k

    def __call__(self, fake):
        """`PRDC` of generated features `(m, size)`, checked like the real ones."""
        fake = DistinctPoints(fake)
        balls = self.balls, Neighborhoods(fake, self.precision_k)
        tallies = (
            PrecisionRecallTally(self.real, fake, *balls, self.precision_k),
            DensityCoverageTally(self.real, fake, self.balls, self.density_k),
        )
        for tile in tiles(self.real, fake):
            for tally in tallies:
                tally.add(tile)
        return PRDC(*(number for tally in tallies for number in tally.result()))
