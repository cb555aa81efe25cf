import numpy as np
import pytest

from kerasgen.metrics.neighbors import distances
from kerasgen.metrics.neighbors.distances import Points
from kerasgen.metrics.neighbors.nearest_points import NearestPoints

pytestmark = pytest.mark.host


def nearest(queries, points, k, batch_size):
    found = NearestPoints(Points(queries), k)
    for i in range(0, len(points), batch_size):
        found.update(Points(points[i : i + batch_size]))
    return found


@pytest.mark.parametrize("tile", [6, 2048])
@pytest.mark.parametrize("batch_size", [1, 10, 70])
@pytest.mark.parametrize("kind", ["lattice", "normal"])
def test_they_are_those_of_all_distances(kind, batch_size, tile, monkeypatch):
    monkeypatch.setattr(distances, "TILE", tile)
    random = np.random.default_rng(0)
    if kind == "lattice":
        queries, points = (random.integers(0, 3, (n, 4)) for n in (40, 70))
    else:
        queries, points = (random.normal(size=(n, 30)) for n in (40, 70))
    queries, points = queries.astype("float32"), points.astype("float32")
    squares = ((queries[:, None].astype("float64") - points) ** 2).sum(-1)
    order = np.argsort(squares, axis=1, kind="stable")[:, :5]
    found = nearest(queries, points, 5, batch_size)
    np.testing.assert_array_equal(found.indices, order)
    np.testing.assert_array_equal(
        found.squares, np.take_along_axis(squares, order, axis=1)
    )


def test_fewer_points_than_asked_for_leave_the_rest_at_infinity():
    found = nearest(np.zeros((2, 3)), np.ones((1, 3)), 2, 1)
    np.testing.assert_array_equal(found.squares, [[3.0, np.inf]] * 2)
