"""Which numbers of an image the distribution of another one depends on: by gradients.

Numbers are counted in raster order, colors of a pixel one after the other. Where
everything before a number is seen and nothing else, the table of who sees whom is
strictly lower triangular.
"""

import functools

import numpy as np
import pytest
from keras import ops

from kerasgen import engine, models

PLAIN = models.PixelCNN
GATED = models.GatedPixelCNN
ROW = functools.partial(models.PixelRNN, cell="row", filters=12)
DIAGONAL = functools.partial(models.PixelRNN, cell="diagonal", filters=12)
SIZES = [(5, 6, 1), (3, 4, 3), (1, 5, 2), (4, 1, 1)]
# Who sees whom is no matter of the backend: the larger models show it of one size on
# each, of all sizes on one.
once = functools.partial(pytest.param, marks=pytest.mark.host)


def seen(model, labels=None, times=5):
    """Booleans `(D, D)`: whether number d depends on number e."""
    shape = model.kind.shape
    count = int(np.prod(shape))
    random = np.random.default_rng(0)
    network = model.network("network")
    picks = ops.reshape(ops.eye(count), (count, *shape))
    found = np.zeros((count, count), bool)
    for _ in range(times):  # ReLUs that are off hide what is behind them
        weights = [random.normal(0, 0.3, w.shape) for w in network.get_weights()]
        network.set_weights(weights)
        images = random.uniform(-1, 1, (1, *shape)).repeat(count, 0).astype("float32")

        def picked(images):
            logits = network(images)
            if len(logits.shape) == 5:  # all levels, each with another weight
                logits = ops.sum(logits * ops.arange(1.0, 1.0 + logits.shape[-1]), -1)
            return ops.sum(logits * picks, axis=(1, 2, 3))

        grads = engine.input_gradients(picked, ops.convert_to_tensor(images))
        grads = ops.convert_to_numpy(ops.stop_gradient(grads))
        found |= grads.reshape(count, count) != 0.0
    return found


@pytest.mark.parametrize("shape", SIZES, ids=str)
@pytest.mark.parametrize("likelihood", ["bernoulli", "categorical"])
@pytest.mark.parametrize("model", [PLAIN, GATED], ids=["plain", "gated"])
def test_nothing_depends_on_what_comes_later(model, likelihood, shape):
    levels = {"name": "categorical", "levels": 3}
    likelihood = levels if likelihood == "categorical" else likelihood
    found = seen(model(shape, likelihood, filters=12, blocks=2, seed=1))
    assert not np.triu(found).any()
    # Earlier colors are seen, and the last one of the neighbor to the left.
    starts = np.arange(0, len(found), shape[1] * shape[2])
    assert np.delete(np.diagonal(found, -1), starts[1:] - 1).all()


def test_a_gated_network_sees_all_that_comes_before():
    shape = (4, 8, 1)
    found = seen(GATED(shape, "bernoulli", filters=12, blocks=3, kernel_size=5))
    np.testing.assert_array_equal(found, np.tri(32, k=-1, dtype=bool))


def test_a_gated_network_sees_all_earlier_colors():
    found = seen(GATED((2, 3, 3), "bernoulli", filters=12, blocks=2))
    np.testing.assert_array_equal(found, np.tri(18, k=-1, dtype=bool))


@pytest.mark.parametrize(
    "shape, blocks",
    [
        ((2, 3, 3), 2),
        once((4, 6, 1), 1),
        once((5, 3, 1), 2),
        once((1, 4, 2), 1),
        once((4, 1, 1), 1),
    ],
    ids=str,
)
def test_diagonal_lstms_see_all_that_comes_before_and_nothing_else(shape, blocks):
    found = seen(DIAGONAL(shape, "bernoulli", blocks=blocks), times=2)
    count = int(np.prod(shape))
    np.testing.assert_array_equal(found, np.tri(count, k=-1, dtype=bool))


@pytest.mark.host
def test_a_row_lstm_sees_a_triangle():
    """An LSTM climbs, from a row to the next by a column to either side.

    Where it arrives K_is sees the column to the left too, and of both the first layer
    sees three columns to either side in the rows above, in its own those to the left.
    """
    found = seen(ROW((5, 14, 1), "bernoulli", blocks=1), times=2)
    row, column = np.mgrid[:5, :14]
    up, right = 4 - row, column - 6  # from the pixel in row 4 and column 6
    ends = np.where(up > 0, (up - 1) + 3, -1)
    triangle = (-up - 1 - 3 <= right) & (right <= ends)
    np.testing.assert_array_equal(found.reshape(5, 14, 5, 14)[4, 6], triangle)


@pytest.mark.parametrize("shape", [(3, 4, 1), once((4, 2, 3))], ids=str)
def test_row_lstms_see_nothing_that_comes_later(shape):
    levels = {"name": "categorical", "levels": 3}
    found = seen(ROW(shape, levels, blocks=2), times=2)
    assert not np.triu(found).any()
    # Rows are short enough for all that comes before to be in reach.
    np.testing.assert_array_equal(found, np.tri(len(found), k=-1, dtype=bool))


def test_a_plain_network_has_its_blind_spot():
    """To the right the first layer sees three columns, in any row above.

    Each 3x3 layer after it sees one more, in one more row above. So of the row above
    itself a pixel never sees what is more than three columns to its right.
    """
    found = seen(PLAIN((4, 8, 1), "bernoulli", filters=12, blocks=6))
    found = found.reshape(4, 8, 4, 8)
    row, column = 3, 1
    assert found[row, column, 2].tolist() == [True] * 5 + [False] * 3
    assert found[row, column, 1].tolist() == [True] * 6 + [False] * 2
    assert found[row, column, 0].tolist() == [True] * 7 + [False]


def pixels_seen(model):
    """Booleans `(pixels, pixels)`: whether what is said of one depends on another.

    Twice: on all colors of the other one, and on any.
    """
    shape = model.kind.shape
    count = shape[0] * shape[1]
    random = np.random.default_rng(0)
    network = model.network("network")
    weights = [w + random.normal(0, 0.3, w.shape) for w in network.get_weights()]
    network.set_weights(weights)
    images = random.uniform(-1, 1, (1, *shape)).repeat(count, 0).astype("float32")
    picks = ops.reshape(ops.eye(count), (count, *shape[:2]))

    def picked(images):
        total = 0.0
        for values in network(images).values():
            flat = ops.reshape(values, (count, *shape[:2], -1))
            of_pixel = ops.sum(flat * ops.arange(1.0, 1.0 + flat.shape[-1]), axis=-1)
            total = total + ops.sum(of_pixel * picks, axis=(1, 2))
        return total

    images = ops.convert_to_tensor(images)
    grads = engine.compiled(lambda: engine.input_gradients(picked, images))()
    grads = ops.convert_to_numpy(ops.stop_gradient(grads))
    found = grads.reshape(count, count, -1) != 0.0
    return found.all(axis=-1), found.any(axis=-1)


@pytest.mark.parametrize(
    "shape, blocks, halvings",
    [
        once((4, 8, 1), 2, 2),
        once((8, 4, 3), 1, 2),
        ((4, 6, 2), 1, 1),
        once((3, 5, 1), 1, 0),
    ],
    ids=str,
)
def test_all_earlier_pixels_are_seen_through_all_resolutions(shape, blocks, halvings):
    """All colors of them, and no color of the pixel itself."""
    model = models.PixelCNNPlusPlus(shape, 4, blocks, halvings, components=2, seed=1)
    all_colors, any_color = pixels_seen(model)
    before = np.tri(shape[0] * shape[1], k=-1, dtype=bool)
    np.testing.assert_array_equal(any_color, before)
    np.testing.assert_array_equal(all_colors, before)
