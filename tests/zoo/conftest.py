import pathlib
import shutil

import pytest

TINY = pathlib.Path(__file__).parent / "tiny_digits"


@pytest.fixture
def tiny():
    """A stored entry; see make_tiny_entry.py."""
    return TINY


@pytest.fixture
def entry(tmp_path):
    """A copy of the stored entry, to damage."""
    return shutil.copytree(TINY, tmp_path / "entry")


@pytest.fixture(autouse=True)
def nothing_registered(monkeypatch):
    monkeypatch.setattr("kerasgen.zoo.catalog._registered", {})


@pytest.fixture
def recipe():
    """Makes a recipe that trains in a second on the fixture `images`."""
    from kerasgen.zoo import Recipe

    def make(**changes):
        arguments = {"image_shape": (16, 16, 1), "filters": 4, "latent_dim": 8}
        values = {
            "name": "dcgan_squares",
            "model": "DCGAN",
            "data": "squares",
            "arguments": {**arguments, "average": 0.9},
            "optimizers": {"generator": {"learning_rate": 1e-3, "beta_1": 0.5}},
            "batch_size": 32,
            "epochs": 2,
            "summary": "Bright squares.",
            "limits": ("Squares alone.",),
        }
        return Recipe(**(values | changes))

    return make
