"""PixelRNN: what it says is a probability, and what it draws."""

import keras
import numpy as np
import pytest

from kerasgen import models
from kerasgen.games import PixelTable

SHAPE = (3, 4, 3)
LEVELS = {"name": "categorical", "levels": 4}
RANDOM = np.random.default_rng(0)


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
