"""PixelRNN: its two LSTMs in NumPy, pixel by pixel, and what it draws."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import models
from kerasgen.games import PixelTable
from kerasgen.models import pixel_rnn

SHAPE = (3, 4, 3)
LEVELS = {"name": "categorical", "levels": 4}
RANDOM = np.random.default_rng(0)
H = 3


def numpy(x):
    return ops.convert_to_numpy(ops.stop_gradient(x))


# --- the two LSTMs


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
    layer, x = built(pixel_rnn.DiagonalBiLSTM)
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
    layer, x = built(pixel_rnn.RowLSTM)
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
    found = pixel_rnn.skewed(ops.convert_to_tensor(maps))
    expected = [[1, 2, 3, 4, 0, 0], [0, 5, 6, 7, 8, 0], [0, 0, 9, 10, 11, 12]]
    np.testing.assert_array_equal(numpy(found)[0, :, :, 0], expected)
    np.testing.assert_array_equal(numpy(pixel_rnn.unskewed(found, 4)), maps)


# --- likelihood


@pytest.mark.parametrize("cell", ["diagonal", "row"])
def test_it_learns_a_table(cell):
    table = PixelTable(2)
    keras.utils.set_random_seed(0)
    model = models.PixelRNN((2, 2, 1), cell=cell, filters=8, blocks=1, seed=1)
    model.compile(keras.optimizers.Adam(2e-2))
    start = table.divergence(model)
    table.teach(model, steps=80)
    assert table.divergence(model) < 0.01 < start
    log_prob = model.log_prob(table.images).astype("float64")
    assert np.exp(log_prob).sum() == pytest.approx(1.0, abs=1e-4)
    logs = model.evaluate(table.images, batch_size=16, return_dict=True, verbose=0)
    nats = -log_prob.mean()
    assert logs["network_loss"] == pytest.approx(nats, rel=1e-4)
    assert logs["bits_per_dim"] == pytest.approx(nats / (4 * np.log(2)), rel=1e-4)


# --- samples


@pytest.fixture(scope="module", params=["diagonal", "row"])
def colored(request):
    """Two LSTMs, weights far from zero, four levels of three colors."""
    model = models.PixelRNN(SHAPE, LEVELS, request.param, filters=6, blocks=2, seed=1)
    network = model.network("network")
    network.set_weights([RANDOM.normal(0, 0.4, w.shape) for w in network.get_weights()])
    return model


def test_layers_that_remember_give_the_images_of_the_plain_loop(colored):
    cached = colored.generate(6, seed=3)
    np.testing.assert_array_equal(cached, colored.generate(6, seed=3, cached=False))
    assert set(np.unique(cached)) == {0, 85, 170, 255}
    assert len(np.unique(cached.reshape(6, -1), axis=0)) == 6


def test_a_completed_image_keeps_what_was_given(colored):
    given = (85 * RANDOM.integers(0, 4, (6, *SHAPE))).astype("uint8")
    mask = np.zeros((6, *SHAPE[:2]), bool)
    mask[:3, :2] = True  # the upper rows
    mask[3:, :, ::2] = True  # every other column
    completed = colored.generate(given=given, mask=mask, seed=3)
    np.testing.assert_array_equal(completed[mask], given[mask])
    plain = colored.generate(given=given, mask=mask, seed=3, cached=False)
    np.testing.assert_array_equal(completed, plain)
    cold = {"given": given, "mask": mask, "temperature": 1e-4}
    once, again = (colored.generate(seed=s, **cold) for s in (0, 1))
    np.testing.assert_array_equal(once, again)


# --- what it refuses


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"cell": "column"}, "`cell` must be one of"),
        ({"filters": 0}, "`filters` must be a positive integer"),
        ({"blocks": 0}, "`blocks` must be a positive integer"),
        ({"image_shape": (8, 8)}, "`image_shape` must be"),
        ({"image_shape": (8, 8, 3), "filters": 4}, "multiple of the image's channels"),
        ({"likelihood": "gaussian"}, "`likelihood` must be a likelihood with levels"),
        ({"num_classes": 3}, "num_classes"),
    ],
)
@pytest.mark.host
def test_what_the_constructor_refuses(arguments, message):
    with pytest.raises((TypeError, ValueError), match=message):
        models.PixelRNN(**arguments)


@pytest.mark.host
def test_what_generate_and_log_prob_refuse():
    model = models.PixelRNN((4, 5, 1), filters=1, blocks=1)
    grays = np.full((2, 4, 5, 1), 128, "uint8")
    for arguments, message in (
        ({"n": 2, "labels": 1}, "takes no `labels`"),
        ({"n": 2, "latents": np.zeros((2, 3))}, "takes no `latents`"),
        ({"n": 2, "temperature": 0.0}, "`temperature` must be positive"),
        ({"given": grays, "mask": np.ones((4, 5))}, "`given` must have the 2 levels"),
    ):
        with pytest.raises(ValueError, match=message):
            model.generate(**arguments)
    with pytest.raises(ValueError, match="`images` must have the 2 levels"):
        model.log_prob(grays)
