import keras
import numpy as np
import pytest


@pytest.fixture
def example(script, monkeypatch):
    """The example, with two labels of each class and 20 images held out."""
    module = script("examples/few_labels.py")
    monkeypatch.setattr(module, "LABELED", 20)
    monkeypatch.setattr(module, "HELD_OUT", 20)
    return module


@pytest.fixture
def digits(tmp_path):
    """The path of a set in MNIST's layout: a bar in a column of its own by class."""
    random = np.random.default_rng(0)
    arrays = {}
    for split, n in (("train", 200), ("test", 50)):
        labels = np.arange(n) % 10
        images = random.integers(0, 60, (n, 28, 28), "uint8")
        for image, label in zip(images, labels, strict=True):
            image[:, 2 * label : 2 * label + 2] = 255
        arrays |= {f"x_{split}": images, f"y_{split}": labels}
    np.savez(tmp_path / "digits.npz", **arrays)
    return str(tmp_path / "digits.npz")


def test_it_prints_errors_and_goes_on_where_it_was(example, digits, tmp_path, capsys):
    asked = [digits, str(tmp_path / "run"), "--units", "4", "--epochs"]
    example.main([*asked, "1"])
    said = capsys.readouterr().out
    assert "of 50 test images" in said and "Nearest labeled image: 0.00%" in said
    example.main([*asked, "2"])
    said = capsys.readouterr().out
    assert "Held out, epoch 2" in said and "Held out, epoch 1" not in said
    model = keras.saving.load_model(tmp_path / "run" / "model.keras")
    assert int(model.epochs_seen.numpy()) == 2


def test_held_out_images_are_not_trained_on(example, digits):
    parts = [
        example.everything(digits, split, hold_out=20)[0]
        for split in ("train", "held_out")
    ]
    assert [len(part) for part in parts] == [180, 20]
    train, held_out = ({image.tobytes() for image in part} for part in parts)
    assert not train & held_out


def test_repeated_images_move_a_little_and_each_in_its_own_way(example):
    images = np.zeros((4, 28, 28, 1), "uint8")
    images[:, 10:18, 12:16] = 255
    moved = example.moved(images, seed=0)
    assert moved.shape == images.shape and moved.dtype == images.dtype
    assert len({image.tobytes() for image in moved}) == 4
    rows = np.arange(28)[:, None, None]
    for image in moved.astype("float64"):
        assert abs((image * rows).sum() / image.sum() - 13.5) < 3
        assert 0.7 < image.sum() / images[0].sum() < 1.4
    np.testing.assert_array_equal(moved, example.moved(images, seed=0))


def test_as_many_of_each_class_keep_their_label(example):
    labels = np.random.default_rng(1).permutation(np.arange(500) % 10)
    few = example.labeled(labels, seed=3)
    np.testing.assert_array_equal(np.bincount(labels[few]), np.full(10, 2))
    assert len(np.unique(few)) == 20
    assert not np.array_equal(few, example.labeled(labels, seed=4))
