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
    real, fake = DistinctPoints(real), DistinctPoints(fake)
    real_balls, fake_balls = Neighborhoods(real, k), Neighborhoods(fake, precision_k)
    tallies = (
        PrecisionRecallTally(real, fake, real_balls, fake_balls, precision_k),
        DensityCoverageTally(real, fake, real_balls, density_k),
    )
    for tile in tiles(real, fake):
        for tally in tallies:
            tally.add(tile)
    return PRDC(*(number for tally in tallies for number in tally.result()))
