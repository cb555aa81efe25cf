"""What every GAN does with augmentation."""

import keras
import numpy as np
import pytest
from keras import ops

import kerasgen
from kerasgen import layers
from kerasgen.models import GAN

IMAGES = np.random.default_rng(0).integers(0, 256, (32, 8, 8, 3), dtype="uint8")


def means():
    """A discriminator whose logit is ten times an image's mean."""
    images = keras.Input((8, 8, 3))
    x = keras.layers.GlobalAveragePooling2D()(images)
    dense = keras.layers.Dense(1, kernel_initializer=keras.initializers.Constant(10.0))
    return keras.Model(images, dense(x))


def game(**arguments):
    keras.utils.set_random_seed(0)
    generator = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(192, "tanh"),
            keras.layers.Reshape((8, 8, 3)),
        ]
    )
    model = GAN(generator, means(), seed=0, **arguments)
    model.compile(keras.optimizers.SGD(0.0))
    return model


def test_both_players_see_all_images_augmented():
    seen = []
    model = game(augmentation="cutout")
    judge = model.judge
    model.judge = lambda given, training=True: (
        seen.append(ops.convert_to_numpy(ops.stop_gradient(given["samples"])))
        or judge(given, training)
    )
    real = {"samples": ops.ones((4, 8, 8, 3))}
    model.discriminator_loss(real)
    model.generator_loss(real)
    assert len(seen) == 3
    for images in seen:
        assert (images == 0).all(-1).any((1, 2)).all()  # a rectangle in each


def test_evaluation_sees_the_images_as_they_are():
    plain, augmented = game(), game(augmentation="color,translation,cutout")
    losses = [
        m.evaluate(IMAGES, batch_size=32, verbose=0, return_dict=True)
        for m in (plain, augmented)
    ]
    assert losses[0]["discriminator_loss"] == pytest.approx(
        losses[1]["discriminator_loss"], rel=1e-4
    )


def test_the_penalty_is_taken_where_the_discriminator_looks():
    model = game(augmentation="cutout", penalty="r1", penalty_weight=1.0)
    seen = []

    def penalty(critic, real, fake, *, seed):
        seen.extend([real, fake])
        return ops.zeros((4,))

    model.penalty_function = penalty
    model.discriminator_loss({"samples": ops.ones((4, 8, 8, 3))})
    for images in map(ops.convert_to_numpy, map(ops.stop_gradient, seen)):
        assert (images == 0).all(-1).any((1, 2)).all()


@pytest.mark.parametrize("update", ["alternating", "simultaneous"])
def test_adaptive_augmentation_follows_the_logits_of_real_images(update):
    bright = np.full((32, 8, 8, 3), 255, "uint8")
    layer = layers.AdaptiveAugmentation("flip", ramp_samples=64, interval=1)
    model = game(augmentation=layer, update=update)
    logs = model.fit(bright, batch_size=8, epochs=1, verbose=0).history
    # Four minibatches of 8 of 64, after each of which the mean so far is logged.
    assert float(layer.current_probability()) == pytest.approx(0.5)
    assert logs["augmentation_probability"][-1] == pytest.approx(
        np.mean([0.125, 0.25, 0.375, 0.5])
    )
    dark = 255 - bright
    model.fit(dark, batch_size=8, epochs=1, verbose=0)
    assert float(layer.current_probability()) == pytest.approx(0.0)


def test_every_minibatch_of_several_discriminator_steps_counts():
    bright = np.full((32, 8, 8, 3), 255, "uint8")
    layer = layers.AdaptiveAugmentation("flip", ramp_samples=64, interval=1)
    game(augmentation=layer, discriminator_steps=4).fit(
        bright, batch_size=32, epochs=1, verbose=0
    )
    assert float(layer.current_probability()) == pytest.approx(0.5)


def test_without_an_undecided_logit_it_is_half_way_between_the_means():
    layer = layers.AdaptiveAugmentation("flip", ramp_samples=64, interval=1)
    model = game(augmentation=layer, loss="wasserstein")
    logits = {"real": ops.full((8, 1), -3.0), "fake": ops.full((8, 1), -5.0)}
    model.adapt_augmentation(logits)
    assert float(layer.current_probability()) == pytest.approx(0.125)
    model.adapt_augmentation({"real": logits["fake"], "fake": logits["real"]})
    assert float(layer.current_probability()) == pytest.approx(0.0)


def test_least_squares_is_undecided_half_way_between_its_targets():
    layer = layers.AdaptiveAugmentation("flip", ramp_samples=64, interval=1)
    model = game(augmentation=layer, loss="least_squares")
    fake = ops.zeros((8, 1))
    model.adapt_augmentation({"real": ops.full((8, 1), 0.4), "fake": fake})
    assert float(layer.current_probability()) == 0.0
    model.adapt_augmentation({"real": ops.full((8, 1), 0.6), "fake": fake})
    assert float(layer.current_probability()) == pytest.approx(0.125)


def test_low_energies_are_real():
    model = kerasgen.models.EBGAN(
        (8, 8, 3),
        filters=2,
        augmentation=layers.AdaptiveAugmentation(ramp_samples=8, interval=1),
    )
    low, high = ops.full((8,), 1.0), ops.full((8,), 2.0)
    model.adapt_augmentation({"real": low, "fake": high})
    assert float(model.augment.current_probability()) == pytest.approx(1.0)
    model.adapt_augmentation({"real": high, "fake": low})
    assert float(model.augment.current_probability()) == pytest.approx(0.0)


def test_a_training_with_adaptive_augmentation_goes_on_where_it_was_saved(tmp_path):
    layer = layers.AdaptiveAugmentation(ramp_samples=100, interval=3, seed=1)
    model = game(augmentation=layer)
    model.compile(keras.optimizers.SGD(0.01))
    model.fit(IMAGES, batch_size=8, epochs=1, verbose=0)
    model.save(tmp_path / "gan.keras")
    again = keras.saving.load_model(tmp_path / "gan.keras")
    for m in (model, again):
        m.train_on_batch(IMAGES)
    assert again.augment.get_config() == layer.get_config()
    for a, b in zip(model.variables, again.variables, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), atol=1e-6, err_msg=a.path)


@pytest.mark.parametrize("name", ["ACGAN", "CGAN", "InfoGAN", "WGANGP", "BEGAN"])
def test_every_gan_takes_it(name):
    model = getattr(kerasgen.models, name)(
        (8, 8, 3),
        filters=2,
        # Few and simple changes, one step of the critic: XLA compiles the rest slowly.
        augmentation=layers.AdaptiveAugmentation("color,cutout"),
        discriminator_steps=1,
        seed=0,
    )
    model.compile()
    labels = (np.arange(32) % 10) if name in ("ACGAN", "CGAN") else None
    history = model.fit(IMAGES, labels, batch_size=16, epochs=1, verbose=0).history
    assert np.isfinite(history["discriminator_loss"]).all()
    assert "augmentation_probability" in history


def test_samples_that_are_no_images_are_refused():
    generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    discriminator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="Augmentation is for images"):
        GAN(generator, discriminator, augmentation="color")


def test_the_paper_s_changes_by_name():
    model = game(augmentation="adaptive")
    assert model.augment.policy == [
        "flip",
        "quarter_turns",
        "translation",
        "geometry",
        "palette",
    ]


def test_an_unknown_policy_is_refused():
    with pytest.raises(ValueError, match="'colours'"):
        game(augmentation="colours")
