"""Values and gradients against NumPy in float64."""

import numpy as np
import pytest
from keras import ops

from kerasgen import losses

REAL = np.array([-3.0, -0.5, 0.0, 1.7, 12.0])
FAKE = np.array([2.0, 0.3, -1.0, -14.0, 6.0])


def log_sigmoid(x):
    return -np.logaddexp(0.0, -x)


def expected_discriminator(real, fake, smoothing=0.0):
    """Cross-entropy with targets 1 - s and 0, from the definition."""
    return (
        -(1 - smoothing) * log_sigmoid(real)
        - smoothing * log_sigmoid(-real)
        - log_sigmoid(-fake)
    )


GENERATORS = {
    "minimax": lambda f: log_sigmoid(-f),  # log(1 - D)
    "non_saturating": lambda f: -log_sigmoid(f),  # -log D
    "maximum_likelihood": lambda f: -np.exp(f) / 2,
}


def slope(function, x, step=1e-6):
    return (function(x + step) - function(x - step)) / (2 * step)


@pytest.mark.parametrize("name", GENERATORS)
def test_discriminator_loss_is_binary_cross_entropy_in_nats(name, game):
    loss = losses.get(name).discriminator(game(REAL, FAKE))
    np.testing.assert_allclose(
        ops.convert_to_numpy(loss), expected_discriminator(REAL, FAKE), rtol=1e-5
    )


@pytest.mark.parametrize("name", GENERATORS)
def test_one_sided_smoothing_softens_the_real_target_alone(name, game):
    loss = losses.get(name, label_smoothing=0.1).discriminator(game(REAL, FAKE))
    np.testing.assert_allclose(
        ops.convert_to_numpy(loss), expected_discriminator(REAL, FAKE, 0.1), rtol=1e-5
    )


@pytest.mark.parametrize(("name", "expected"), GENERATORS.items())
def test_generator_loss_and_its_gradient(name, expected, game, value_and_gradient):
    objective = losses.get(name)
    value, gradient = value_and_gradient(
        lambda fake: objective.generator(game(fake=fake)), FAKE
    )
    np.testing.assert_allclose(value, expected(FAKE), rtol=1e-5)
    np.testing.assert_allclose(gradient, slope(expected, FAKE), rtol=2e-5, atol=1e-9)


@pytest.mark.parametrize("name", GENERATORS)
def test_extreme_logits_stay_finite_and_keep_the_sign_of_their_gradient(
    name, game, value_and_gradient
):
    extreme = np.array([-1e4, -200.0, 200.0, 1e4])
    objective = losses.get(name)
    both = objective.discriminator(game(extreme, extreme))
    assert np.isfinite(ops.convert_to_numpy(both)).all()
    value, gradient = value_and_gradient(
        lambda fake: objective.generator(game(fake=fake)), extreme
    )
    assert np.isfinite(value).all() and np.isfinite(gradient).all()
    assert (gradient <= 0).all() and (gradient[-1] < 0 or name == "non_saturating")


@pytest.mark.parametrize("name", GENERATORS)
def test_patches_are_averaged_and_samples_are_not(name, game):
    logits = np.random.default_rng(0).normal(size=(3, 4, 5, 1))
    objective = losses.get(name)
    loss = ops.convert_to_numpy(objective.generator(game(fake=logits)))
    expected = GENERATORS[name](logits).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(loss, expected, rtol=1e-5)
    column = ops.convert_to_numpy(objective.generator(game(fake=FAKE[:, None])))
    assert column.shape == (5,)


def test_an_unknown_name_lists_the_nearest():
    with pytest.raises(ValueError, match="non_saturating.*'not_saturating'"):
        losses.get("not_saturating")


@pytest.mark.parametrize("smoothing", [-0.1, 1.0])
def test_smoothing_outside_its_range_is_refused(smoothing):
    with pytest.raises(ValueError, match="label_smoothing"):
        losses.get("minimax", label_smoothing=smoothing)


def test_parameters_of_an_object_are_refused():
    with pytest.raises(ValueError, match="constructor"):
        losses.get(losses.Minimax(), label_smoothing=0.1)
