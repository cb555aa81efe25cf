import numpy as np
import pytest

from kerasgen.adversarial import tiles

pytestmark = pytest.mark.host


@pytest.mark.parametrize(
    ("size", "tile", "overlap"), [(8, 8, 2), (9, 8, 2), (100, 16, 4), (31, 7, 6)]
)
def test_tiles_cover_a_side_and_overlap(size, tile, overlap):
    found = tiles.starts(size, tile, overlap)
    assert (found[0], found[-1]) == (0, size - tile)
    steps = np.diff(found)
    assert (steps > 0).all() and (steps <= tile - overlap).all()


def test_no_tile_more_than_needed():
    assert tiles.starts(14, 8, 2).tolist() == [0, 6]
    assert tiles.starts(15, 8, 2).tolist() == [0, 4, 7]


def test_tiles_of_a_picture_make_the_picture():
    picture = np.random.default_rng(0).normal(size=(13, 20, 3))
    places = tiles.corners(picture.shape, 8, 3)
    parts = tiles.cut(picture, places, 8)
    found = tiles.joined(parts, places, picture.shape, 3)
    np.testing.assert_allclose(found, picture, atol=1e-6)


def test_one_tile_turns_into_the_next_without_a_step():
    """Two tiles, black and white, overlap by four of eight pixels."""
    parts = np.stack([np.zeros((8, 8, 1)), np.ones((8, 8, 1))])
    found = tiles.joined(parts, [(0, 0), (0, 4)], (8, 12), 4)
    row = found[3, :, 0]
    np.testing.assert_allclose(row[:4], 0.0)
    np.testing.assert_allclose(row[4:8], [0.2, 0.4, 0.6, 0.8], atol=1e-6)
    np.testing.assert_allclose(row[8:], 1.0)
