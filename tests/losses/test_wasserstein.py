import numpy as np

from kerasgen import losses

REAL = np.array([-3.0, 0.2, 1e4])
FAKE = np.array([2.0, -0.4, -1e4])


def test_both_losses_are_linear_with_opposite_signs(game, value_and_gradient):
    objective = losses.get("wasserstein")
    value, gradient = value_and_gradient(
        lambda fake: objective.discriminator(game(REAL, fake)), FAKE
    )
    np.testing.assert_allclose(value, [5.0, -0.6, -2e4], rtol=1e-5)
    np.testing.assert_array_equal(gradient, np.ones(3))
    value, gradient = value_and_gradient(
        lambda fake: objective.generator(game(fake=fake)), FAKE
    )
    np.testing.assert_allclose(value, -FAKE, rtol=1e-6)
    np.testing.assert_array_equal(gradient, -np.ones(3))
