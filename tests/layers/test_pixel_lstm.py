"""LSTMs over images: in NumPy, pixel by pixel."""

import numpy as np
from keras import ops

from kerasgen import layers
from kerasgen.layers import pixel_lstm

RANDOM = np.random.default_rng(0)
H = 3


def numpy(x):
    return ops.convert_to_numpy(ops.stop_gradient(x))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def step(maps, c):
    """`(h, c)` after one step of an LSTM, `K_ss * h + K_is * x` being given."""
    o, f, i, g = np.split(maps, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def from_the_left(maps, kernel):
    """States of one image, each from those to the left of it and above."""
    height, width, _ = maps.shape
    h = np.zeros((height + 1, width + 1, H))  # zeros above and to the left
    c = np.zeros((height + 1, width + 1, H))
    for i, j in np.ndindex(height, width):
        before = np.concatenate([h[i, j + 1], h[i + 1, j]])  # above, then its own row
        now = step(maps[i, j] + before @ kernel, c[i + 1, j])
        h[i + 1, j + 1], c[i + 1, j + 1] = now
    return h[1:, 1:]


def built(cell):
    layer = cell(H)
    layer.build((None, 4, 5, 6))
    layer.set_weights([RANDOM.normal(size=w.shape) for w in layer.get_weights()])
    return layer, RANDOM.normal(size=(2, 4, 5, 6)).astype("float32")


def test_a_diagonal_lstm_is_two_that_meet_a_row_apart():
    layer, x = built(layers.DiagonalBiLSTM)
    sides = layer.from_left, layer.from_right
    left, right = (
        x @ numpy(each.of_inputs.kernel)[0, 0] + numpy(each.of_inputs.bias)
        for each in sides
    )
    of_left, of_right = (numpy(each.of_state) for each in sides)
    expected = np.stack([from_the_left(maps, of_left) for maps in left])
    mirrored = [from_the_left(maps[:, ::-1], of_right)[:, ::-1] for maps in right]
    expected[:, 1:] += np.stack(mirrored)[:, :-1]
    found = numpy(layer(ops.convert_to_tensor(x)))
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_row_lstm_goes_down():
    layer, x = built(layers.RowLSTM)
    kernel, bias = numpy(layer.of_inputs.kernel)[0], numpy(layer.of_inputs.bias)
    left = np.pad(x, ((0, 0), (0, 0), (1, 0), (0, 0)))[:, :, :-1]
    maps = left @ kernel[0] + x @ kernel[1] + bias
    of_state = numpy(layer.of_state)
    expected = np.zeros((2, 4, 5, H))
    for n in range(2):
        h, c = np.zeros((7, H)), np.zeros((5, H))  # h has a zero on either side
        for i in range(4):
            before = [h[j : j + 3].reshape(-1) @ of_state for j in range(5)]
            pairs = [step(maps[n, i, j] + before[j], c[j]) for j in range(5)]
            h[1:6], c = np.stack([p[0] for p in pairs]), np.stack([p[1] for p in pairs])
            expected[n, i] = h[1:6]
    found = numpy(layer(ops.convert_to_tensor(x)))
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_column_of_a_skewed_map_is_a_diagonal():
    maps = np.arange(1.0, 13.0).reshape(1, 3, 4, 1).astype("float32")
    found = pixel_lstm.skewed(ops.convert_to_tensor(maps))
    expected = [[1, 2, 3, 4, 0, 0], [0, 5, 6, 7, 8, 0], [0, 0, 9, 10, 11, 12]]
    np.testing.assert_array_equal(numpy(found)[0, :, :, 0], expected)
    np.testing.assert_array_equal(numpy(pixel_lstm.unskewed(found, 4)), maps)
