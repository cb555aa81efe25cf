import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.models import ACGAN

LATENTS = np.random.default_rng(1).normal(size=(6, 2)).astype("float32")
DRAWN = np.eye(3, dtype="float32")[[0, 1, 2, 2, 1, 1]]
X = np.random.default_rng(0).normal(size=(6, 2)).astype("float32")
LABELS = np.array([2, 0, 1, 1, 0, 2])


@pytest.fixture
def linear(conditional_generator, headed_discriminator):
    """A linear ACGAN with always the same weights, latents and drawn classes."""

    def make(**arguments):
        keras.utils.set_random_seed(2)
        model = ACGAN(
            num_classes=3,
            generator=conditional_generator(3),
            discriminator=headed_discriminator("classes", 3),
            **{"loss": "wasserstein", "seed": 0, **arguments},
        )
        model.sample_latents = lambda real: ops.convert_to_tensor(LATENTS)
        model.labels.draw = lambda n, seed: ops.convert_to_tensor(DRAWN)
        return model

    return make


def log_softmax(x):
    return x - np.log(np.exp(x).sum(axis=1, keepdims=True))


def parts(model):
    """`(inputs of G, G(z), V, W)` in float64."""
    inputs = np.concatenate([LATENTS, DRAWN], axis=1).astype("float64")
    (w,) = model.generator.get_weights()
    (v,) = model.discriminator.get_layer("classes").get_weights()
    return inputs, inputs @ w, v, w


def step(model, rate=0.0, **arguments):
    model.compile(keras.optimizers.SGD(rate))
    return model.train_on_batch(X, LABELS, return_dict=True, **arguments)


def test_the_auxiliary_loss_is_the_cross_entropy_of_both_kinds_of_samples(linear):
    with_classes, without = linear(class_weight=0.5), linear(class_weight=0.0)
    _, fake, v, _ = parts(with_classes)
    of_fake = -(DRAWN * log_softmax(fake @ v)).sum(axis=1).mean()
    of_real = -(np.eye(3)[LABELS] * log_softmax(X @ v)).sum(axis=1).mean()
    logs, plain = step(with_classes), step(without)
    added = {name: float(logs[name] - plain[name]) for name in logs}
    expected = {
        "discriminator_loss": 0.5 * (of_real + of_fake),
        "generator_loss": 0.5 * of_fake,
    }
    assert added == pytest.approx(expected, rel=1e-4)


def test_both_players_follow_its_gradient(linear):
    after = []
    for weight in (0.0, 1.0):
        model = linear(class_weight=weight, update="simultaneous")
        inputs, fake, v, w = parts(model)
        step(model, rate=0.1)
        after.append(parts(model)[2:])
    error_fake = (np.exp(log_softmax(fake @ v)) - DRAWN) / 6
    error_real = (np.exp(log_softmax(X @ v)) - np.eye(3)[LABELS]) / 6
    of_v = fake.T @ error_fake + X.T @ error_real
    of_w = inputs.T @ error_fake @ v.T
    np.testing.assert_allclose(after[1][0] - after[0][0], -0.1 * of_v, atol=1e-6)
    np.testing.assert_allclose(after[1][1] - after[0][1], -0.1 * of_w, atol=1e-6)


def test_sample_weights_weigh_the_real_classes(linear):
    model, plain = linear(), linear(class_weight=0.0)
    _, fake, v, _ = parts(model)
    weights = np.array([1, 0, 0, 0, 0, 3], "float32")
    each = -(np.eye(3)[LABELS] * log_softmax(X @ v)).sum(axis=1)
    of_fake = -(DRAWN * log_softmax(fake @ v)).sum(axis=1).mean()
    logs, rest = (step(m, sample_weight=weights) for m in (model, plain))
    added = float(logs["discriminator_loss"] - rest["discriminator_loss"])
    assert added == pytest.approx((each * weights).sum() / 4 + of_fake, rel=1e-4)


def test_labels_name_one_class(linear):
    model = linear()
    model.compile()
    for rows in ([[1, 1, 0]] * 6, [[0, 0, 0]] * 6):
        with pytest.raises(ValueError, match="one class"):
            model.fit(X, np.array(rows))
    with pytest.raises(ValueError, match="one class"):
        model.generate(labels=[[1, 0, 1]])
    model.fit(X, DRAWN, verbose=0)  # one-hot


def test_a_discriminator_without_classes_is_refused(
    conditional_generator, headed_discriminator
):
    with pytest.raises(ValueError, match="ACGAN needs .*'classes'"):
        ACGAN(
            num_classes=3,
            generator=conditional_generator(3),
            discriminator=headed_discriminator("codes", 3),
        )


def test_its_own_networks_train_and_are_saved(tmp_path):
    model = ACGAN(
        (8, 8, 1),
        num_classes=3,
        latent_dim=4,
        filters=4,
        discriminator_filters=2,
        class_weight=2.0,
        seed=0,
    )
    model.compile()
    images = np.random.default_rng(0).integers(0, 255, (6, 8, 8, 1)).astype("uint8")
    history = model.fit(images, LABELS, verbose=0).history
    assert all(np.isfinite(values[0]) for values in history.values())
    model.save(tmp_path / "acgan.keras")
    again = keras.saving.load_model(tmp_path / "acgan.keras")
    assert (again.class_weight, again.num_classes) == (2.0, 3)
    np.testing.assert_array_equal(
        model.generate(4, seed=0, labels=2), again.generate(4, seed=0, labels=2)
    )
