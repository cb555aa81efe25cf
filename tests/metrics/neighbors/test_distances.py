import numpy as np
import pytest

from kerasgen.metrics.neighbors import distances
from kerasgen.metrics.neighbors.distances import Points, tiles

pytestmark = pytest.mark.host


def brute_force(x, y):
    x, y = x.astype("float64"), y.astype("float64")
    return ((x[:, None] - y[None]) ** 2).sum(-1)


def within(x, y, limits):
    found = np.zeros((len(x), len(y)), bool)
    for tile in tiles(Points(x), Points(y)):
        found[tile.rows, tile.columns] = tile.within(limits[tile.rows, None])
    return found


def cloud(kind):
    """Two sets of points, and a limit for each of the first that some others meet."""
    random = np.random.default_rng(0)
    if kind == "lattice":  # many distances are equal, far from the origin
        x, y = (random.integers(500, 503, (n, 5)) for n in (90, 80))
    if kind == "normal":
        x, y = (random.normal(size=(n, 20)) for n in (90, 80))
    if kind == "collapsed":  # apart by what single precision hardly shows
        x, y = (1.0 + 1e-6 * random.normal(size=(n, 20)) for n in (90, 80))
    if kind == "outlier":
        x, y = (random.normal(size=(n, 20)) for n in (90, 80))
        y[7] *= 1e12
    x, y = x.astype("float32"), y.astype("float32")
    squares = brute_force(x, y)
    return x, y, squares, squares[np.arange(90), random.integers(80, size=90)]


KINDS = ("lattice", "normal", "collapsed", "outlier")


@pytest.mark.parametrize("tile", [7, 2048])
@pytest.mark.parametrize("kind", KINDS)
def test_decisions_are_those_of_the_definition(kind, tile, monkeypatch):
    monkeypatch.setattr(distances, "TILE", tile)
    x, y, squares, limits = cloud(kind)
    np.testing.assert_array_equal(within(x, y, limits), squares <= limits[:, None])


@pytest.mark.parametrize("scale", [1e-30, 1e19])
def test_decisions_at_any_scale(scale):
    x, y, squares, limits = cloud("normal")
    x, y = x * scale, y * scale
    squares = brute_force(x, y)
    limits = squares.min(axis=1)
    np.testing.assert_array_equal(within(x, y, limits), squares <= limits[:, None])


def test_limits_may_be_for_columns():
    x, y, squares, _ = cloud("lattice")
    limits = np.median(squares, axis=0)
    (tile,) = tiles(Points(x), Points(y))
    np.testing.assert_array_equal(tile.within(limits[None]), squares <= limits)


@pytest.mark.parametrize("kind", KINDS)
def test_candidates_hold_the_nearest(kind):
    x, y, squares, limits = cloud(kind)
    (tile,) = tiles(Points(x), Points(y))
    rows, columns, found = tile.candidates(limits, 3)
    np.testing.assert_array_equal(found, squares[rows, columns])
    for row in range(len(x)):
        nearest = np.sort(squares[row])[:3]
        nearest = nearest[nearest <= limits[row]]
        held = np.sort(found[rows == row])[: len(nearest)]
        np.testing.assert_array_equal(held, nearest)


def test_candidates_nearer_to_one_another_than_single_precision_tells():
    random = np.random.default_rng(0)
    y = 10 * random.normal(size=(500, 64))
    y[50:60] /= np.linalg.norm(y[50:60], axis=1, keepdims=True)
    y[50:60] *= 1 + 1e-5 * np.arange(10)[::-1, None]
    x = np.zeros((1, 64))
    x, y = (100 + z.astype("float64") for z in (x, y))
    (tile,) = tiles(Points(x), Points(y))
    _, columns, found = tile.candidates(np.array([np.inf]), 3)
    np.testing.assert_array_equal(columns[np.argsort(found)[:3]], [59, 58, 57])


@pytest.fixture
def settled(monkeypatch):
    """Numbers of pairs of which the definition was asked."""
    pairs, define = [], distances.squared_differences

    def counted(x, y):
        pairs.append(len(x))
        return define(x, y)

    monkeypatch.setattr(distances, "squared_differences", counted)
    return pairs


def test_few_distances_are_settled_by_definition(settled):
    x = np.random.default_rng(0).normal(size=(500, 64)).astype("float32")
    within(x, x[::-1], np.full(500, 120.0))
    assert sum(settled) < 500


def test_points_near_one_another_are_told_apart_by_a_finer_product(settled):
    x, y, _, limits = cloud("collapsed")
    within(x, y, limits)
    assert sum(settled) < 1000  # of 7,200
