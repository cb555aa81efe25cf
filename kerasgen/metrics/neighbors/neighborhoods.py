"""Balls around points that reach to their k-th neighbor."""

import hashlib

import numpy as np

from kerasgen.metrics.neighbors.distances import Points
from kerasgen.metrics.neighbors.nearest_points import NearestPoints


class DistinctPoints(Points):
    """Rows of features, equal ones once.

    A generator that has collapsed makes one image again and again: there is nothing to
    tell its distances to itself apart by.

    Args:
        features: float array `(n, size)`.

    Attributes:
        counts: How often each row occurs, integers `(m,)`.
    """

    def __init__(self, features):
        digests = [hashlib.blake2b(row, digest_size=16).digest() for row in features]
        places = {}
        which = [places.setdefault(digest, len(places)) for digest in digests]
        super().__init__(features, np.unique(which, return_index=True)[1])
        self.counts = np.bincount(which)

    @property
    def total(self):
        """Number of rows, equal ones as often as they occur."""
        return len(self.features)


class Neighborhoods:
    """Around each distinct point the ball that reaches to its k-th nearest other.

    Args:
        points: `DistinctPoints`.
        k: Largest `k` to ask for, less than the number of rows.
    """

    def __init__(self, points, k):
        nearest = NearestPoints(points, min(k + 1, len(points)))
        nearest.update(points)
        self._squares = nearest.squares
        # How many rows are within each distance, the row itself left out.
        self._others = np.cumsum(points.counts[nearest.indices], axis=1) - 1

    def squared_radii(self, k):
        """float64 `(points,)`."""
        kth = np.argmax(self._others >= k, axis=1)
        return np.take_along_axis(self._squares, kth[:, None], axis=1)[:, 0]


def share(chosen, points):
    """Share of rows whose distinct points are chosen, booleans `(points,)`."""
    return float(points.counts[chosen].sum() / points.total)
