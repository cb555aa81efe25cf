import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.adversarial import MutualInformation
from kerasgen.inputs import Codes

CODES = np.array(
    [
        [1, 0, 0, 1, 0, 0.5],
        [0, 1, 0, 0, 1, -0.9],
        [0, 0, 1, 0, 1, 0.0],
        [0, 1, 0, 1, 0, 0.1],
    ],
    "float32",
)
X = np.ones((4, 2), "float32")


@pytest.fixture
def linear(conditional_game):
    """Codes of three and of two categories, and a continuous one."""

    def make(term, rate=0.0, drawn=CODES, hidden=0):
        model = conditional_game("codes", Codes((3, 2), 1), drawn, hidden)
        model.compile(keras.optimizers.SGD(rate), "wasserstein", terms=[term])
        return model

    return make


def negative_log_likelihoods(said):
    """Means over the batch of `-log Q(c|x)`, categorical and continuous."""

    def entropy(said, codes):
        log_probs = said - np.log(np.exp(said).sum(axis=1, keepdims=True))
        return -(codes * log_probs).sum(axis=1).mean()

    categorical = entropy(said[:, :3], CODES[:, :3])
    categorical += entropy(said[:, 3:5], CODES[:, 3:5])
    return categorical, 0.5 * ((said[:, 5:] - CODES[:, 5:]) ** 2).sum(axis=1).mean()


def test_both_players_pay_for_codes_that_q_does_not_read_back(
    linear, step, conditional_latents
):
    term = MutualInformation(2.0, categorical_weight=0.7, continuous_weight=0.3)
    model = linear(term)
    (w,) = model.generator.get_weights()
    (v,) = model.discriminator.get_layer("codes").get_weights()
    inputs = np.concatenate([conditional_latents[:4], CODES], axis=1)
    fake = inputs.astype("float64") @ w
    categorical, continuous = negative_log_likelihoods(fake @ v)
    logs, plain = step(model, X), step(linear(MutualInformation(0.0)), X)
    for name in logs:
        expected = 2.0 * (0.7 * categorical + 0.3 * continuous)
        assert logs[name] - plain[name] == pytest.approx(expected, rel=1e-4)


def test_q_learns_to_read_the_codes(linear, numpy):
    model = linear(MutualInformation(), drawn=None, hidden=16)
    x = np.random.default_rng(0).normal(size=(256, 2)).astype("float32")

    def unread():
        game = model.game("generator", {"samples": ops.zeros((500, 2))}, False)
        return float(numpy(ops.mean(model.terms[0].call(game))))

    adam = keras.optimizers.Adam(0.03, beta_1=0.5)
    model.compile(adam, "non_saturating", terms=[MutualInformation()])
    start = unread()
    model.fit(x, batch_size=32, epochs=3, verbose=0)
    assert unread() < 0.6 * start


def test_factors_come_back_as_they_were():
    term = MutualInformation(2.0, 3, 0.5, 0.25)
    again = MutualInformation.from_config(term.get_config())
    assert again.get_config() == term.get_config()
    assert (again.categorical_weight, again.continuous_weight) == (0.5, 0.25)


@pytest.mark.parametrize("name", ["categorical_weight", "continuous_weight"])
def test_factors_below_zero_are_refused(name):
    with pytest.raises(ValueError, match=f"{name}=-1.0"):
        MutualInformation(**{name: -1.0})
