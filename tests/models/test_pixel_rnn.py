"""PixelRNN: its two LSTMs in NumPy, pixel by pixel."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import models
from kerasgen.models import pixel_rnn

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
        h[i + 1, j + 1], c[i + 1, j + 1] = step(
            maps[i, j] + before @ kernel, c[i + 1, j]
        )
    return h[1:, 1:]


def built(cell):
    layer = cell(H)
    layer.build((None, 4, 5, 6))
    layer.set_weights([RANDOM.normal(size=w.shape) for w in layer.get_weights()])
    return layer, RANDOM.normal(size=(2, 4, 5, 6)).astype("float32")


def test_a_diagonal_lstm_is_two_that_meet_a_row_apart():
    layer, x = built(pixel_rnn.DiagonalBiLSTM)
    left, right = (
        x @ each.kernel.numpy()[0, 0] + each.bias.numpy() for each in layer.of_inputs
    )
    of_left, of_right = (w.numpy() for w in layer.of_states)
    expected = np.stack([from_the_left(maps, of_left) for maps in left])
    mirrored = [from_the_left(maps[:, ::-1], of_right)[:, ::-1] for maps in right]
    expected[:, 1:] += np.stack(mirrored)[:, :-1]
    np.testing.assert_allclose(
        numpy(layer(ops.convert_to_tensor(x))), expected, atol=1e-4
    )


def test_a_row_lstm_goes_down():
    layer, x = built(pixel_rnn.RowLSTM)
    maps = numpy(layer.of_inputs(ops.convert_to_tensor(x)))
    kernel = layer.of_state.numpy()[0]
    expected = np.zeros((2, 4, 5, H))
    for n in range(2):
        h, c = np.zeros((7, H)), np.zeros((5, H))  # a zero on either side
        for i in range(4):
            of_state = [sum(h[j + k] @ kernel[k] for k in range(3)) for j in range(5)]
            pairs = [step(maps[n, i, j] + of_state[j], c[j]) for j in range(5)]
            h[1:6], c = np.stack([p[0] for p in pairs]), np.stack([p[1] for p in pairs])
            expected[n, i] = h[1:6]
    np.testing.assert_allclose(
        numpy(layer(ops.convert_to_tensor(x))), expected, atol=1e-4
    )


def test_a_column_of_a_skewed_map_is_a_diagonal():
    maps = np.arange(1.0, 13.0).reshape(1, 3, 4, 1).astype("float32")
    found = pixel_rnn.skewed(ops.convert_to_tensor(maps))
    expected = [[1, 2, 3, 4, 0, 0], [0, 5, 6, 7, 8, 0], [0, 0, 9, 10, 11, 12]]
    np.testing.assert_array_equal(numpy(found)[0, :, :, 0], expected)
    np.testing.assert_array_equal(numpy(pixel_rnn.unskewed(found, 4)), maps)


def test_a_diagonal_lstm_learns_a_table():
    from kerasgen.games import PixelTable

    table = PixelTable(2)
    keras.utils.set_random_seed(0)
    model = models.PixelRNN((2, 2, 1), filters=8, blocks=1, seed=1)
    model.compile(keras.optimizers.Adam(2e-2))
    start = table.divergence(model)
    table.teach(model, steps=150)
    assert table.divergence(model) < 0.01 < start
    log_prob = model.log_prob(table.images).astype("float64")
    assert np.exp(log_prob).sum() == pytest.approx(1.0, abs=1e-4)


@pytest.mark.host
def test_what_it_refuses():
    with pytest.raises(ValueError, match="`cell` must be one of"):
        models.PixelRNN(cell="column")
    model = models.PixelRNN((2, 2, 1), filters=1, blocks=1)
    with pytest.raises(ValueError, match="remembers nothing"):
        model.generate(1, cached=True)
