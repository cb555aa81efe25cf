"""The port against the same network in PyTorch, from the same tensors."""

import hashlib

import numpy as np
import pytest
from PIL import Image

from kerasgen.extractors import efficientnet_lite0 as module
from kerasgen.extractors.efficientnet_lite0 import efficientnet_lite0
from kerasgen.metrics import load_extractor

RELATIVE = 1e-4
# The Lite0 of the TPU authors, written out: kernel, stride, expansion, channels.
BLOCKS = [
    (3, 1, 1, 32, 16),
    (3, 2, 6, 16, 24), (3, 1, 6, 24, 24),
    (5, 2, 6, 24, 40), (5, 1, 6, 40, 40),
    (3, 2, 6, 40, 80), (3, 1, 6, 80, 80), (3, 1, 6, 80, 80),
    (5, 1, 6, 80, 112), (5, 1, 6, 112, 112), (5, 1, 6, 112, 112),
    (5, 2, 6, 112, 192), (5, 1, 6, 192, 192), (5, 1, 6, 192, 192), (5, 1, 6, 192, 192),
    (3, 1, 6, 192, 320),
]  # fmt: skip


def random_tensors():
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
    for i, (size, _, expansion, before, after) in enumerate(BLOCKS):
        block, wide = f"_blocks.{i}", expansion * before
        if expansion > 1:
            convolution(f"{block}._expand_conv", f"{block}._bn0", wide, before, 1)
        convolution(f"{block}._depthwise_conv", f"{block}._bn1", wide, 1, size)
        convolution(f"{block}._project_conv", f"{block}._bn2", after, wide, 1)
    convolution("_conv_head", "_bn1", 1280, 320, 1)
    tensors["_fc.weight"] = random.standard_normal((1000, 1280), "float32") / 36
    tensors["_fc.bias"] = random.standard_normal(1000, "float32")
    return tensors


def forward(tensors, x):
    """Features and logits of float images `(n, 224, 224, 3)`, in float64."""
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    t = {name: torch.from_numpy(np.array(v)).double() for name, v in tensors.items()}

    def convolution(x, name, norm, stride=1, groups=1, act=True):
        weight = t[f"{name}.weight"]
        size, n = weight.shape[-1], x.shape[-1]
        total = max((-(-n // stride) - 1) * stride + size - n, 0)  # TensorFlow's SAME
        pad = (total // 2, total - total // 2) * 2
        x = functional.conv2d(
            functional.pad(x, pad), weight, stride=stride, groups=groups
        )
        parts = ("running_mean", "running_var", "weight", "bias")
        x = functional.batch_norm(x, *(t[f"{norm}.{p}"] for p in parts), eps=1e-3)
        return x.clamp(0, 6) if act else x

    x = torch.from_numpy(x.transpose(0, 3, 1, 2).astype("float64"))
    x = convolution(x, "_conv_stem", "_bn0", 2)
    for i, (_, stride, expansion, before, after) in enumerate(BLOCKS):
        b, y = f"_blocks.{i}", x
        if expansion > 1:
            y = convolution(y, f"{b}._expand_conv", f"{b}._bn0")
        y = convolution(y, f"{b}._depthwise_conv", f"{b}._bn1", stride, y.shape[1])
        y = convolution(y, f"{b}._project_conv", f"{b}._bn2", act=False)
        x = x + y if stride == 1 and before == after else y
    features = convolution(x, "_conv_head", "_bn1").mean((2, 3))
    logits = features @ t["_fc.weight"].T + t["_fc.bias"]
    return features.numpy(), logits.numpy()


def pillow(images):
    """Bicubic to 224x224 as Pillow does it in float."""
    resized = [
        [np.asarray(Image.fromarray(c).resize((224, 224), Image.BICUBIC)) for c in i]
        for i in images.astype("float32").transpose(0, 3, 1, 2)
    ]
    return np.array(resized).transpose(0, 2, 3, 1).clip(0, 255)


@pytest.fixture(scope="module")
def tensors():
    return random_tensors()


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


def test_from_pixels_to_numbers(published, tensors):
    images = np.random.default_rng(1).integers(0, 256, (1, 61, 40, 3)).astype("uint8")
    features, logits = forward(tensors, (pillow(images) - 127) / 128)
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
