"""A table that a model has to learn, all of it."""

import keras
import numpy as np
import pytest

from kerasgen import games, models

TABLE = games.PixelTable()


@pytest.mark.host
def test_it_is_a_distribution_of_all_images():
    assert TABLE.images.shape == (512, 3, 3, 1)
    assert len(np.unique(TABLE.images.reshape(512, 9), axis=0)) == 512
    assert TABLE.probs.sum() == pytest.approx(1.0)
    pixels = TABLE.images.reshape(512, 9) > 0
    alone = TABLE.probs @ pixels
    even = -np.sum(alone * np.log(alone) + (1 - alone) * np.log(1 - alone))
    assert even - TABLE.entropy > 0.5  # nats in what pixels say of one another


@pytest.mark.host
def test_sides_that_it_has():
    assert len(games.PixelTable(2).images) == 16
    with pytest.raises(ValueError, match="`side` must be 2 or 3"):
        games.PixelTable(4)


def model(name):
    keras.utils.set_random_seed(0)
    made = getattr(models, name)((3, 3, 1), "bernoulli", filters=16, blocks=1, seed=1)
    made.compile(keras.optimizers.Adam(2e-2))
    return made


@pytest.mark.parametrize("name", ["PixelCNN", "GatedPixelCNN"])
def test_a_model_learns_it(name):
    learner = model(name)
    start = learner.log_prob(TABLE.images, batch_size=512)
    assert np.exp(start.astype("float64")).sum() == pytest.approx(1.0, abs=1e-4)
    TABLE.teach(learner, steps=150)
    log_prob = learner.log_prob(TABLE.images, batch_size=512).astype("float64")
    assert np.exp(log_prob).sum() == pytest.approx(1.0, abs=1e-4)
    assert TABLE.divergence(learner) < 0.01
    # What it draws is what it says: of 16,384 samples.
    drawn = learner.generate(16384, seed=0, batch_size=4096, verbose=0)
    number = (drawn.reshape(-1, 9) > 0) @ (1 << np.arange(9))
    counts = np.bincount(number, minlength=512)
    expected = 16384 * np.exp(log_prob)
    chi2 = np.sum((counts - expected) ** 2 / expected)
    assert 380 < chi2 < 650  # 511 +- 4 standard deviations of 32
