import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def example(script, monkeypatch):
    """The example, with few samples."""
    module = script("examples/face_attributes.py")
    monkeypatch.setitem(module.DATA, "hold_out", 8)
    monkeypatch.setattr(module, "SAMPLES", 150)
    monkeypatch.setattr(module, "GROUP", 5)
    return module


def test_pictures_are_made(example, celeba, tmp_path, capsys):
    example.main(celeba, tmp_path / "faces")
    assert "of the held-out faces" in capsys.readouterr().out
    made = {path.name for path in (tmp_path / "faces").iterdir()}
    assert len(made) == 7 and "classifier.keras" in made
    for name, rows, columns in (("faces_glasses", 5, 8), ("faces_between", 6, 9)):
        with Image.open(tmp_path / "faces" / f"{name}.png") as picture:
            assert picture.size == (columns * 66 + 2, rows * 66 + 2)


def test_a_direction_changes_one_attribute(example):
    random = np.random.default_rng(0)
    z = random.normal(size=(2000, 10))
    slopes = random.normal(size=(10, 3))
    slopes[:, 1] += slopes[:, 0]  # two attributes that go together
    found = example.directions(z, z @ slopes + 5.0)
    np.testing.assert_allclose(found @ slopes, np.eye(3), atol=0.01)
