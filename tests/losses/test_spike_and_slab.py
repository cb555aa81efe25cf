import numpy as np
import pytest
from keras import ops
from scipy import integrate, stats

from kerasgen.losses import gaussian_kl, spike_and_slab_kl


def kl(mean, deviation, gamma, alpha):
    parts = (mean, 2 * np.log(deviation), np.log(gamma) - np.log1p(-gamma))
    parts = [np.full((1, 1), part, "float32") for part in parts]
    return float(ops.convert_to_numpy(spike_and_slab_kl(*parts, alpha))[0, 0])


@pytest.mark.parametrize("alpha", [0.05, 0.5])
@pytest.mark.parametrize(
    "mean, deviation, gamma", [(0.0, 1.0, 0.3), (1.5, 0.4, 0.9), (-0.7, 1.6, 0.02)]
)
def test_it_is_the_integral(mean, deviation, gamma, alpha):
    """Of `q log(q / p)` over the line without zero, and at zero the sum of one term."""
    slab = stats.norm(mean, deviation)

    def integrand(z):
        ratio = np.log(gamma / alpha) + slab.logpdf(z) - stats.norm.logpdf(z)
        return gamma * slab.pdf(z) * ratio

    continuous, _ = integrate.quad(integrand, mean - 12 * deviation, mean + 20)
    at_zero = (1 - gamma) * np.log((1 - gamma) / (1 - alpha))
    assert kl(mean, deviation, gamma, alpha) == pytest.approx(
        continuous + at_zero, abs=1e-4
    )


def test_where_all_latents_are_slabs_it_is_that_of_the_vae():
    mean, log_var = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
    found = spike_and_slab_kl(mean, log_var, np.full((5, 3), 16.0), 1.0 - 1e-7)
    np.testing.assert_allclose(
        ops.convert_to_numpy(found),
        ops.convert_to_numpy(gaussian_kl(mean, log_var)),
        atol=1e-4,
    )


def test_it_is_zero_where_the_posterior_is_the_prior():
    assert kl(0.0, 1.0, 0.2, 0.2) == pytest.approx(0.0, abs=1e-6)
    assert kl(0.0, 1.0, 0.3, 0.2) > 0.01


def test_extreme_logits_stay_finite_and_have_a_gradient(value_and_gradient):
    mean = np.ones((1, 4), "float32")
    logits = np.array([[-60.0, -5.0, 5.0, 60.0]])

    def of_logits(x):
        return spike_and_slab_kl(mean, np.zeros((1, 4), "float32"), x, 0.1)

    values, gradient = value_and_gradient(of_logits, logits)
    assert np.isfinite(values).all() and np.isfinite(gradient).all()
    gamma = 1 / (1 + np.exp(-logits))
    slope = 0.5 + logits - np.log(0.1 / 0.9)  # dKL / dgamma
    np.testing.assert_allclose(gradient, gamma * (1 - gamma) * slope, atol=1e-5)


@pytest.mark.parametrize("alpha", [0.0, 1.0, -0.1, None])
def test_shares_that_are_none_are_refused(alpha):
    zeros = np.zeros((1, 1), "float32")
    with pytest.raises(
        ValueError, match=f"`alpha` must lie in .*Received: alpha={alpha}"
    ):
        spike_and_slab_kl(zeros, zeros, zeros, alpha)
