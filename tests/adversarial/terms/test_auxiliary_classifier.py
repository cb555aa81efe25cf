import keras
import numpy as np
import pytest

from kerasgen.adversarial import AuxiliaryClassifier
from kerasgen.inputs import Labels

DRAWN = np.eye(3, dtype="float32")[[0, 1, 2, 2, 1, 1]]
X = np.random.default_rng(0).normal(size=(6, 2)).astype("float32")
LABELS = np.array([2, 0, 1, 1, 0, 2])


@pytest.fixture
def linear(conditional_game):
    """A linear ACGAN with always the same weights, latents and drawn classes."""

    def make(weight=1.0, rate=0.0, turns="alternating", **labels):
        labels = Labels(3, several=False, drawn=True, **labels)
        model = conditional_game("classes", labels, DRAWN)
        model.compile(
            keras.optimizers.SGD(rate),
            "wasserstein",
            terms=[AuxiliaryClassifier(weight)],
            turns=turns,
        )
        return model

    return make


def log_softmax(x):
    return x - np.log(np.exp(x).sum(axis=1, keepdims=True))


def parts(model, latents):
    """`(inputs of G, G(z), V, W)` in float64."""
    inputs = np.concatenate([latents, DRAWN], axis=1).astype("float64")
    (w,) = model.generator.get_weights()
    (v,) = model.discriminator.get_layer("classes").get_weights()
    return inputs, inputs @ w, v, w


def test_it_is_the_cross_entropy_of_both_kinds_of_samples(
    linear, step, conditional_latents
):
    with_classes, without = linear(0.5), linear(0.0)
    _, fake, v, _ = parts(with_classes, conditional_latents)
    of_fake = -(DRAWN * log_softmax(fake @ v)).sum(axis=1).mean()
    of_real = -(np.eye(3)[LABELS] * log_softmax(X @ v)).sum(axis=1).mean()
    logs, plain = (step(m, X, LABELS) for m in (with_classes, without))
    added = {name: logs[name] - plain[name] for name in logs}
    expected = {
        "discriminator_loss": 0.5 * (of_real + of_fake),
        "generator_loss": 0.5 * of_fake,
    }
    assert added == pytest.approx(expected, rel=1e-4)


def test_both_players_follow_its_gradient(linear, step, conditional_latents):
    after = []
    for weight in (0.0, 1.0):
        model = linear(weight, 0.1, "simultaneous")
        inputs, fake, v, w = parts(model, conditional_latents)
        step(model, X, LABELS)
        after.append(parts(model, conditional_latents)[2:])
    error_fake = (np.exp(log_softmax(fake @ v)) - DRAWN) / 6
    error_real = (np.exp(log_softmax(X @ v)) - np.eye(3)[LABELS]) / 6
    of_v = fake.T @ error_fake + X.T @ error_real
    of_w = inputs.T @ error_fake @ v.T
    np.testing.assert_allclose(after[1][0] - after[0][0], -0.1 * of_v, atol=1e-6)
    np.testing.assert_allclose(after[1][1] - after[0][1], -0.1 * of_w, atol=1e-6)


def test_sample_weights_weigh_the_real_classes(linear, step, conditional_latents):
    model, plain = linear(), linear(0.0)
    _, fake, v, _ = parts(model, conditional_latents)
    weights = np.array([1, 0, 0, 0, 0, 3], "float32")
    each = -(np.eye(3)[LABELS] * log_softmax(X @ v)).sum(axis=1)
    of_fake = -(DRAWN * log_softmax(fake @ v)).sum(axis=1).mean()
    logs, rest = (step(m, X, LABELS, sample_weight=weights) for m in (model, plain))
    added = logs["discriminator_loss"] - rest["discriminator_loss"]
    assert added == pytest.approx((each * weights).sum() / 4 + of_fake, rel=1e-4)


def test_a_real_sample_without_a_class_counts_nothing(
    linear, step, conditional_latents
):
    some = np.array([2, -1, 1, -1, -1, 2])
    model, plain = linear(unlabeled=True), linear(0.0, unlabeled=True)
    _, fake, v, _ = parts(model, conditional_latents)
    each = -log_softmax(X @ v)[np.arange(6), some]
    of_real = each[some >= 0].sum() / 6
    of_fake = -(DRAWN * log_softmax(fake @ v)).sum(axis=1).mean()
    logs, rest = (step(m, X, some) for m in (model, plain))
    added = logs["discriminator_loss"] - rest["discriminator_loss"]
    assert added == pytest.approx(of_real + of_fake, rel=1e-4)
