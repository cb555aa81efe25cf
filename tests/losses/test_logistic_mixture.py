"""A mixture of logistics over bytes: masses by brute force, draws by quantiles."""

import numpy as np
import pytest
from keras import ops

from kerasgen import losses

RANDOM = np.random.default_rng(0)
K = 3
LEVELS = np.arange(256) / 127.5 - 1.0


def parameters(channels, n=1):
    random = np.random.default_rng(channels)
    shapes = losses.LogisticMixture(K).shapes((1, 1, channels))
    made = {name: random.normal(size=shape) for name, shape in shapes.items()}
    made["log_scale"] = made["log_scale"] - 2.0
    return {name: np.repeat(v[None], n, axis=0) for name, v in made.items()}


def tensors(values):
    return {
        name: ops.convert_to_tensor(v.astype("float32")) for name, v in values.items()
    }


def log_prob(images, values):
    found = losses.LogisticMixture(K).log_prob(
        ops.convert_to_tensor(images.astype("float32")), tensors(values)
    )
    return ops.convert_to_numpy(found)


def mass(x, mean, log_scale):
    """Of a logistic in the bin of a level, float64."""

    def below(edge):
        return 1.0 / (1.0 + np.exp(-(edge - mean) / np.exp(log_scale)))

    upper = np.where(x > 0.999, 1.0, below(x + 1 / 255))
    lower = np.where(x < -0.999, 0.0, below(x - 1 / 255))
    return upper - lower


def test_the_masses_of_all_levels_sum_to_one():
    values = parameters(1, 256)
    found = log_prob(LEVELS.reshape(256, 1, 1, 1), values)
    assert np.exp(found.astype("float64")).sum() == pytest.approx(1.0, abs=1e-5)


def test_colors_in_numpy():
    values = parameters(3, 5)
    images = RANDOM.choice(LEVELS, (5, 1, 1, 3))
    images[0], images[1] = -1.0, 1.0
    p = {name: v[0, 0, 0] for name, v in values.items()}
    a, b, c = np.tanh(p["coefficients"])
    pi = np.exp(p["logits"]) / np.exp(p["logits"]).sum()
    expected = []
    for red, green, blue in images.reshape(5, 3):
        r, g, m = p["mean"]
        means = r, g + a * red, m + b * red + c * green
        each = zip((red, green, blue), means, p["log_scale"], strict=True)
        expected.append(np.log(np.sum(pi * np.prod([mass(*e) for e in each], axis=0))))
    np.testing.assert_allclose(log_prob(images, values), expected, rtol=1e-4)


def test_draws_follow_the_masses():
    """Of 100 x 400 quantiles; each level within a thousandth."""
    n = 40_000
    values = parameters(1, n)
    chosen, u = np.meshgrid((np.arange(100) + 0.5) / 100, (np.arange(400) + 0.5) / 400)
    noise = np.stack([chosen.ravel(), u.ravel()], -1).reshape(n, 1, 1, 2)
    drawn = losses.LogisticMixture(K).draw(
        tensors(values), ops.convert_to_tensor(noise.astype("float32")), 1.0
    )
    level = np.rint((ops.convert_to_numpy(drawn).ravel() + 1) * 127.5).astype(int)
    counts = np.bincount(level, minlength=256)
    masses = np.exp(log_prob(LEVELS.reshape(256, 1, 1, 1), parameters(1, 256)))
    # The component is chosen by hundredths, and so is its weight.
    np.testing.assert_allclose(counts / n, masses, atol=4e-3)
    np.testing.assert_allclose(np.cumsum(counts / n), np.cumsum(masses), atol=1e-2)


def test_a_later_color_follows_the_earlier_one():
    values = parameters(2)
    values["log_scale"] -= 8.0  # next to certain
    values["mean"] *= 0.1
    values["coefficients"][:] = 0.5
    noise = np.full((1, 1, 1, 3), 0.5)
    drawn = losses.LogisticMixture(K).draw(
        tensors(values), ops.convert_to_tensor(noise.astype("float32")), 1.0
    )
    red, green = ops.convert_to_numpy(drawn).ravel()
    p = {name: v[0, 0, 0] for name, v in values.items()}
    pi = np.cumsum(np.exp(p["logits"]) / np.exp(p["logits"]).sum())
    k = int((pi[:-1] <= 0.5).sum())
    assert red == pytest.approx(p["mean"][0, k], abs=1 / 255)
    assert green == pytest.approx(p["mean"][1, k] + np.tanh(0.5) * red, abs=1 / 255)


def test_the_mean_is_that_of_the_components():
    values = parameters(2)
    p = {name: v[0, 0, 0] for name, v in values.items()}
    pi = np.exp(p["logits"]) / np.exp(p["logits"]).sum()
    red, green = p["mean"]
    expected = [pi @ red, pi @ (green + np.tanh(p["coefficients"][0]) * red)]
    found = ops.convert_to_numpy(losses.LogisticMixture(K).mean(tensors(values)))
    np.testing.assert_allclose(found.ravel(), expected, atol=1e-5)
