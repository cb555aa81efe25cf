import numpy as np
import pytest
from PIL import Image, ImageSequence

from kerasgen.latent import animation, draw, picture, spherical, walk
from kerasgen.pictures import image_grid

PATHS = np.array([[[0, 0], [3, 0], [6, 0]], [[7, 0], [9, 0], [12, 0]]])
VALUES = 128 + 10 * PATHS[..., 0]
HELD = {"codes": [[0]]}


def frames_of(path):
    with Image.open(path) as film:
        return [np.asarray(f.convert("RGB")) for f in ImageSequence.Iterator(film)]


def test_each_row_of_a_picture_is_one_path(painter, tmp_path):
    grid = picture(painter(), PATHS, tmp_path / "paths.png", padding=1, **HELD)
    assert grid.shape == (5, 7, 3)
    np.testing.assert_array_equal(grid[1::2, 1::2, 0], VALUES)
    np.testing.assert_array_equal(frames_of(tmp_path / "paths.png")[0], grid)


def test_a_picture_need_not_be_written(painter):
    assert picture(painter(), PATHS[0], **HELD).shape == (5, 11, 3)


@pytest.mark.parametrize("suffix", ["gif", "webp", "png"])
def test_a_film_runs_to_the_end_and_back(painter, tmp_path, suffix):
    file = tmp_path / f"film.{suffix}"
    frames = animation(painter(), PATHS[0], file, **HELD)
    order = [0, 1, 2, 1]
    np.testing.assert_array_equal(frames[:, 0, 0, 0], VALUES[0][order])
    assert len(frames_of(file)) == 4
    np.testing.assert_allclose(frames_of(file)[2][0, 0], frames[2][0, 0], atol=2)


def test_a_film_need_not_run_back(painter, tmp_path):
    frames = animation(painter(), PATHS[0], tmp_path / "x.gif", back=False, **HELD)
    np.testing.assert_array_equal(frames[:, 0, 0, 0], VALUES[0])


def test_how_long_a_sample_stands(painter, tmp_path):
    animation(painter(), PATHS[0], tmp_path / "x.gif", milliseconds=120, **HELD)
    with Image.open(tmp_path / "x.gif") as film:
        found = [f.info["duration"] for f in ImageSequence.Iterator(film)]
    assert found == [120] * 4


def test_several_paths_run_side_by_side(painter, tmp_path):
    frames = animation(painter(), PATHS, tmp_path / "x.gif", back=False, **HELD)
    assert frames.shape == (3, 5, 8, 3)
    np.testing.assert_array_equal(frames[:, 2, [2, 5], 0], VALUES.T)


def test_a_walk_along_the_great_arc_of_a_model(dcgan, tmp_path):
    model = dcgan()
    a, b = draw(model, 2)
    frames = walk(model, a, b, 5, tmp_path / "walk.gif", back=False)
    expected = model.generate(latents=spherical(a, b, 5))
    np.testing.assert_array_equal(frames, expected)
    assert (tmp_path / "walk.gif").exists()


def test_a_straight_walk(painter, tmp_path):
    options = {"way": "linear", "back": False, **HELD}
    frames = walk(painter(), [1, 1], [5, -1], 3, tmp_path / "x.gif", **options)
    np.testing.assert_array_equal(frames[:, 0, 0, 0], [138, 158, 178])


def test_a_model_of_points_has_one_panel(points_gan, tmp_path):
    model = points_gan()
    paths = spherical(*draw(model, 4).reshape(2, 2, 3), 5)
    samples = model.generate(latents=paths.reshape(10, 3))
    np.testing.assert_array_equal(picture(model, paths), model.kind.picture(samples))
    frames = animation(model, paths, tmp_path / "x.gif", back=False)
    views = model.kind.views(samples)  # first all of one path
    np.testing.assert_array_equal(frames[3], image_grid(views[[3, 8]]))


def test_a_way_that_is_unknown(painter):
    with pytest.raises(ValueError, match="nearest names are spherical.*way='spheric'"):
        walk(painter(), [1, 1], [5, -1], 3, "x.gif", way="spheric")
