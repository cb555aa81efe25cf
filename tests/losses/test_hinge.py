import numpy as np

from kerasgen import losses

REAL = np.array([-3.0, 0.2, 1.0, 40.0])
FAKE = np.array([2.0, -0.4, -1.0, -70.0])


def test_discriminator_loss_ends_at_the_margin(game, value_and_gradient):
    objective = losses.get("hinge")
    value, gradient = value_and_gradient(
        lambda real: objective.discriminator(game(real, FAKE)), REAL
    )
    np.testing.assert_allclose(value, [4.0 + 3.0, 0.8 + 0.6, 0.0, 0.0], rtol=1e-5)
    np.testing.assert_array_equal(gradient, [-1.0, -1.0, 0.0, 0.0])
    _, gradient = value_and_gradient(
        lambda fake: objective.discriminator(game(REAL, fake)), FAKE
    )
    np.testing.assert_array_equal(gradient, [1.0, 1.0, 0.0, 0.0])


def test_generator_loss_is_linear(game, value_and_gradient):
    objective = losses.get("hinge")
    value, gradient = value_and_gradient(
        lambda fake: objective.generator(game(fake=fake)), FAKE
    )
    np.testing.assert_allclose(value, -FAKE, rtol=1e-6)
    np.testing.assert_array_equal(gradient, -np.ones(4))
