import types

import keras
import numpy as np
import pytest
from keras import ops
from scipy import integrate, special, stats

from kerasgen import engine, losses
from kerasgen.losses import ELBO, gaussian_kl

TERMS = {
    "reconstruction": np.array([3.0, 5.0, 1.0], "float32"),
    "kl": np.array([[0.2, 2.0], [0.1, 4.0], [0.6, 3.0]], "float32"),
}


def loss(objective, step=0, weights=None):
    """A float of the loss of `TERMS` at a step of training."""
    counter = keras.Variable(step, dtype="int32", trainable=False)
    model = types.SimpleNamespace(global_step=counter)
    terms = {n: ops.convert_to_tensor(v) for n, v in TERMS.items()}
    return float(ops.convert_to_numpy(objective.loss(terms, model, weights)))


@pytest.mark.parametrize("mean, deviation", [(0.0, 0.3), (1.5, 1.0), (-2.0, 1.7)])
def test_the_divergence_is_the_integral(mean, deviation):
    q = stats.norm(mean, deviation)

    def integrand(z):
        return q.pdf(z) * (q.logpdf(z) - stats.norm.logpdf(z))

    expected, _ = integrate.quad(integrand, mean - 12 * deviation, mean + 12)
    log_var = np.full((1, 1), 2 * np.log(deviation), "float32")
    found = gaussian_kl(np.full((1, 1), mean, "float32"), log_var)
    np.testing.assert_allclose(ops.convert_to_numpy(found), [[expected]], rtol=1e-5)


def test_a_small_divergence_is_exact():
    log_var = np.array([[0.0, 1e-3, -1e-3]], "float32")
    found = ops.convert_to_numpy(gaussian_kl(np.zeros((1, 3), "float32"), log_var))
    exact = log_var.astype("float64")
    exact = 0.5 * (np.expm1(exact) - exact)  # about log_var**2 / 4
    np.testing.assert_allclose(found, exact, rtol=1e-3)
    assert found[0, 0] == 0.0


def test_its_gradient(value_and_gradient):
    log_var = np.array([[-0.7, 0.4]])
    mean = np.array([[1.2, -0.3]])
    _, by_mean = value_and_gradient(lambda m: gaussian_kl(m, log_var), mean)
    _, by_log_var = value_and_gradient(
        lambda v: gaussian_kl(ops.convert_to_tensor(mean), v), log_var
    )
    np.testing.assert_allclose(by_mean, mean, rtol=1e-6)
    np.testing.assert_allclose(by_log_var, np.expm1(log_var) / 2, rtol=1e-5)


def test_the_loss_is_the_negative_bound():
    assert loss(ELBO()) == pytest.approx(3.0 + 0.3 + 3.0)


def test_beta_weighs_the_divergence_alone():
    assert loss(ELBO(beta=4.0)) == pytest.approx(3.0 + 4.0 * 3.3)


def test_free_bits_are_for_each_latent_and_the_mean_over_the_batch():
    assert loss(ELBO(free_bits=0.5)) == pytest.approx(3.0 + 0.5 + 3.0)
    assert loss(ELBO(beta=2.0, free_bits=10.0)) == pytest.approx(3.0 + 2 * 20.0)


def test_weights_weigh_both_terms():
    weights = np.array([1.0, 3.0, 0.0], "float32")
    expected = (3.0 + 3 * 5.0) / 4 + (0.2 + 3 * 0.1) / 4 + (2.0 + 3 * 4.0) / 4
    assert loss(ELBO(), weights=weights) == pytest.approx(expected)
    # The mean of the first latent, 0.125, is below the free 0.2.
    expected += 0.2 - 0.125
    assert loss(ELBO(free_bits=0.2), weights=weights) == pytest.approx(expected)


def test_beta_rises_with_the_steps():
    rising = ELBO(keras.optimizers.schedules.PolynomialDecay(0.0, 100, 1.0))
    found = [loss(rising, step) for step in (0, 25, 100, 1000)]
    np.testing.assert_allclose(found, [3.0, 3.0 + 3.3 / 4, 6.3, 6.3], rtol=1e-5)


def test_a_warm_up_rises_evenly_to_beta():
    rising = ELBO(beta=2.0, warm_up=100)
    found = [loss(rising, step) for step in (0, 25, 100, 1000)]
    expected = [3.0, 3.0 + 2 * 3.3 / 4, 3.0 + 2 * 3.3, 3.0 + 2 * 3.3]
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_several_samples_are_averaged_before_the_logarithm():
    log_weights = np.array([[-90.0, -100.0], [-700.0, -701.0]], "float32")
    terms = {"log_weights": ops.convert_to_tensor(log_weights)}
    found = ELBO(samples=2).loss(terms, None)
    expected = -special.logsumexp(log_weights.astype("float64"), axis=1) + np.log(2)
    np.testing.assert_allclose(ops.convert_to_numpy(found), expected.mean(), rtol=1e-6)
    weights = ops.convert_to_tensor(np.array([0.0, 2.0], "float32"))
    found = ELBO(samples=2).loss(terms, None, weights)
    np.testing.assert_allclose(ops.convert_to_numpy(found), expected[1], rtol=1e-6)


def test_the_density_of_a_normal_distribution():
    random = np.random.default_rng(0)
    z, mean, log_var = random.normal(size=(3, 5, 4))
    found = losses.gaussian_log_prob(*map(ops.convert_to_tensor, (z, mean, log_var)))
    expected = stats.norm.logpdf(z, mean, np.exp(log_var / 2))
    np.testing.assert_allclose(ops.convert_to_numpy(found), expected.sum(1), rtol=1e-5)
    found = losses.gaussian_log_density(*map(ops.convert_to_tensor, (z, mean, log_var)))
    np.testing.assert_allclose(ops.convert_to_numpy(found), expected, rtol=1e-4)
    assert keras.backend.standardize_dtype(found.dtype) == "float32"
    found = losses.gaussian_log_prob(ops.convert_to_tensor(z))
    expected = stats.norm.logpdf(z).sum(axis=1)
    np.testing.assert_allclose(ops.convert_to_numpy(found), expected, rtol=1e-5)


def test_an_objective_is_saved_with_its_schedule():
    rising = keras.optimizers.schedules.PolynomialDecay(0.0, 100, 1.0)
    objective = ELBO(engine.ByEpoch(rising), warm_up=7, free_bits=0.25)
    config = keras.saving.serialize_keras_object(objective)
    again = keras.saving.deserialize_keras_object(config)
    assert isinstance(again, ELBO) and (again.warm_up, again.free_bits) == (7, 0.25)
    assert float(again.beta.schedule(50)) == pytest.approx(0.5)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"beta": -1.0}, "`beta`.*Received: beta=-1.0"),
        ({"beta": float("nan")}, "Received: beta=nan"),
        (
            {"beta": keras.optimizers.schedules.PolynomialDecay(1.0, 100, -0.5)},
            "`beta at step 100`",
        ),
        ({"free_bits": -0.1}, "Received: free_bits=-0.1"),
        ({"warm_up": -1}, "Received: warm_up=-1"),
        ({"warm_up": 0.5}, "Received: warm_up=0.5"),
        ({"samples": 0}, "Received: samples=0"),
        ({"samples": 5, "beta": 2.0}, "no divergence of its own.*beta=2.0"),
        ({"samples": 5, "warm_up": 10}, "no divergence of its own.*warm_up=10"),
    ],
)
def test_bad_objectives(arguments, message):
    with pytest.raises(ValueError, match=message):
        losses.ELBO(**arguments)
