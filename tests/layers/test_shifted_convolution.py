"""What a shifted convolution sees, and that the length of its kernel plays no part."""

import numpy as np
import pytest
from keras import ops

from kerasgen import layers

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(2, 4, 6, 3)).astype("float32")


def built(make, *arguments, **others):
    layer = make(5, *arguments, **others)
    layer.build((None, *X.shape[1:]))
    layer.set_weights([RANDOM.normal(size=w.shape) for w in layer.get_weights()])
    return layer


def called(layer, x=X):
    return ops.convert_to_numpy(ops.stop_gradient(layer(ops.convert_to_tensor(x))))


def kernel_of(layer, output_axis):
    v, g, bias = (w.astype("float64") for w in layer.get_weights())
    axes = tuple(axis for axis in range(4) if axis != output_axis)
    v = np.moveaxis(v / np.sqrt((v**2).sum(axes, keepdims=True)), output_axis, -1)
    return v * g, bias  # (height, width, inputs, outputs)


# Rows above and its own one; columns from there to the left, of which the last is its
# own, one to its right, or one to its left.
SEEN = [("down", (2, 3), 1), ("down_right", (2, 2), 0), ("right", (2, 1), -1)]


@pytest.mark.parametrize("strides", [1, 2])
@pytest.mark.parametrize("direction, size, last", SEEN)
def test_it_is_a_convolution_of_what_is_above_and_beside(
    direction, size, last, strides
):
    layer = built(layers.ShiftedConv2D, size, direction, strides)
    kernel, bias = kernel_of(layer, 3)
    expected = np.zeros((2, 4, 6, 5)) + bias
    for i, j in np.ndindex(4, 6):
        for a, b in np.ndindex(size):
            row, column = i - size[0] + 1 + a, j + last - size[1] + 1 + b
            if row >= 0 and 0 <= column < 6:
                expected[:, i, j] += X[:, row, column] @ kernel[a, b]
    found = called(layer)
    np.testing.assert_allclose(found, expected[:, ::strides, ::strides], atol=1e-5)
    assert layer.compute_output_shape((2, 4, 6, 3)) == found.shape


@pytest.mark.parametrize("direction", ["down", "down_right"])
def test_a_transposed_one_spreads_each_pixel_over_two_rows(direction):
    layer = built(layers.ShiftedConv2DTranspose, direction)
    kernel, bias = kernel_of(layer, 2)
    first = 1 if direction == "down" else 0  # column of the kernel at the pixel itself
    expected = np.zeros((2, 8, 12, 5)) + bias
    for i, j in np.ndindex(4, 6):
        for a, b in np.ndindex(kernel.shape[:2]):
            column = 2 * j - first + b
            if 0 <= column < 12:
                expected[:, 2 * i + a, column] += X[:, i, j] @ kernel[a, b]
    found = called(layer)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert layer.compute_output_shape((2, 4, 6, 3)) == found.shape


@pytest.mark.parametrize(
    "layer",
    [
        built(layers.ShiftedConv2D, (2, 2), "down_right"),
        built(layers.ShiftedConv2DTranspose),
    ],
    ids=["plain", "transposed"],
)
def test_the_length_of_a_kernel_plays_no_part(layer):
    before, bias = called(layer), layer.bias.numpy()
    layer.kernel.assign(7.0 * layer.kernel.numpy())
    np.testing.assert_allclose(called(layer), before, atol=1e-5)
    layer.g.assign(2.0 * layer.g.numpy())
    np.testing.assert_allclose(called(layer) - bias, 2 * (before - bias), atol=1e-4)
    layer.kernel.assign(0.0 * layer.kernel.numpy())
    np.testing.assert_allclose(called(layer), np.broadcast_to(bias, before.shape))


@pytest.mark.parametrize("make", [layers.ShiftedConv2D, layers.ShiftedConv2DTranspose])
def test_at_first_the_scale_is_the_standard_deviation(make):
    size = ((2, 3),) if make is layers.ShiftedConv2D else ()
    layer = make(32, *size, scale=0.1)
    x = RANDOM.normal(size=(8, 8, 8, 16)).astype("float32")
    inside = called(layer, x)[:, 1:, 2:-2]
    assert inside.std() == pytest.approx(0.1, rel=0.05)


@pytest.mark.parametrize(
    "make, arguments, message",
    [
        (layers.ShiftedConv2D, (0, (2, 3)), "`filters` must be a positive integer"),
        (layers.ShiftedConv2D, (4, (2, 2)), "must have an odd width"),
        (layers.ShiftedConv2D, (4, (0, 3)), "`height` must be a positive integer"),
        (layers.ShiftedConv2D, (4, (2, 3), "up"), "`direction` must be one of"),
        (layers.ShiftedConv2D, (4, (2, 3), "down", 0), "`strides` must be a positive"),
        (layers.ShiftedConv2DTranspose, (4, "right"), "`direction` must be one of"),
    ],
)
@pytest.mark.host
def test_what_it_refuses(make, arguments, message):
    with pytest.raises(ValueError, match=message):
        make(*arguments)
