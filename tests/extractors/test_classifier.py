import json

import numpy as np
import pytest

from kerasgen import metrics
from kerasgen.extractors.classifier import (
    FOLDER,
    VERSIONS,
    classifier,
    shipped_classifier,
    write_weights,
)


@pytest.fixture
def tiny():
    return classifier((12, 12, 1), (2, 3), num_classes=4)


def test_features_and_logits(tiny):
    images = np.random.default_rng(0).integers(0, 256, (5, 12, 12, 1), "uint8")
    outputs = tiny(images)
    assert outputs["features"].shape == (5, 3)
    assert outputs["logits"].shape == (5, 4)


def test_weights_come_back_in_half_precision(tiny, tmp_path):
    random = np.random.default_rng(0)
    weights = [random.standard_normal(w.shape) for w in tiny.get_weights()]
    tiny.set_weights(weights)
    facts = {
        "network": {"image_shape": [12, 12, 1], "widths": [2, 3], "num_classes": 4}
    }
    publish(tmp_path, "tiny_v1", tiny, facts)
    network, told = shipped_classifier("tiny_v1", tmp_path)
    assert told["network"] == facts["network"]
    for found, wanted in zip(network.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(found, wanted.astype("float16"))


def publish(folder, version, network, facts):
    import hashlib

    write_weights(folder / f"{version}.npz", network)
    digest = hashlib.sha256((folder / f"{version}.npz").read_bytes()).hexdigest()
    (folder / f"{version}.json").write_text(json.dumps({**facts, "sha256": digest}))


def test_an_altered_or_missing_file_is_refused(tiny, tmp_path):
    facts = {
        "network": {"image_shape": [12, 12, 1], "widths": [2, 3], "num_classes": 4}
    }
    publish(tmp_path, "tiny_v1", tiny, facts)
    path = tmp_path / "tiny_v1.npz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="not the file that was published.*sha256"):
        shipped_classifier("tiny_v1", tmp_path)
    path.unlink()
    with pytest.raises(ValueError, match="not on this machine.*no file.*tiny_v1.npz"):
        shipped_classifier("tiny_v1", tmp_path)


def test_weights_that_half_precision_cannot_hold_are_refused(tiny, tmp_path):
    weights = tiny.get_weights()
    weights[0][...] = 1e6
    tiny.set_weights(weights)
    with pytest.raises(ValueError, match="finite in float16"):
        write_weights(tmp_path / "x.npz", tiny)


@pytest.mark.parametrize("name", VERSIONS)
def test_what_ships_is_small_and_says_how_good_it_is(name):
    version = VERSIONS[name]
    facts = json.loads((FOLDER / f"{version}.json").read_text())
    least = {"mnist": 0.993, "fashion_mnist": 0.925, "cifar10": 0.88}[name]
    assert facts["accuracy"] >= least
    assert facts["judged_on"] == "test" and facts["judged_images"] == 10_000
    assert (FOLDER / f"{version}.npz").stat().st_size <= 2_000_000


@pytest.mark.parametrize("name", VERSIONS)
def test_what_ships_extracts(name):
    extractor = metrics.load_extractor(name)
    assert extractor.protocol["extractor"] == f"{name}_v1"
    images = np.random.default_rng(0).integers(0, 256, (2, 20, 30, 1), "uint8")
    found = extractor(images, batch_size=2)
    assert found["logits"].shape == (2, 10)
    assert found["features"].shape[1] == extractor.network.output["features"].shape[1]


def test_the_embedded_clothes_are_recognized():
    from kerasgen import data

    extractor = metrics.load_extractor("fashion_mnist")
    images, labels = data.load(
        "fashion_mnist_6k", "test", labels=True, shuffle=False, batch_size=500
    )[0]
    found = extractor(images, batch_size=100)["logits"].argmax(axis=1)
    assert np.mean(found == labels) > 0.88  # 92.5 % less four standard errors
