"""Folders of pictures through a model that inverts them."""

import keras
import numpy as np
import pytest
from PIL import Image

from kerasgen import models, zoo

SHAPE = (8, 8, 3)


def inverting():
    layer = keras.layers.Conv2D(3, 1, use_bias=False)
    network = keras.Sequential([keras.Input(SHAPE), layer])
    network.set_weights([-np.eye(3).reshape((1, 1, 3, 3))])
    return network


@pytest.fixture(scope="module")
def model():
    networks = {name: inverting() for name in ("generator_ab", "generator_ba")}
    return models.CycleGAN(SHAPE, filters=1, halvings=1, **networks)


@pytest.fixture
def folder(tmp_path):
    random = np.random.default_rng(0)
    for name, size in {"a.png": (8, 8), "b/c.bmp": (12, 20), "b/a.PNG": (5, 7)}.items():
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 256, (*size, 3), "uint8")).save(path)
    (tmp_path / "in" / "notes.txt").write_text("none")
    return tmp_path / "in"


def picture(path):
    with Image.open(path) as file:
        return np.asarray(file)


@pytest.mark.parametrize("tile", [None, 8])
def test_files_keep_their_names_and_sizes(model, folder, tmp_path, tile):
    written = zoo.translate(model, folder, tmp_path / "out", tile=tile)
    names = [path.relative_to(tmp_path / "out").as_posix() for path in written]
    assert names == ["a.png", "b/a.PNG", "b/c.bmp"]
    for name in names:
        wanted = 255 - picture(folder / name)
        np.testing.assert_array_equal(picture(tmp_path / "out" / name), wanted)


def test_an_entry_translates_gray_pictures_and_leaves_out_broken_ones(
    model, folder, tmp_path
):
    zoo.save(model, tmp_path / "entry")
    Image.fromarray(np.full((8, 8), 5, "uint8")).save(folder / "gray.png")
    (folder / "broken.png").write_bytes((folder / "a.png").read_bytes()[:60])
    with pytest.warns(UserWarning, match="1 of 5 files cannot be read.*broken.png"):
        zoo.translate(tmp_path / "entry", folder, tmp_path / "out", to="A")
    assert (picture(tmp_path / "out" / "gray.png") == 250).all()
    assert not (tmp_path / "out" / "broken.png").exists()


def test_nothing_is_overwritten(model, folder, tmp_path):
    before = picture(folder / "a.png")
    for target in (folder, folder / "b" / ".."):
        with pytest.raises(ValueError, match="another folder than `source`"):
            zoo.translate(model, folder, target)
    with pytest.raises(ValueError, match="`target` must be an empty folder"):
        zoo.translate(model, folder, folder / "b")
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match="`target` must be an empty folder"):
        zoo.translate(model, folder, tmp_path / "file")
    np.testing.assert_array_equal(before, picture(folder / "a.png"))


def test_bad_requests_are_refused(model, folder, tmp_path):
    out = tmp_path / "out"
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="no pictures"):
        zoo.translate(model, tmp_path / "empty", out)
    with pytest.raises(ValueError, match="must be a folder of pictures"):
        zoo.translate(model, folder / "a.png", out)
    with pytest.raises(ValueError, match="`to` must be one of.*'C'"):
        zoo.translate(model, folder, out, to="C")
    with pytest.raises(ValueError, match="must translate images.*DCGAN|GAN"):
        zoo.translate(models.DCGAN((8, 8, 1), filters=1), folder, out)
    for path in folder.rglob("*.*"):
        if path.is_file():
            path.write_bytes(b"")
    with pytest.raises(ValueError, match="None of the pictures.*can be read"):
        zoo.translate(model, folder, out)
    assert not out.exists()
