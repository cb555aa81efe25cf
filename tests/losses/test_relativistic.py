import numpy as np
import pytest
from keras import ops

from kerasgen import losses

REAL = np.array([-3.0, -0.5, 0.0, 1.7, 12.0])
FAKE = np.array([2.0, 0.3, -1.0, -14.0, 6.0])


def log_sigmoid(x):
    return -np.logaddexp(0.0, -x)


def expected(more_real, less_real):
    """Equations 8 and 9: who is to look more real than the average of the other."""
    above = more_real - less_real.mean(axis=0)
    below = less_real - more_real.mean(axis=0)
    return -log_sigmoid(above) - log_sigmoid(-below)


@pytest.mark.parametrize("shape", [(5,), (5, 1)])
def test_the_players_minimize_the_same_with_the_sides_exchanged(shape, game):
    objective = losses.get("relativistic_average")
    played = game(REAL.reshape(shape), FAKE.reshape(shape))
    discriminator = ops.convert_to_numpy(objective.discriminator(played))
    generator = ops.convert_to_numpy(objective.generator(played))
    np.testing.assert_allclose(discriminator, expected(REAL, FAKE), rtol=1e-5)
    np.testing.assert_allclose(generator, expected(FAKE, REAL), rtol=1e-5)


def test_the_generator_moves_real_logits_too(game, value_and_gradient):
    objective = losses.get("relativistic_average")

    def mean_loss(real):  # the mean of all depends on each
        loss = objective.generator(game(real, FAKE))
        return ops.mean(loss) + 0.0 * real

    _, gradient = value_and_gradient(mean_loss, REAL)
    step = 1e-6 * np.eye(5)
    slopes = [
        (expected(FAKE, REAL + s).mean() - expected(FAKE, REAL - s).mean()) / 2e-6
        for s in step
    ]
    # `value_and_gradient` sums over the five values, which are all the mean.
    np.testing.assert_allclose(gradient, 5 * np.array(slopes), rtol=1e-4, atol=1e-6)


def test_patches_are_averaged_and_compared_with_their_own_place(game):
    real, fake = np.random.default_rng(0).normal(size=(2, 3, 2, 2, 1))
    objective = losses.get("relativistic_average")
    loss = ops.convert_to_numpy(objective.generator(game(real, fake)))
    np.testing.assert_allclose(
        loss, expected(fake, real).mean(axis=(1, 2, 3)), rtol=1e-5
    )
