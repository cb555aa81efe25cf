"""The port against the same network in PyTorch, from the same tensors."""

import hashlib

import numpy as np
import pytest

from kerasgen.extractors import efficientnet_lite0 as module
from kerasgen.extractors.efficientnet_lite0 import efficientnet_lite0
from kerasgen.metrics import load_extractor

RELATIVE = 1e-4


def random_tensors(blocks):
    """Random tensors with the names and shapes of the published file."""
    random, tensors = np.random.default_rng(0), {}

    def convolution(name, norm, out, before, size):
        scale = np.sqrt(2 / (before * size**2))
        weight = random.standard_normal((out, before, size, size)) * scale
        tensors[f"{name}.weight"] = weight.astype("float32")
        for part, low, high in (
            ("weight", 0.5, 1.5),
            ("bias", -0.2, 0.6),
            ("running_mean", -0.3, 0.3),
            ("running_var", 0.5, 1.5),
        ):
            values = random.uniform(low, high, out).astype("float32")
            tensors[f"{norm}.{part}"] = values
        tensors[f"{norm}.num_batches_tracked"] = np.array(7, "int64")

    convolution("_conv_stem", "_bn0", 32, 3, 3)
    for i, (size, _, expansion, before, after) in enumerate(blocks):
        block, wide = f"_blocks.{i}", expansion * before
        if expansion > 1:
            convolution(f"{block}._expand_conv", f"{block}._bn0", wide, before, 1)
        convolution(f"{block}._depthwise_conv", f"{block}._bn1", wide, 1, size)
        convolution(f"{block}._project_conv", f"{block}._bn2", after, wide, 1)
    convolution("_conv_head", "_bn1", 1280, 320, 1)
    tensors["_fc.weight"] = random.standard_normal((1000, 1280), "float32") / 36
    tensors["_fc.bias"] = random.standard_normal(1000, "float32")
    return tensors


@pytest.fixture(scope="module")
def check(script):
    """The tool that has the network in PyTorch."""
    return script("tools/check_photographs.py")


@pytest.fixture(scope="module")
def tensors(check):
    return random_tensors(check.BLOCKS)


@pytest.fixture(scope="module")
def path(torch_file, tensors, tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "lite0.pth"
    torch_file.zip(path, tensors)
    return path


@pytest.fixture
def published(path, monkeypatch):
    """The file of random weights counts as the published one."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(module, "WEIGHTS", module.WEIGHTS._replace(sha256=digest))
    return path


def test_from_pixels_to_numbers(published, tensors, check):
    images = np.random.default_rng(1).integers(0, 256, (1, 61, 40, 3)).astype("uint8")
    resized = check.pillow_bicubic(images, 224)
    features, logits = check.lite0_of_torch(tensors, resized)
    extractor = load_extractor("efficientnet_lite0", published)
    found = extractor(images, batch_size=1)
    assert found["features"].shape == (1, 1280)
    assert found["logits"].shape == (1, 1000)
    for name, wanted in (("features", features), ("logits", logits)):
        error = np.abs(found[name] - wanted).max()
        assert error < RELATIVE * np.abs(wanted).max()
    assert extractor.name == "efficientnet_lite0"
    assert "bicubic to 224x224" in extractor.protocol["resizer"]
    assert extractor.protocol["preprocess"].endswith("efficientnet_lite0.scaled")
    assert extractor.network.trainable_weights == []
    with pytest.raises(ValueError, match="at least 16 pixels.*images of 15x40"):
        extractor(images[:, :15])


@pytest.mark.host
def test_a_file_of_another_version_is_refused(path):
    with pytest.raises(
        ValueError, match="lite0.pth is not efficientnet-lite0-57934424.pth"
    ):
        efficientnet_lite0(path)
