"""The nearest of a stream of points."""

import numpy as np

from kerasgen.metrics.neighbors.distances import Tile


class NearestPoints:
    """The `k` nearest of all points of a stream, for each of some queries.

    Distances are those of their definition in float64, whatever the size of batches
    and tiles. Of points at one distance the earlier one is nearer.

    Args:
        queries: `Points`.
        k: How many; there must be as many in the stream.

    Attributes:
        squares: Squared distances, ascending, float64 `(queries, k)`.
        indices: Places of the points in the stream, integers `(queries, k)`.
        count: Number of points so far.
    """

    def __init__(self, queries, k):
        self.queries = queries
        self.k = k
        self.squares = np.full((len(queries), k), np.inf)
        self.indices = np.full((len(queries), k), -1)
        self.count = 0

    def update(self, points):
        """Goes on with the next points of the stream, `Points`."""
        for columns in points.parts():
            for rows in self.queries.parts():
                self._add(Tile(self.queries, rows, points, columns))
        self.count += len(points)

    def _add(self, tile):
        squares, indices = self.squares[tile.rows], self.indices[tile.rows]
        k = min(self.k, tile.columns.stop - tile.columns.start)
        rows, columns, found = tile.candidates(squares[:, -1], k)
        if not len(rows):
            return
        rows = np.concatenate([np.repeat(np.arange(len(squares)), self.k), rows])
        columns = columns + self.count + tile.columns.start
        columns = np.concatenate([indices.ravel(), columns])
        found = np.concatenate([squares.ravel(), found])
        order = np.lexsort((found, rows))  # stable: of equal ones the earlier first
        # Each row has at least the k it had before.
        first = np.searchsorted(rows[order], np.arange(len(squares)))
        best = order[first[:, None] + np.arange(self.k)]
        squares[:], indices[:] = found[best], columns[best]
