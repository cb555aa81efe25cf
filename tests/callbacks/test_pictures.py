import numpy as np
import pytest
from PIL import Image

from kerasgen.callbacks import image_grid, save_animation, save_image


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


@pytest.mark.parametrize("channels", [1, 3])
def test_a_saved_png_holds_the_same_pixels(tmp_path, channels):
    image = np.random.default_rng(0).integers(0, 255, (5, 6, channels)).astype("uint8")
    save_image(tmp_path / "new" / "x.png", image)
    with Image.open(tmp_path / "new" / "x.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), image.squeeze())


def test_animation_has_every_frame(tmp_path):
    frames = [np.full((4, 4, 1), 60 * i, "uint8") for i in range(4)]
    save_animation(tmp_path / "x.gif", frames)
    with Image.open(tmp_path / "x.gif") as picture:
        assert picture.n_frames == 4
