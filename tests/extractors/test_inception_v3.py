"""The port against the same network in NumPy, float64, block by block.

The reference below knows the published names only: batch normalization stands apart
from the convolutions, which are products with patches cut out by hand.
"""

import hashlib

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.engine import inference
from kerasgen.extractors import inception_weights
from kerasgen.extractors.inception_network import inception_network
from kerasgen.extractors.inception_v3 import InceptionV3

RELATIVE = 1e-5


class Reference:
    """Blocks on one image `(height, width, channels)`."""

    def __init__(self, tensors):
        self.tensors = tensors

    def conv(self, x, name, stride=1, pad=(0, 0)):
        weight = self.tensors[f"{name}.conv.weight"].astype("float64")
        x = np.pad(x, [(pad[0],) * 2, (pad[1],) * 2, (0, 0)])
        patches = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], (0, 1))
        patches = patches[::stride, ::stride]
        height, width = patches.shape[:2]
        y = patches.reshape(height * width, -1) @ weight.reshape(len(weight), -1).T
        gamma, beta, mean, var = (
            self.tensors[f"{name}.bn.{part}"].astype("float64")
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        y = (y - mean) / np.sqrt(var + 0.001) * gamma + beta
        return np.maximum(y, 0).reshape(height, width, -1)

    def stem(self, x):
        x = self.conv(x, "Conv2d_1a_3x3", stride=2)
        x = self.conv(x, "Conv2d_2a_3x3")
        x = self.conv(x, "Conv2d_2b_3x3", pad=(1, 1))
        x = max_pool(x)
        x = self.conv(x, "Conv2d_3b_1x1")
        x = self.conv(x, "Conv2d_4a_3x3")
        return max_pool(x)

    def a(self, x, b):
        five = self.conv(
            self.conv(x, f"{b}.branch5x5_1"), f"{b}.branch5x5_2", 1, (2, 2)
        )
        three = self.conv(x, f"{b}.branch3x3dbl_1")
        three = self.conv(three, f"{b}.branch3x3dbl_2", pad=(1, 1))
        three = self.conv(three, f"{b}.branch3x3dbl_3", pad=(1, 1))
        pooled = self.conv(average_around(x), f"{b}.branch_pool")
        return join(self.conv(x, f"{b}.branch1x1"), five, three, pooled)

    def b(self, x, b):
        double = self.conv(x, f"{b}.branch3x3dbl_1")
        double = self.conv(double, f"{b}.branch3x3dbl_2", pad=(1, 1))
        double = self.conv(double, f"{b}.branch3x3dbl_3", stride=2)
        return join(self.conv(x, f"{b}.branch3x3", stride=2), double, max_pool(x))

    def c(self, x, b):
        row, column = (0, 3), (3, 0)
        seven = self.conv(x, f"{b}.branch7x7_1")
        seven = self.conv(seven, f"{b}.branch7x7_2", pad=row)
        seven = self.conv(seven, f"{b}.branch7x7_3", pad=column)
        double = self.conv(x, f"{b}.branch7x7dbl_1")
        for i, pad in zip((2, 3, 4, 5), (column, row, column, row), strict=True):
            double = self.conv(double, f"{b}.branch7x7dbl_{i}", pad=pad)
        pooled = self.conv(average_around(x), f"{b}.branch_pool")
        return join(self.conv(x, f"{b}.branch1x1"), seven, double, pooled)

    def d(self, x, b):
        three = self.conv(x, f"{b}.branch3x3_1")
        three = self.conv(three, f"{b}.branch3x3_2", stride=2)
        seven = self.conv(x, f"{b}.branch7x7x3_1")
        seven = self.conv(seven, f"{b}.branch7x7x3_2", pad=(0, 3))
        seven = self.conv(seven, f"{b}.branch7x7x3_3", pad=(3, 0))
        seven = self.conv(seven, f"{b}.branch7x7x3_4", stride=2)
        return join(three, seven, max_pool(x))

    def e(self, x, b, pool):
        three = self.conv(x, f"{b}.branch3x3_1")
        double = self.conv(x, f"{b}.branch3x3dbl_1")
        double = self.conv(double, f"{b}.branch3x3dbl_2", pad=(1, 1))
        return join(
            self.conv(x, f"{b}.branch1x1"),
            self.conv(three, f"{b}.branch3x3_2a", pad=(0, 1)),
            self.conv(three, f"{b}.branch3x3_2b", pad=(1, 0)),
            self.conv(double, f"{b}.branch3x3dbl_3a", pad=(0, 1)),
            self.conv(double, f"{b}.branch3x3dbl_3b", pad=(1, 0)),
            self.conv(pool(x), f"{b}.branch_pool"),
        )

    def block(self, x, name):
        kind = BLOCKS[name]
        if name == "maxpool2":
            return self.stem(x)
        if kind == "e":
            pool = average_around if name == "Mixed_7b" else max_around
            return self.e(x, name, pool)
        return getattr(self, kind)(x, name)

    def logits(self, pool3):
        return pool3 @ self.tensors["fc.weight"].astype("float64").T


# In order; the first ends the stem.
BLOCKS = {"maxpool2": "stem", "Mixed_5b": "a", "Mixed_5c": "a", "Mixed_5d": "a"}
BLOCKS |= {"Mixed_6a": "b", "Mixed_6b": "c", "Mixed_6c": "c", "Mixed_6d": "c"}
BLOCKS |= {"Mixed_6e": "c", "Mixed_7a": "d", "Mixed_7b": "e", "Mixed_7c": "e"}
BLOCKS_BEFORE = dict(zip(list(BLOCKS)[1:], BLOCKS, strict=False))


def max_pool(x):
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), (0, 1))
    return windows[::2, ::2].max((-1, -2))


def windows_around(x):
    """3x3 neighborhoods with NaN where the image ends."""
    x = np.pad(x, [(1, 1), (1, 1), (0, 0)], constant_values=np.nan)
    return np.lib.stride_tricks.sliding_window_view(x, (3, 3), (0, 1))


def average_around(x):
    return np.nanmean(windows_around(x), axis=(-1, -2))


def max_around(x):
    return np.nanmax(windows_around(x), axis=(-1, -2))


def join(*paths):
    return np.concatenate(paths, axis=-1)


def assert_close(found, expected):
    error = np.abs(ops.convert_to_numpy(found) - expected).max()
    assert error < RELATIVE * np.abs(expected).max()


@pytest.fixture(scope="module")
def path(torch_file, published, tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "published.pth"
    torch_file.zip(path, published)
    return path


@pytest.fixture(scope="module")
def model(path):
    return InceptionV3(weights=path)


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(1).integers(0, 256, (1, 61, 40, 3)).astype("uint8")


@pytest.fixture(scope="module")
def outputs(model, images):
    """What every block makes of the image, one forward pass."""
    network = model.network
    layers = {name: network.get_layer(name).output for name in BLOCKS}
    watched = keras.Model(network.input, {**layers, **network.output})
    x = ops.convert_to_numpy(model.preprocess(ops.convert_to_tensor(images)))
    return {"images": x, **inference(watched, watched.variables)(x)}


# --- the numbers


def test_the_published_file_has_566_entries(published):
    assert len(published) == 94 * 6 + 2 == 566


@pytest.mark.parametrize("name", BLOCKS)
def test_block(name, published, outputs):
    before = outputs[BLOCKS_BEFORE.get(name, "images")][0].astype("float64")
    expected = Reference(published).block(before, name)
    assert outputs[name][0].shape == expected.shape
    assert_close(outputs[name][0], expected)


def test_pool3_is_the_mean_over_positions(outputs):
    assert outputs["pool3"].shape == (1, 2048)
    assert_close(outputs["pool3"], outputs["Mixed_7c"].astype("float64").mean((1, 2)))


def test_logits_have_no_bias(published, outputs):
    expected = Reference(published).logits(outputs["pool3"].astype("float64"))
    assert outputs["logits"].shape == (1, 1008)
    assert_close(outputs["logits"], expected)


@pytest.fixture(scope="module")
def whole(model, images):
    return inference(model, model.variables)(images)


def test_from_pixels_to_numbers(published, images, whole):
    height, width = images.shape[1:3]
    y, x = np.arange(299) * height / 299, np.arange(299) * width / 299
    top, left = np.floor(y).astype(int), np.floor(x).astype(int)
    bottom, right = np.minimum(top + 1, height - 1), np.minimum(left + 1, width - 1)
    dy, dx = (y - top)[:, None, None], (x - left)[None, :, None]
    image = images[0].astype("float64")
    above = image[top][:, left] * (1 - dx) + image[top][:, right] * dx
    below = image[bottom][:, left] * (1 - dx) + image[bottom][:, right] * dx
    z = (above * (1 - dy) + below * dy - 128) / 128
    reference = Reference(published)
    for name in BLOCKS:
        z = reference.block(z, name)
    pool3 = z.mean((0, 1))
    assert_close(whole["pool3"][0], pool3)
    assert_close(whole["logits"][0], reference.logits(pool3))


def test_gray_is_color_of_equal_channels(model, images):
    gray = ops.convert_to_tensor(images[..., :1])
    color = ops.repeat(gray, 3, axis=-1)
    found, expected = (ops.convert_to_numpy(model.preprocess(x)) for x in (gray, color))
    np.testing.assert_array_equal(found, expected)


def test_float_pixels_are_as_good_as_uint8(model, images):
    found, expected = (
        ops.convert_to_numpy(model.preprocess(ops.convert_to_tensor(x)))
        for x in (images.astype("float32"), images)
    )
    np.testing.assert_array_equal(found, expected)


def test_everything_is_float32_whatever_the_policy():
    keras.config.set_dtype_policy("mixed_bfloat16")
    model = InceptionV3(weights=None)
    calculating = [la for la in model.network.layers if la.name != "images"]
    assert {layer.compute_dtype for layer in [model, *calculating]} == {"float32"}


def test_nothing_can_be_trained(model):
    assert model.trainable_weights == []


# --- files


def assert_same_weights(found, expected):
    for a, b in zip(found.weights, expected.weights, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())


@pytest.fixture(scope="module")
def other():
    """A second network, to be filled from files."""
    return inception_network()


def test_the_stream_of_earlier_pytorch_without_counts_of_batches(
    model, other, torch_file, published, tmp_path, monkeypatch
):
    needed = {n: t for n, t in published.items() if "num_batches" not in n}
    assert len(needed) == 472
    torch_file.stream(tmp_path / "old.pth", needed)
    digest = hashlib.sha256((tmp_path / "old.pth").read_bytes()).hexdigest()
    monkeypatch.setattr(inception_weights, "SHA256", digest)
    inception_weights.load(other, tmp_path / "old.pth")
    assert_same_weights(other, model)


def test_our_own_file(model, other, tmp_path):
    model.save_weights(tmp_path / "x.weights.h5")
    inception_weights.load(other, tmp_path / "x.weights.h5")
    assert_same_weights(other, model)


def test_a_saved_model_needs_no_other_file(model, tmp_path):
    model.save(tmp_path / "x.keras")
    assert_same_weights(keras.saving.load_model(tmp_path / "x.keras"), model)


def test_a_clone_is_built_and_random(model):
    clone = keras.models.clone_model(model)
    assert isinstance(clone, InceptionV3)
    kernel, other = clone.weights[0].numpy(), model.weights[0].numpy()
    assert kernel.shape == other.shape and not np.array_equal(kernel, other)


# --- bad input


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [((1, 8, 8, 2), "uint8"), ((8, 8, 3), "uint8"), ((1, 8, 8, 3), "int32")],
)
def test_other_than_images(model, shape, dtype):
    with pytest.raises(ValueError, match="`images` must be uint8"):
        model(np.zeros(shape, dtype))


def test_images_without_pixels(model):
    with pytest.raises(ValueError, match="positive"):
        model(np.zeros((1, 0, 8, 3), "uint8"))


@pytest.mark.parametrize("weights", ["imagenet", "missing/file.pth", "."])
def test_weights_that_are_no_file(weights):
    with pytest.raises(ValueError, match=f"weights='{weights}'"):
        InceptionV3(weights=weights)
