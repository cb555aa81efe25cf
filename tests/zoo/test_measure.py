import json

import numpy as np
import pytest

from kerasgen import data, zoo
from kerasgen.metrics import frechet_distance
from kerasgen.zoo.card import card
from kerasgen.zoo.measure import measure

RECIPE = """
from kerasgen.zoo import Recipe

recipe = Recipe(
    name="tiny_digits",
    model="DCGAN",
    arguments={"image_shape": (16, 16, 1)},
    data="squares",
    optimizers={},
    batch_size=32,
    epochs=2,
    summary="Bright squares.",
    limits=("Squares alone.",),
)
"""


@pytest.fixture
def squares(tmp_path):
    """An npz file: 90 training and 40 test images."""
    random = np.random.default_rng(0)
    arrays = {
        f"x_{split}": random.integers(0, 256, (n, 16, 16), "uint8")
        for split, n in (("train", 90), ("test", 40))
    }
    np.savez(tmp_path / "squares.npz", **arrays)
    return tmp_path / "squares.npz"


def moments(extractor, images):
    features = extractor(images)["features"].astype("float64")
    return features.mean(axis=0), np.cov(features, rowvar=False)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


def test_numbers_and_protocol_are_kept_for_the_card(entry, squares, block_means):
    (entry / "recipe.py").write_text(RECIPE)
    (entry / "metrics.json").write_text('{"earlier": {"protocol": "", "values": {}}}')
    extractor = block_means()
    values = measure(entry, squares, extractor, num_samples=60)
    kept = json.loads((entry / "metrics.json").read_text())
    assert list(kept) == ["earlier", "evaluate_means_60"]
    told = kept["evaluate_means_60"]
    assert told["values"]["fid_means_60"] == values["fid_means_60"]
    assert told["weights_sha256"] == zoo.info(entry).sha256
    for part in ("60 samples, seed 0", "90 images", "40 test images", "k=3", "means"):
        assert part in told["protocol"]
    (entry / "metrics.json").write_text(json.dumps({"a": told}))
    assert "| fid_means_60 |" in card(entry)


def test_test_images_are_measured_as_samples_are(entry, squares, block_means):
    (entry / "recipe.py").write_text(RECIPE)
    extractor = block_means()
    values = measure(entry, squares, extractor, num_samples=40)
    train, test = (
        data.load(squares, split, shuffle=False) for split in ("train", "test")
    )
    expected = frechet_distance(
        *moments(extractor, train.images.get(np.arange(90))),
        *moments(extractor, test.images.get(np.arange(40))),
    )
    found = values["fid_means_40"]
    assert found["test images"] == pytest.approx(expected, rel=1e-6)
    assert found["generated"] != pytest.approx(expected, rel=1e-2)
