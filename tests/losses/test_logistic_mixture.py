"""A mixture of logistics over bytes: masses against NumPy, draws against masses."""

import numpy as np
import pytest
from keras import ops
from scipy import special, stats

from kerasgen import losses, models

RANDOM = np.random.default_rng(0)
K = 3
LEVELS = np.arange(256) / 127.5 - 1.0


def parameters(channels, n=1, spread=1.0):
    """Random parameters of one pixel, float64, the same for n samples."""
    random = np.random.default_rng(channels)
    shapes = losses.LogisticMixture(K).shapes((1, 1, channels))
    made = {name: random.normal(size=shape) for name, shape in shapes.items()}
    made["log_scale"] -= 2.0
    return {name: np.repeat(spread * v[None], n, axis=0) for name, v in made.items()}


def tensors(values):
    return {n: ops.convert_to_tensor(v.astype("float32")) for n, v in values.items()}


def log_prob(images, values):
    found = losses.LogisticMixture(K).log_prob(
        ops.convert_to_tensor(images.astype("float32")), tensors(values)
    )
    return ops.convert_to_numpy(found)


def drawn(values, noise, temperature=1.0):
    """Colors of each sample, levels from 0 to 255."""
    noise = ops.convert_to_tensor(noise.astype("float32"))
    found = losses.LogisticMixture(K).draw(tensors(values), noise, temperature)
    found = (ops.convert_to_numpy(found) + 1.0) * 127.5
    np.testing.assert_allclose(found, np.rint(found), atol=1e-3)
    return np.rint(found).astype(int).reshape(len(found), -1)


def mass(x, mean, log_scale):
    """Of a logistic in the bin of a level, float64."""
    edges = np.array([x - 1 / 255, x + 1 / 255])
    edges = np.where(edges < -1.0, -np.inf, np.where(edges > 1.0, np.inf, edges))
    lower, upper = (stats.logistic.cdf(e, mean, np.exp(log_scale)) for e in edges)
    return upper - lower


def reference(colors, p):
    """`log P` of one pixel, from the formula."""
    red, green, blue = colors
    a, b, c = np.tanh(p["coefficients"])
    r, g, m = p["mean"]
    means = r, g + a * red, m + b * red + c * green
    each = zip(colors, means, p["log_scale"], strict=True)
    masses = np.prod([mass(*values) for values in each], axis=0)
    return np.log(special.softmax(p["logits"]) @ masses)


@pytest.mark.parametrize("extreme", [None, "logits", "mean", "log_scale", "narrow"])
def test_the_masses_of_all_levels_sum_to_one(extreme):
    values = parameters(1, 256)
    if extreme == "narrow":
        values["log_scale"] -= 50.0
    elif extreme is not None:
        values[extreme] *= 50.0
    found = log_prob(LEVELS.reshape(256, 1, 1, 1), values).astype("float64")
    assert np.isfinite(found).all()
    assert np.exp(found).sum() == pytest.approx(1.0, abs=1e-5)


def test_the_masses_of_all_pairs_of_colors_sum_to_one():
    values = parameters(2, 256 * 256)
    pairs = np.stack(np.meshgrid(LEVELS, LEVELS), axis=-1).reshape(-1, 1, 1, 2)
    found = log_prob(pairs, values).astype("float64")
    assert np.exp(found).sum() == pytest.approx(1.0, abs=1e-5)


def test_three_colors_in_numpy():
    values = parameters(3, 12)
    images = RANDOM.choice(LEVELS, (12, 1, 1, 3))
    images[0], images[1], images[2, ..., 1] = -1.0, 1.0, 1.0  # the edges
    p = {name: v[0, 0, 0] for name, v in values.items()}
    expected = [reference(colors, p) for colors in images.reshape(12, 3)]
    np.testing.assert_allclose(log_prob(images, values), expected, rtol=1e-5)


def test_pixels_are_summed():
    values = parameters(3, 1)
    repeated = {
        n: np.tile(v, (2, 4, 5, *[1] * (v.ndim - 3))) for n, v in values.items()
    }
    images = RANDOM.choice(LEVELS, (2, 4, 5, 3))
    p = {name: v[0, 0, 0] for name, v in values.items()}
    expected = [sum(reference(c, p) for c in x.reshape(-1, 3)) for x in images]
    np.testing.assert_allclose(log_prob(images, repeated), expected, rtol=1e-5)


@pytest.mark.parametrize("spread", [1.0, 30.0])
@pytest.mark.parametrize("name", ["logits", "mean", "log_scale", "coefficients"])
def test_gradients_are_finite(name, spread, value_and_gradient):
    values = parameters(3, 4, spread)
    images = RANDOM.choice(LEVELS, (4, 1, 1, 3))
    images[0], images[1] = -1.0, 1.0
    images = ops.convert_to_tensor(images.astype("float32"))
    others = tensors(values)

    def of(value):
        return losses.LogisticMixture(K).log_prob(images, {**others, name: value})

    _, gradient = value_and_gradient(of, values[name])
    assert np.isfinite(gradient).all()
    assert (gradient != 0.0).all() or spread > 1.0  # or clipped, or saturated


def test_draws_follow_the_masses():
    n = 200_000
    counts = np.bincount(
        drawn(parameters(1, n), (np.arange(n) + 0.5).reshape(n, 1, 1, 1) / n)[:, 0],
        minlength=256,
    )
    masses = np.exp(log_prob(LEVELS.reshape(256, 1, 1, 1), parameters(1, 256)))
    # Numbers that are evenly spread: a level is off by the ends of K intervals.
    np.testing.assert_allclose(counts / n, masses, atol=1e-4)


def test_a_color_is_drawn_given_the_one_before():
    """Frequencies of pairs of levels in 8 bins each, against their masses."""
    n = 400_000
    levels = drawn(parameters(2, n), RANDOM.random((n, 1, 1, 2)))
    found, *_ = np.histogram2d(*levels.T, bins=[range(0, 257, 32)] * 2)
    pairs = np.stack(np.meshgrid(LEVELS, LEVELS, indexing="ij"), axis=-1)
    masses = np.exp(log_prob(pairs.reshape(-1, 1, 1, 2), parameters(2, 256 * 256)))
    expected = masses.reshape(8, 32, 8, 32).sum(axis=(1, 3))
    error = np.abs(found / n - expected)
    assert (error < 5.0 * np.sqrt(expected / n) + 1e-4).all()


def test_at_a_low_temperature_all_are_the_likeliest_component():
    values = parameters(2, 50)
    levels = drawn(values, RANDOM.random((50, 1, 1, 2)), 1e-5)
    p = {name: v[0, 0, 0] for name, v in values.items()}
    red, green = p["mean"][:, p["logits"].argmax()]
    a = np.tanh(p["coefficients"][0, p["logits"].argmax()])
    red = np.rint((np.clip(red, -1, 1) + 1) * 127.5)
    green = np.clip(green + a * (red / 127.5 - 1), -1, 1)
    np.testing.assert_array_equal(levels, levels[:1].repeat(50, 0))
    np.testing.assert_array_equal(levels[0], [red, np.rint((green + 1) * 127.5)])


def test_the_mean_is_that_of_the_components():
    values = parameters(2)
    p = {name: v[0, 0, 0] for name, v in values.items()}
    pi = special.softmax(p["logits"])
    red, green = p["mean"]
    expected = [pi @ red, pi @ (green + np.tanh(p["coefficients"][0]) * red)]
    found = ops.convert_to_numpy(losses.LogisticMixture(K).mean(tensors(values)))
    np.testing.assert_allclose(found.ravel(), expected, atol=1e-5)


@pytest.mark.host
def test_what_it_refuses_and_who_refuses_it():
    with pytest.raises(ValueError, match="`components` must be a positive integer"):
        losses.LogisticMixture(0)
    with pytest.raises(ValueError, match="`likelihood` must give each level"):
        models.PixelCNN((4, 4, 1), losses.LogisticMixture(2))
