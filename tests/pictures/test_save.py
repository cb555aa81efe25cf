import numpy as np
import pytest
from PIL import Image

from kerasgen.pictures import save_animation, save_each, save_image

pytestmark = pytest.mark.host


@pytest.mark.parametrize("channels", [1, 3])
def test_a_saved_png_holds_the_same_pixels(tmp_path, channels):
    image = np.random.default_rng(0).integers(0, 255, (5, 6, channels)).astype("uint8")
    save_image(tmp_path / "new" / "x.png", image)
    with Image.open(tmp_path / "new" / "x.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), image.squeeze())


def test_each_picture_has_a_file_of_its_own(tmp_path):
    images = np.random.default_rng(0).integers(0, 255, (3, 5, 6, 3)).astype("uint8")
    save_each(tmp_path / "new", images)
    paths = sorted((tmp_path / "new").iterdir())
    assert [path.name for path in paths] == ["00000.png", "00001.png", "00002.png"]
    for path, image in zip(paths, images, strict=True):
        with Image.open(path) as picture:
            np.testing.assert_array_equal(np.asarray(picture), image)
    with pytest.raises(ValueError, match="`folder` must be empty.*new'"):
        save_each(tmp_path / "new", images)


def test_animation_has_every_frame(tmp_path):
    frames = [np.full((4, 4, 1), 60 * i, "uint8") for i in range(4)]
    save_animation(tmp_path / "x.gif", frames)
    with Image.open(tmp_path / "x.gif") as picture:
        assert picture.n_frames == 4


GRAY = np.zeros((4, 4, 1), "uint8")


@pytest.mark.parametrize(
    ("images", "times", "message"),
    [
        ([], {}, "at least one picture.*Received: no pictures"),
        (3, {}, "`images` must be a sequence of arrays. Received: images=3"),
        ([GRAY, GRAY[:2]], {}, r"one shape. Received: \(2, 4, 1\), \(4, 4, 1\)"),
        ([GRAY / 2], {}, "must be a uint8 array.*Received: float64"),
        ([GRAY[..., 0]], {}, r"uint8 array of shape \(4, 4\)"),
        ([GRAY], {"milliseconds": 0}, "milliseconds=0"),
        ([GRAY], {"last": 1.5}, "last=1.5"),
    ],
)
def test_what_is_no_animation_is_refused(tmp_path, images, times, message):
    with pytest.raises(ValueError, match=message):
        save_animation(tmp_path / "x.gif", images, **times)
    assert not list(tmp_path.iterdir())


def test_what_is_no_folder_or_no_pictures_is_refused(tmp_path):
    with pytest.raises(ValueError, match="`folder` must be a path.*folder=None"):
        save_each(None, [GRAY])
    with pytest.raises(ValueError, match="`images` must be a sequence.*images=None"):
        save_each(tmp_path, None)


def test_what_is_no_picture_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"Received: float64 array of shape \(2, 4\)"):
        save_image(tmp_path / "x.png", np.zeros((2, 4)))
    assert not list(tmp_path.iterdir())
