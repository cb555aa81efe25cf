import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def example(script, monkeypatch):
    """The example, with few pictures in the test and in its own picture."""
    module = script("examples/color_inversion.py")
    monkeypatch.setattr(module, "LOADED", 20)
    monkeypatch.setattr(module, "SHOWN", 2)
    return module


@pytest.fixture
def pictures(tmp_path):
    """A folder of 20 pictures, larger than what the example makes of them."""
    random = np.random.default_rng(0)
    (tmp_path / "pictures").mkdir()
    for i in range(20):
        pixels = random.integers(0, 256, (40, 40, 3)).astype("uint8")
        Image.fromarray(pixels).save(tmp_path / "pictures" / f"{i}.png")
    return tmp_path / "pictures"


def test_three_ways_are_compared_and_shown(example, pictures, tmp_path, capsys):
    example.main([str(pictures), str(tmp_path / "made"), "--epochs", "1"])
    printed = capsys.readouterr().out
    assert printed.count("from the right answer") == 3
    assert printed.count("back, from another") == 2  # of pairs it learns one way only
    with Image.open(tmp_path / "made" / "color_inversion.png") as picture:
        grid = np.asarray(picture)[::2, ::2]  # drawn twice as large
    assert grid.shape == (7 * 34 + 2, 2 * 34 + 2, 3)
    first, second = grid[2:34, 2:34], grid[36:68, 2:34]
    np.testing.assert_array_equal(first, example.inverted(second))


@pytest.mark.host
def test_a_folder_that_cannot_be_is_said_before_training(example, tmp_path):
    (tmp_path / "made").touch()
    with pytest.raises(FileExistsError):
        example.main(["no pictures at all", str(tmp_path / "made")])


def test_distances_are_of_the_range_from_0_to_1(example):
    black, white = np.zeros((2, 3), "uint8"), np.full((2, 3), 255, "uint8")
    assert example.distance(black, white) == example.distance(white, black) == 1.0
    assert example.distance(black, black) == 0.0
