import time

import numpy as np
import pytest

from kerasgen.pictures import voxel_views

pytestmark = pytest.mark.host


def solid(*slices, side=16):
    body = np.zeros((1, side, side, side), "uint8")
    body[(0, *slices)] = 1
    return body


def seen(body):
    """Rows and columns of the picture that show the body."""
    return np.argwhere(voxel_views(body)[0, ..., 0] < 255)


def test_an_empty_grid_is_white_and_a_full_one_fits():
    empty, full = voxel_views(np.stack([np.zeros((8, 8, 8)), np.ones((8, 8, 8))]) > 0)
    assert empty.shape == (96, 96, 1) and (empty == 255).all()
    assert (full < 255).mean() > 0.4
    for edge in (full[0], full[-1], full[:, 0], full[:, -1]):
        assert (edge == 255).mean() > 0.8


def test_the_last_axis_points_upwards():
    low = seen(solid(slice(6, 10), slice(6, 10), slice(0, 3)))
    high = seen(solid(slice(6, 10), slice(6, 10), slice(13, 16)))
    assert high[:, 0].max() < low[:, 0].min()
    assert abs(high[:, 1].mean() - low[:, 1].mean()) < 1


def test_the_first_axis_points_to_the_right_and_the_second_away():
    middle = slice(6, 10)
    left = seen(solid(slice(0, 3), middle, middle)).mean(axis=0)
    right = seen(solid(slice(13, 16), middle, middle)).mean(axis=0)
    near = seen(solid(middle, slice(0, 3), middle)).mean(axis=0)
    far = seen(solid(middle, slice(13, 16), middle)).mean(axis=0)
    assert right[1] > left[1] + 10
    assert far[0] < near[0] - 5  # higher up, since the eye is above


def test_what_is_nearer_hides_what_is_behind():
    body = solid(slice(0, 16), slice(0, 2), slice(0, 16))
    hidden = body.copy()
    hidden[0, 2:8, 6:10, 2:6] = 1
    np.testing.assert_array_equal(voxel_views(body), voxel_views(hidden))


def test_three_sides_of_a_cube_are_told_apart():
    picture = voxel_views(solid(*[slice(4, 12)] * 3))[0, ..., 0].astype(int)
    rows, columns = np.nonzero(picture < 255)
    middle = int(columns.mean())
    top = picture[rows.min() + 8, middle]
    left, right = (picture[int(rows.mean()) + 8, middle + way] for way in (-8, 14))
    assert top > left + 10 > right + 20


def test_sixty_four_samples_take_a_moment():
    random = np.random.default_rng(0)
    bodies = (random.random((64, 32, 32, 32)) > 0.8).astype("uint8")
    start = time.process_time()
    views = voxel_views(bodies)
    assert time.process_time() - start < 10  # 1 on a quiet machine
    assert len(views) == 64 and len(np.unique(views)) > 50


@pytest.mark.parametrize("shape", [(2, 5, 9, 17), (1, 1, 1, 1)])
def test_grids_need_not_be_cubes(shape):
    assert (voxel_views(np.ones(shape, bool)) < 255).any(axis=(1, 2, 3)).all()


@pytest.mark.parametrize(
    "voxels", [np.zeros((4, 4, 4), "uint8"), np.zeros((1, 4, 4, 4), "float32")]
)
def test_other_arrays_are_refused(voxels):
    with pytest.raises(ValueError, match=r"`voxels` must be.*Received"):
        voxel_views(voxels)
