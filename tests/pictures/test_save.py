import numpy as np
import pytest
from PIL import Image

from kerasgen.pictures import save_animation, save_image

pytestmark = pytest.mark.host


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
