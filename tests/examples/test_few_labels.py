import keras
import numpy as np
import pytest


@pytest.fixture
def example(script, monkeypatch):
    """The example, with two labels of each class."""
    module = script("examples/few_labels.py")
    monkeypatch.setattr(module, "LABELED", 20)
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
    example.main([*asked, "2", "--game-rate", "0.01"])
    model = keras.saving.load_model(tmp_path / "run" / "model.keras")
    assert int(model.epochs_seen.numpy()) == 2
    assert float(model.optimizer["classifier"].learning_rate) == pytest.approx(1e-3)
    assert float(model.optimizer["generator"].learning_rate) == pytest.approx(1e-2)


def test_as_many_of_each_class_keep_their_label(example):
    labels = np.random.default_rng(1).permutation(np.arange(500) % 10)
    few = example.labeled(labels, seed=3)
    np.testing.assert_array_equal(np.bincount(labels[few]), np.full(10, 2))
    assert len(np.unique(few)) == 20
    assert not np.array_equal(few, example.labeled(labels, seed=4))
