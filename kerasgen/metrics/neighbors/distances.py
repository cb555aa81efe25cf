"""Squared distances of rows in tiles, with decisions that rounding cannot change.

The definition is `sum((x - y)^2)` in float64. A matrix product gives the same numbers
far faster, `|x|^2 + |y|^2 - 2 x.y`, but rounded: equal rows come out apart, and a tie
falls to one side or the other with the size of the tile. So the product only settles
what lies beyond a bound on its error, and the definition settles the rest.

Reference:
    Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, 2002, section
    3.1 (the bound).
"""

import numpy as np

TILE = 2048  # most rows and columns of a tile
NUMBERS = 2**22  # most numbers in the rows of a tile: 16 MB in float32
PAIRS = 2**20  # numbers subtracted together by the definition
FEW = 1 / 50  # of a tile: settling more by definition is slower than a finer product


def squared_differences(x, y):
    """`sum((x - y)^2)` of each pair of rows, in float64: `(pairs,)`."""
    apart = x.astype("float64")
    apart -= y
    apart *= apart
    return apart.sum(axis=1)


class Points:
    """Rows to measure distances between.

    Args:
        features: float32, float64 or uint8 array `(n, size)`.
        rows: Which rows, integers `(m,)`; None takes all, in order.

    Attributes:
        norms: Squared norms, float64 `(m,)`.
    """

    def __init__(self, features, rows=None):
        self.features = features
        self.rows = np.arange(len(features)) if rows is None else rows
        self.norms = np.concatenate(
            [np.zeros(0), *(_squared_norms(self[part]) for part in self.parts())]
        )

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, key):
        return self.features[self.rows[key]]

    def parts(self):
        """Slices that cover all rows, each small enough for a tile."""
        size = max(1, min(TILE, NUMBERS // self.features.shape[1]))
        for start in range(0, len(self), size):
            yield slice(start, min(start + size, len(self)))


def tiles(x, y):
    """Tiles that cover all pairs of `x` with `y`, both `Points`."""
    for rows in x.parts():
        for columns in y.parts():
            yield Tile(x, rows, y, columns)


class Tile:
    """Distances of the rows of a part of `x` to the rows of a part of `y`.

    Args:
        x, y: `Points`.
        rows, columns: Slices of `x` and `y`.
    """

    def __init__(self, x, rows, y, columns):
        self.rows, self.columns = rows, columns
        self._x, self._y = x[rows], y[columns]
        self._norms = x.norms[rows, None], y.norms[columns]
        self._scale = x.norms[rows].max() + y.norms[columns].max()
        # Squares of very large or small numbers do not fit float32.
        coarse = 1e-20 < self._scale < 1e30 and self._x.shape[1] < NUMBERS
        self._multiply("float32" if coarse else "float64")

    def within(self, limits):
        """Whether each squared distance is at most its limit.

        Args:
            limits: float64 `(rows, 1)` or `(1, columns)`.

        Returns:
            Booleans `(rows, columns)`.
        """
        inside, unsure = self._sort_out(limits)
        if np.count_nonzero(unsure) > FEW * unsure.size and self._refine():
            inside, unsure = self._sort_out(limits)
        limits = np.broadcast_to(limits, inside.shape)
        for rows, columns in self._chunks(unsure):
            exact = self._exact(rows, columns)
            inside[rows, columns] = exact <= limits[rows, columns]
        return inside

    def candidates(self, limits, k):
        """Pairs among which are the `k` nearest of each row, if within its limit.

        Args:
            limits: Squared distances, float64 `(rows,)`.
            k: How many to find for each row.

        Returns:
            Rows, columns and squared distances of pairs, each `(pairs,)`.
        """
        close = self._close(limits, k)
        allowed = FEW * close.size + k * len(close)
        if np.count_nonzero(close) > allowed and self._refine():
            close = self._close(limits, k)
        found = [
            (rows, columns, self._exact(rows, columns))
            for rows, columns in self._chunks(close)
        ]
        return tuple(np.concatenate(part) for part in zip(*found, strict=True))

    def _multiply(self, dtype):
        x, y = (z.astype(dtype, copy=False) for z in (self._x, self._y))
        self._rounded = x @ y.T
        self._rounded *= -2.0
        for norms in self._norms:
            self._rounded += norms.astype(dtype)
        # The product, by Higham; all other rounding, that of the definition included,
        # counts for less than 100 more terms.
        error = (x.shape[1] + 100) * np.finfo(dtype).eps / 2.0
        self._error = error / (1.0 - error) * self._scale

    def _refine(self):
        """Goes from float32 to float64; False if it is that already."""
        if self._rounded.dtype == "float64":
            return False
        self._multiply("float64")
        return True

    def _sort_out(self, limits):
        low, high = (self._as_rounded(limits + e) for e in (-self._error, self._error))
        inside = self._rounded < low
        return inside, inside ^ (self._rounded <= high)

    def _close(self, limits, k):
        limits = self._as_rounded(limits + self._error)
        close = self._rounded <= limits[:, None]
        crowded = np.count_nonzero(close, axis=1) > k
        if crowded.any():
            rounded = self._rounded[crowded]
            kth = np.partition(rounded, k - 1, axis=1)[:, k - 1]
            # Whatever is nearer than these k is within the error of the last of them.
            kth = self._as_rounded(kth + 2.0 * self._error)
            close[crowded] &= rounded <= kth[:, None]
        return close

    def _as_rounded(self, limits):
        # No distance in the tile is near 4 scales: a limit above needs no precision.
        return np.minimum(limits, 4.0 * self._scale).astype(self._rounded.dtype)

    def _chunks(self, pairs):
        """The true places of a boolean tile, few at a time."""
        rows, columns = np.nonzero(pairs)
        size = max(1, PAIRS // self._x.shape[1])
        for start in range(0, max(1, len(rows)), size):
            yield rows[start : start + size], columns[start : start + size]

    def _exact(self, rows, columns):
        return squared_differences(self._x[rows], self._y[columns])


def _squared_norms(x):
    x = x.astype("float64")
    return np.einsum("ij,ij->i", x, x)
