import numpy as np
import pytest

from kerasgen.pictures import image_grid, side_by_side

pytestmark = pytest.mark.host


def numbered(n, channels=1):
    images = np.zeros((n, 3, 4, channels), "uint8")
    images += np.arange(n, dtype="uint8")[:, None, None, None]
    return images


def test_grid_places_images_in_rows():
    grid = image_grid(numbered(5), columns=3, padding=1)
    assert grid.shape == (2 * 4 + 1, 3 * 5 + 1, 1)
    assert (grid[1:4, 6:10] == 1).all()
    assert (grid[5:8, 1:5] == 3).all()
    assert (grid[5:8, 11:15] == 255).all()  # the sixth place is empty
    assert (grid[0] == 255).all()


def test_grid_is_as_square_as_can_be():
    assert image_grid(numbered(64), padding=0).shape == (24, 32, 1)


@pytest.mark.parametrize(
    "images",
    [np.zeros((2, 3, 4), "uint8"), np.zeros((2, 3, 4, 1)), numbered(0), numbered(2, 2)],
)
def test_grid_refuses_what_is_not_a_batch_of_images(images):
    with pytest.raises(ValueError, match="Received"):
        image_grid(images)


@pytest.mark.parametrize(
    "arguments", [{"columns": -3}, {"columns": 0}, {"columns": 1.5}, {"padding": -1}]
)
def test_grid_refuses_numbers_out_of_range(arguments):
    (name,) = arguments
    with pytest.raises(ValueError, match=f"`{name}` must.*Received: {name}="):
        image_grid(numbered(4), **arguments)


def test_two_pictures_side_by_side_are_as_high_and_as_colorful_as_the_larger():
    left, right = numbered(2, channels=3), 7 + numbered(2)[:, :2, :3]
    both = side_by_side(left, right, padding=1)
    assert both.shape == (2, 3, 4 + 1 + 3, 3)
    np.testing.assert_array_equal(both[:, :, :4], left)
    assert (both[:, :, 4] == 255).all()
    assert (both[:, :2, 5:] == right).all()
    assert (both[:, 2, 5:] == 255).all()


@pytest.mark.parametrize("right", [None, np.zeros((3, 2, 2, 1)), np.zeros((2, 2))])
def test_what_stands_side_by_side_is_as_many_pictures(right):
    with pytest.raises(ValueError, match="as many pictures each. Received: shapes"):
        side_by_side(np.zeros((2, 2, 2, 1)), right)
