"""f-GAN against the definition of f-divergences, in NumPy float64.

Nothing here uses the library's closed forms: conjugates are found as
`sup_u (u t - f(u))` by solving `f'(u) = t`.
"""

import numpy as np
import pytest
from keras import ops
from scipy.optimize import brentq

from kerasgen import losses

F = {  # name: (f, f', activation)
    "kl": (lambda u: u * np.log(u), lambda u: np.log(u) + 1, lambda v: v),
    "reverse_kl": (lambda u: -np.log(u), lambda u: -1 / u, lambda v: -np.exp(-v)),
    "pearson": (lambda u: (u - 1) ** 2, lambda u: 2 * (u - 1), lambda v: v),
    "squared_hellinger": (
        lambda u: (np.sqrt(u) - 1) ** 2,
        lambda u: 1 - 1 / np.sqrt(u),
        lambda v: -np.expm1(-v),
    ),
    "jensen_shannon": (
        lambda u: u * np.log(u) - (u + 1) * np.log((u + 1) / 2),
        lambda u: np.log(2 * u / (u + 1)),
        lambda v: np.log(2) - np.logaddexp(0, -v),
    ),
    "gan": (
        lambda u: u * np.log(u) - (u + 1) * np.log(u + 1),
        lambda u: np.log(u / (u + 1)),
        lambda v: -np.logaddexp(0, -v),
    ),
    "total_variation": (
        lambda u: np.abs(u - 1) / 2,
        lambda u: np.sign(u - 1) / 2,
        lambda v: np.tanh(v) / 2,
    ),
}
V = np.array([-1.8, -0.7, -0.01, 0.0, 0.002, 0.9, 2.5, 6.0])
REAL = np.array([1.0, -1.5, 0.3, 4.0, -0.2, 0.001, 2.0, -1.0])
# Eight samples each of outcomes 0, 1, 2 from P and from Q.
FROM_P = np.array([0, 0, 0, 0, 1, 1, 2, 2])
FROM_Q = np.array([0, 1, 1, 1, 2, 2, 2, 2])


def best_ratio(name, t):
    """The u at which `u t - f(u)` is largest."""
    if name == "total_variation":
        return 1.0  # the kink, for any t in (-1/2, 1/2)
    slope = F[name][1]
    return np.exp(brentq(lambda s: slope(np.exp(s)) - t, -30, 30, xtol=1e-13))


def conjugate(name, v):
    f, _, activation = F[name]
    t = activation(v)
    u = np.array([best_ratio(name, x) for x in t])
    return u * t - f(u)


def conjugate_slope(name, v):
    """By the envelope theorem `f*'(t)` is that u."""
    u = np.array([best_ratio(name, x) for x in F[name][2](v)])
    return u * activation_slope(name, v)


def activation_slope(name, v, step=1e-5):
    activation = F[name][2]
    return (activation(v + step) - activation(v - step)) / (2 * step)


def objective(name, **parameters):
    return losses.get(f"f_gan_{name}", **parameters)


@pytest.mark.parametrize("name", F)
def test_discriminator_loss_and_its_gradients(name, game, value_and_gradient):
    expected = -F[name][2](REAL) + conjugate(name, V)
    value, gradient = value_and_gradient(
        lambda fake: objective(name).discriminator(game(REAL, fake)), V
    )
    np.testing.assert_allclose(value, expected, rtol=1e-5, atol=2e-7)
    np.testing.assert_allclose(gradient, conjugate_slope(name, V), rtol=1e-5)
    _, gradient = value_and_gradient(
        lambda real: objective(name).discriminator(game(real, V)), REAL
    )
    np.testing.assert_allclose(gradient, -activation_slope(name, REAL), rtol=1e-5)


@pytest.mark.parametrize("name", F)
def test_saturating_generator_lowers_the_bound(name, game, value_and_gradient):
    value, gradient = value_and_gradient(
        lambda fake: objective(name).generator(game(fake=fake)), V
    )
    # Near the root of f* the reference, not the loss, cancels.
    np.testing.assert_allclose(value, -conjugate(name, V), rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(gradient, -conjugate_slope(name, V), rtol=1e-5)


@pytest.mark.parametrize("name", F)
def test_non_saturating_generator_raises_the_activation(name, game, value_and_gradient):
    alternative = objective(name, generator_loss="non_saturating")
    value, gradient = value_and_gradient(
        lambda fake: alternative.generator(game(fake=fake)), V
    )
    np.testing.assert_allclose(value, -F[name][2](V), rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(gradient, -activation_slope(name, V), rtol=1e-5)


def probabilities(draws):
    return np.bincount(draws, minlength=3) / len(draws)


def best_output(name, ratio):
    """The V with `g_f(V) = f'(p / q)`."""
    if name == "total_variation":
        return 20.0 * np.sign(ratio - 1)  # reached in the limit
    _, slope, activation = F[name]
    return brentq(lambda v: activation(v) - slope(ratio), -20, 20, xtol=1e-12)


@pytest.mark.parametrize("name", F)
def test_the_best_discriminator_reaches_minus_the_divergence(name, game):
    p, q = probabilities(FROM_P), probabilities(FROM_Q)
    divergence = np.sum(q * F[name][0](p / q))
    v = np.array([best_output(name, ratio) for ratio in p / q])

    def loss(v):
        values = objective(name).discriminator(game(v[FROM_P], v[FROM_Q]))
        return ops.convert_to_numpy(values).mean()

    np.testing.assert_allclose(-loss(v), divergence, rtol=1e-5)
    for outcome in range(3):  # any other discriminator stays below
        best = v[outcome]
        others = (best - 0.3, best + 0.3)
        if name == "total_variation":
            others = (-best, best / 20)
        for other in others:
            moved = v.copy()
            moved[outcome] = other
            assert -loss(moved) < divergence - 1e-4


@pytest.mark.parametrize("name", F)
def test_threshold_is_the_slope_of_f_at_one(name):
    np.testing.assert_allclose(objective(name).threshold, F[name][1](1.0), atol=1e-12)


@pytest.mark.parametrize("generator_loss", ["saturating", "non_saturating"])
@pytest.mark.parametrize("name", F)
def test_extreme_outputs_stay_finite_and_keep_the_sign(
    name, generator_loss, game, value_and_gradient
):
    chosen = objective(name, generator_loss=generator_loss)
    extreme = np.array([-1e4, -200.0, 200.0, 1e4])
    up = extreme > 0 if name == "pearson" else slice(None)
    for function in (
        lambda fake: chosen.generator(game(fake=fake)),
        lambda real: chosen.discriminator(game(real, np.zeros(4))),
    ):
        value, gradient = value_and_gradient(function, extreme)
        assert np.isfinite(value).all() and np.isfinite(gradient).all()
        assert (gradient[up] <= 0).all()
    value, gradient = value_and_gradient(
        lambda fake: chosen.discriminator(game(np.zeros(4), fake)), extreme
    )
    assert np.isfinite(value).all() and (gradient[up] >= 0).all()


@pytest.mark.parametrize(
    ("name", "x"), [("kl", 200.0), ("squared_hellinger", 200.0), ("reverse_kl", -200.0)]
)
def test_a_clipped_exponent_still_pulls(name, x, game, value_and_gradient):
    kind = "non_saturating" if name == "reverse_kl" else "saturating"
    chosen = objective(name, generator_loss=kind)
    value, gradient = value_and_gradient(
        lambda fake: chosen.generator(game(fake=fake)), [x]
    )
    np.testing.assert_allclose(np.abs(value), np.exp(80.0), rtol=1e-4)
    np.testing.assert_allclose(gradient, -np.exp(80.0), rtol=1e-4)


def test_an_unknown_generator_loss_is_refused():
    with pytest.raises(ValueError, match="generator_loss='eq8'"):
        objective("kl", generator_loss="eq8")
