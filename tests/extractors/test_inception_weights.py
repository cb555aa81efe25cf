"""Files that are not what they should be; those that are: test_inception_v3.py."""

import hashlib
import re

import h5py
import keras
import numpy as np
import pytest

from kerasgen.extractors import inception_weights


@pytest.fixture(scope="module")
def network():
    """Layers of the names and kinds that matter, but few and small."""
    inputs = x = keras.Input((5, 5, 3))
    for i in range(4):
        x = keras.layers.Conv2D(2 + i, 3, padding="same", name=f"block-conv{i}")(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    x = keras.layers.Dense(7, use_bias=False, name="fc")(x)
    return keras.Model(inputs, x, name="network")


@pytest.fixture
def tensors(network):
    """Good ones: one for each name."""
    layout = inception_weights.published_layout(network)
    return {name: np.ones(shape, "float32") for name, shape in layout.items()}


@pytest.fixture
def load(network, torch_file, tmp_path):
    """Writes tensors to a file and loads it."""

    def load(tensors):
        torch_file.zip(tmp_path / "x.pth", tensors)
        inception_weights.load(network, tmp_path / "x.pth")

    return load


def test_random_weights_follow_the_seed(network):
    kernels = []
    for seed in (1, 1, 2):
        keras.utils.set_random_seed(seed)
        inception_weights.randomize(network)
        kernels.append(network.get_layer("block-conv3").kernel.numpy())
    np.testing.assert_array_equal(kernels[0], kernels[1])
    assert not np.array_equal(kernels[0], kernels[2])
    assert kernels[0].std() == pytest.approx(np.sqrt(2 / (4 * 9)), rel=0.2)


def test_finds_files_and_fetches_the_published_one(tmp_path, monkeypatch):
    file = tmp_path / "x.pth"
    file.touch()
    monkeypatch.setattr(inception_weights, "fid_weights", lambda: file)
    find = inception_weights.find
    assert find("fid") == find(file) == find(str(file)) == file
    assert find(None) is None


def test_batch_normalization_is_folded_into_the_convolution(network, tensors, load):
    tensors["block.conv0.bn.running_var"][:] = 3.999
    tensors["block.conv0.bn.weight"][:] = 6.0
    tensors["block.conv0.bn.running_mean"][:] = 5.0
    tensors["block.conv0.conv.weight"][1, 2, 0, 1] = 4.0
    load(tensors)
    kernel, bias = network.get_layer("block-conv0").get_weights()
    assert kernel[0, 1, 2, 1] == pytest.approx(12.0)  # 4 * 6 / sqrt(3.999 + 0.001)
    assert kernel[1, 0, 2, 1] == pytest.approx(3.0)
    np.testing.assert_allclose(bias, 1.0 - 5.0 * 3.0)


def test_missing_and_unexpected_tensors_are_counted_and_named(tensors, load):
    for i in range(4):
        del tensors[f"block.conv{i}.bn.bias"]
    tensors["AuxLogits.fc.bias"] = np.ones(3, "float32")
    with pytest.raises(ValueError) as caught:
        load(tensors)
    message = str(caught.value)
    assert "x.pth" in message
    assert "lacks 4 (block.conv0.bn.bias; block.conv1.bn.bias; " in message
    assert "has 1 (AuxLogits.fc.bias)" in message


def test_unexpected_tensors_alone_are_refused(tensors, load):
    tensors["AuxLogits.fc.bias"] = np.ones(3, "float32")
    with pytest.raises(ValueError, match="lacks none and has 1 .AuxLogits.fc.bias"):
        load(tensors)


def test_other_shapes_are_named(tensors, load):
    tensors["fc.weight"] = np.ones((1000, 5), "float32")
    with pytest.raises(ValueError, match=re.escape("1 (fc.weight of shape (1000, 5)")):
        load(tensors)


@pytest.mark.parametrize(
    ("part", "value"),
    [("running_var", -2.0), ("running_var", np.nan), ("running_mean", np.inf)],
)
def test_numbers_that_cannot_be_are_named(part, value, tensors, load):
    tensors[f"block.conv2.bn.{part}"][1] = value
    with pytest.raises(ValueError, match="x.pth is damaged: layer block-conv2"):
        load(tensors)


def test_the_stream_of_earlier_pytorch_is_accepted_by_its_digest_alone(
    network, tensors, torch_file, tmp_path, monkeypatch
):
    path = tmp_path / "old.pth"
    torch_file.stream(path, tensors)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(ValueError, match=f"damage cannot be noticed.*sha256 {digest}"):
        inception_weights.load(network, path)
    monkeypatch.setattr(inception_weights, "SHA256", digest)
    inception_weights.load(network, path)
    altered = bytearray(path.read_bytes())
    altered[-100] ^= 1  # one bit of one number
    path.write_bytes(altered)
    with pytest.raises(ValueError, match="old.pth .*It is cut off or altered"):
        inception_weights.load(network, path)


def test_a_file_far_too_large_is_not_read(network, tmp_path):
    path = tmp_path / "x.pth"
    with open(path, "wb") as file:
        file.truncate(2**30)
    with pytest.raises(ValueError, match="at most 268,435,456 bytes.*1,073,741,824"):
        inception_weights.load(network, path)


@pytest.fixture
def own(network, tmp_path):
    """What Keras writes."""
    network.save_weights(tmp_path / "x.weights.h5")
    return tmp_path / "x.weights.h5"


def test_an_own_file_is_read_by_the_names_of_layers(network, own):
    before = [w.numpy() for w in network.weights]
    for weight in network.weights:
        weight.assign(weight * 0.0)
    inception_weights.load(network, own)
    for weight, value in zip(network.weights, before, strict=True):
        np.testing.assert_array_equal(weight.numpy(), value)


def test_an_own_file_of_another_network(network, tmp_path):
    other = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="dense")])
    other.save_weights(tmp_path / "x.weights.h5")
    with pytest.raises(ValueError, match="lacks 9 .*has 2 .*dense/0"):
        inception_weights.load(network, tmp_path / "x.weights.h5")


def test_an_own_file_with_another_shape(network, own):
    with h5py.File(own, "r+") as file:
        del file["layers/dense/vars/0"]
        file["layers/dense/vars/0"] = np.ones((5, 8), "float32")
    with pytest.raises(ValueError, match=re.escape("fc/0 of shape (5, 8), expected")):
        inception_weights.load(network, own)


def test_an_own_file_with_numbers_that_cannot_be(network, own):
    weights = network.get_weights()
    network.set_weights([w * np.nan for w in weights])
    network.save_weights(own)
    network.set_weights(weights)
    with pytest.raises(ValueError, match="not finite"):
        inception_weights.load(network, own)


@pytest.mark.parametrize("keep", [0, 100, 2000])
def test_an_own_file_cut_off(network, own, keep):
    own.write_bytes(own.read_bytes()[:keep])
    with pytest.raises(ValueError, match=f"{own} is not HDF5, or is damaged"):
        inception_weights.load(network, own)


def test_an_own_file_that_points_elsewhere(network, own, tmp_path):
    secret = tmp_path / "secret.bin"
    secret.write_bytes(bytes(5 * 7 * 4))
    with h5py.File(own, "r+") as file:
        del file["layers/dense/vars/0"]
        external = [(str(secret), 0, 5 * 7 * 4)]
        place = file["layers/dense/vars"]
        place.create_dataset("0", (5, 7), "float32", external=external)
    with pytest.raises(ValueError, match="lacks 1 .fc/0"):
        inception_weights.load(network, own)


@pytest.mark.parametrize("arguments", [{"dtype": "S1000000"}, {"dtype": "float32"}, {}])
def test_an_own_file_with_arrays_that_were_never_written(network, own, arguments):
    with h5py.File(own, "r+") as file:
        del file["layers/dense/vars/0"]
        file["layers/dense/vars"].create_dataset("0", (5, 7), **arguments)
    with pytest.raises(ValueError, match="lacks 1 .fc/0"):
        inception_weights.load(network, own)


def test_an_own_file_of_too_many_groups(network, own, monkeypatch):
    monkeypatch.setattr(inception_weights, "OBJECTS", 50)
    with h5py.File(own, "r+") as file:
        for i in range(60):
            file.create_group(f"group/{i}")
    with pytest.raises(ValueError, match="at most 50 groups and arrays. Received: mo"):
        inception_weights.load(network, own)
