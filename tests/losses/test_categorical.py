"""A softmax over levels, in float64."""

import numpy as np
import pytest
from keras import ops

from kerasgen import losses

RANDOM = np.random.default_rng(0)
LOGITS = RANDOM.normal(size=(2, 3, 2, 1, 4)).astype("float32")
LEVEL = RANDOM.integers(0, 4, (2, 3, 2, 1))
PROBS = np.exp(LOGITS.astype("float64"))
PROBS /= PROBS.sum(axis=-1, keepdims=True)
IMAGES = (LEVEL * (2 / 3) - 1).astype("float32")


def numpy(x):
    return ops.convert_to_numpy(x)


def test_log_prob_is_a_sum_over_values_in_nats():
    found = losses.Categorical(4).log_prob(IMAGES, {"logits": LOGITS})
    chosen = np.take_along_axis(PROBS, LEVEL[..., None], -1)
    expected = np.log(chosen).sum(axis=(1, 2, 3, 4))
    np.testing.assert_allclose(numpy(found), expected, rtol=1e-5)


def test_the_mean_lies_between_levels():
    found = losses.Categorical(4).mean({"logits": LOGITS})
    expected = PROBS @ np.linspace(-1, 1, 4)
    np.testing.assert_allclose(numpy(found), expected, atol=1e-6)


@pytest.mark.parametrize("temperature", [1.0, 0.5])
def test_draws_follow_the_probabilities(temperature):
    n = 4000
    logits = np.tile(LOGITS[:1, :1, :1], (n, 1, 1, 1, 1))
    noise = ((np.arange(n) + 0.5) / n).astype("float32").reshape(n, 1, 1, 1)
    temperatures = np.full((n, 1, 1, 1), temperature, "float32")
    drawn = losses.Categorical(4).draw(
        {"logits": logits}, *map(ops.convert_to_tensor, (noise, temperatures))
    )
    counts = np.bincount(np.rint((numpy(drawn).ravel() + 1) * 1.5).astype(int))
    expected = PROBS[0, 0, 0, 0] ** (1 / temperature)
    np.testing.assert_allclose(counts / n, expected / expected.sum(), atol=1e-3)


def test_bernoulli_draws_ones_with_their_probability():
    n = 1000
    noise = ((np.arange(n) + 0.5) / n).astype("float32").reshape(n, 1, 1, 1)
    logits = np.full((n, 1, 1, 1), np.log(3.0), "float32")
    noise = ops.convert_to_tensor(noise)
    bernoulli = losses.Bernoulli()
    drawn = numpy(bernoulli.draw({"logits": logits}, noise))
    assert set(np.unique(drawn)) == {-1.0, 1.0}
    assert (drawn == 1.0).mean() == pytest.approx(0.75, abs=1e-3)
    drawn = numpy(bernoulli.draw({"logits": logits}, noise, 0.5))
    assert (drawn == 1.0).mean() == pytest.approx(0.9, abs=1e-3)  # 9 to 1


@pytest.mark.host
def test_levels_are_those_of_a_byte_at_most():
    for levels in (1, 257, 2.5, None):
        with pytest.raises(ValueError, match="`levels` must be an integer from 2"):
            losses.Categorical(levels)
