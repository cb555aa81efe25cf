"""A number with its spread."""

from typing import NamedTuple


class Estimate(NamedTuple):
    """A mean and the standard deviation (divided by `n`) of what it is the mean of."""

    mean: float
    std: float
