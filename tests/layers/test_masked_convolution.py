"""What a masked convolution sees, and that it is a convolution of that."""

import numpy as np
import pytest
from keras import ops

from kerasgen import layers

RANDOM = np.random.default_rng(0)


def built(filters, kernel_size, mask, colors=1, channels=None):
    layer = layers.MaskedConv2D(filters, kernel_size, mask, colors)
    layer.build((None, 5, 6, channels or colors))
    layer.set_weights([RANDOM.normal(size=w.shape) for w in layer.get_weights()])
    return layer


def convolved(x, kernel, above, left):
    """A convolution in NumPy, term by term; the kernel's taps start above and left."""
    batch, height, width, _ = x.shape
    outputs = np.zeros((batch, height, width, kernel.shape[-1]))
    for row, column in np.ndindex(height, width):
        for a, b in np.ndindex(kernel.shape[:2]):
            i, j = row - above + a, column - left + b
            if 0 <= i < height and 0 <= j < width:
                outputs[:, row, column] += x[:, i, j] @ kernel[a, b]
    return outputs


# Of the pixel itself, from colors R, G, B in rows to R, G, B in columns.
CENTER = {
    "A": [[0, 1, 1], [0, 0, 1], [0, 0, 0]],
    "B": [[1, 1, 1], [0, 1, 1], [0, 0, 1]],
}


@pytest.mark.parametrize("mask", CENTER)
def test_it_is_a_convolution_of_what_comes_before(mask):
    layer = built(6, (5, 3), mask, colors=3)
    kernel, bias = (w.astype("float64") for w in layer.get_weights())
    assert kernel.shape == (3, 3, 3, 6)  # two rows above and its own
    kernel[2, 2] = 0.0
    kernel[2, 1] *= np.tile(CENTER[mask], 2)
    x = RANDOM.normal(size=(2, 5, 6, 3)).astype("float32")
    found = ops.convert_to_numpy(ops.stop_gradient(layer(x)))
    np.testing.assert_allclose(found, convolved(x, kernel, 2, 1) + bias, atol=1e-4)


def test_rows_are_seen_whole():
    layer = built(4, 3, "rows", channels=2)
    kernel, bias = layer.get_weights()
    x = RANDOM.normal(size=(2, 5, 6, 2)).astype("float32")
    found = ops.convert_to_numpy(ops.stop_gradient(layer(x)))
    np.testing.assert_allclose(found, convolved(x, kernel, 1, 1) + bias, atol=1e-4)


def test_a_row_of_its_own_has_no_weights_for_what_follows():
    assert built(2, (1, 7), "B").kernel.shape == (1, 4, 1, 2)


def test_the_mask_leaves_the_weights_as_they_are():
    layer = built(2, 3, "A")
    before = layer.get_weights()
    layer(np.ones((1, 5, 6, 1), "float32"))
    np.testing.assert_array_equal(before[0], layer.get_weights()[0])
    assert before[0][1, 1].all()


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"filters": 0, "kernel_size": 3}, "`filters` must be a positive integer"),
        ({"filters": 4, "kernel_size": 3, "colors": 3}, "multiple of the image's"),
        ({"filters": 4, "kernel_size": 2}, "`kernel_size` must be odd"),
        ({"filters": 4, "kernel_size": (3, 0)}, "`kernel_size` must be odd"),
        ({"filters": 4, "kernel_size": 3, "mask": "C"}, "`mask` must be one of"),
    ],
)
@pytest.mark.host
def test_what_it_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        layers.MaskedConv2D(**arguments)
