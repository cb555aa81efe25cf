"""Tiny images to load."""

import zipfile

import numpy as np
import pytest
from PIL import Image


@pytest.fixture(autouse=True)
def no_data_folder(monkeypatch):
    """Keep the sets of whoever runs the tests out of them."""
    monkeypatch.delenv("KERASGEN_DATA", raising=False)


@pytest.fixture
def pixels():
    """Return a function that makes `count` different uint8 images."""

    def make(count, height=6, width=5, channels=3):
        shape = (count, height, width, channels)
        made = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
        made[:, 0, 0, 0] = np.arange(count)  # a mark that tells them apart
        return made

    return make


@pytest.fixture
def write_png():
    """Return a function that writes an array (or a Pillow image) as a PNG."""

    def write(path, image):
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(image, np.ndarray):
            image = Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)
        image.save(path)
        return path

    return write


@pytest.fixture
def folder(tmp_path, pixels, write_png):
    """Return a folder `images` of ten PNG files `00.png` to `09.png`."""
    for number, image in enumerate(pixels(10)):
        write_png(tmp_path / "images" / f"{number:02}.png", image)
    return tmp_path / "images"


@pytest.fixture
def zipped():
    """Return a function that packs a folder into a zip file beside it."""

    def pack(path):
        target = path.with_suffix(".zip")
        with zipfile.ZipFile(target, "w") as archive:
            for file in sorted(path.rglob("*")):
                archive.write(file, file.relative_to(path))
        return target

    return pack
