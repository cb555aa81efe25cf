"""Objectives with state, energies, penalties and constraints in one GAN."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import losses
from kerasgen.models import GAN


def points(n=64):
    return np.random.default_rng(0).normal(size=(n, 2)).astype("float32")


def generator():
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])


def critic(*layers):
    return keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(8, "relu"),
            *layers,
            keras.layers.Dense(1),
        ]
    )


def autoencoder():
    inputs = keras.Input((2,))
    outputs = keras.layers.Dense(2)(keras.layers.Dense(1)(inputs))
    return keras.Model(inputs, {"reconstruction": outputs})


@pytest.mark.parametrize("name", sorted(losses.OBJECTIVES))
def test_every_objective_trains(name):
    energies = losses.OBJECTIVES[name].needs_autoencoder
    model = GAN(generator(), autoencoder() if energies else critic(), loss=name)
    before = [v.numpy() for v in model.trainable_variables]
    model.compile(keras.optimizers.SGD(0.01))
    history = model.fit(points(), batch_size=32, verbose=0).history
    assert all(np.isfinite(h[0]) for h in history.values())
    for old, variable in zip(before, model.trainable_variables, strict=True):
        if variable.name != "bias" or energies:
            assert not np.array_equal(old, variable.numpy()), variable.path


def test_k_t_follows_the_energies_and_is_saved(tmp_path):
    loss = losses.get("began", lambda_k=0.1)
    model = GAN(generator(), autoencoder(), loss=loss, seed=0)
    model.compile(keras.optimizers.SGD(0.0))
    x = points(8)
    latents = ops.convert_to_tensor(np.ones((8, 3), "float32"))
    model.sample_latents = lambda like: latents
    fake = ops.convert_to_numpy(model.generator(latents))

    def energy(samples):
        rebuilt = model.discriminator(samples)["reconstruction"]
        return np.abs(samples - ops.convert_to_numpy(rebuilt)).mean()

    expected = np.clip(0.1 * (0.5 * energy(x) - energy(fake)), 0.0, 1.0)
    model.objective_state["k_t"].assign(0.3)
    model.train_on_batch(x)
    k_t = float(model.objective_state["k_t"].numpy())
    unclipped = 0.3 + 0.1 * (0.5 * energy(x) - energy(fake))
    np.testing.assert_allclose(k_t, np.clip(unclipped, 0.0, 1.0), rtol=1e-5)
    assert expected != k_t
    del model.sample_latents
    model.save(tmp_path / "began.keras")
    again = keras.saving.load_model(tmp_path / "began.keras")
    assert float(again.objective_state["k_t"].numpy()) == k_t


def test_fit_and_evaluate_log_the_state_and_the_convergence_of_began():
    model = GAN(generator(), autoencoder(), loss="began", seed=0)
    model.objective_state["k_t"].assign(0.25)
    latents = np.ones((8, 3), "float32")
    model.sample_latents = lambda real: ops.convert_to_tensor(latents)
    x = points(8)

    def energy(samples):
        rebuilt = model.discriminator(ops.convert_to_tensor(samples))["reconstruction"]
        rebuilt = ops.convert_to_numpy(ops.stop_gradient(rebuilt))
        return np.abs(samples - rebuilt).mean(dtype="float64")

    fake = ops.convert_to_numpy(ops.stop_gradient(model.generator(latents)))
    real, fake = energy(x), energy(fake)
    expected = {
        "discriminator_loss": real - 0.25 * fake,
        "generator_loss": fake,
        "k_t": 0.25,
        "convergence": real + abs(0.5 * real - fake),
    }
    model.compile(keras.optimizers.SGD(0.0))
    evaluated = model.evaluate(x, return_dict=True, verbose=0)
    assert evaluated == pytest.approx(expected, rel=1e-4)
    assert float(model.objective_state["k_t"].numpy()) == 0.25
    history = model.fit(x, batch_size=8, epochs=1, verbose=0).history
    fitted = {name: values[0] for name, values in history.items()}
    assert fitted == pytest.approx(expected, rel=1e-4)


def first_loss(**arguments):
    """The discriminator's first loss for fixed networks, latents and data."""
    keras.utils.set_random_seed(3)
    model = GAN(generator(), critic(), loss="wasserstein", seed=0, **arguments)
    model.compile(keras.optimizers.SGD(0.0))
    logs = [model.train_on_batch(points(), return_dict=True) for _ in range(2)]
    return [float(each["discriminator_loss"]) for each in logs]


def test_a_penalty_is_added_with_its_weight():
    # R1 of a critic at the real points does not depend on the latents.
    without, one, three = (
        first_loss(penalty="r1", penalty_weight=w)[0] for w in (0.0, 1.0, 3.0)
    )
    assert one > without
    np.testing.assert_allclose(three - without, 3 * (one - without), rtol=1e-3)


def test_a_lazy_penalty_comes_every_nth_update_with_n_times_the_weight():
    plain = first_loss(penalty="r1", penalty_weight=0.0)
    full = first_loss(penalty="r1", penalty_weight=1.0)
    lazy = first_loss(penalty="r1", penalty_weight=1.0, penalty_every=2)
    np.testing.assert_allclose(lazy[0] - plain[0], 2 * (full[0] - plain[0]), rtol=1e-3)
    np.testing.assert_allclose(lazy[1], plain[1], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("penalty", ["wgan_gp", "dragan", "r1", "r2"])
@pytest.mark.parametrize("update", ["alternating", "simultaneous"])
def test_every_penalty_trains(penalty, update):
    model = GAN(generator(), critic(), "wasserstein", penalty=penalty, update=update)
    model.compile()
    history = model.fit(points(), batch_size=32, verbose=0).history
    assert all(np.isfinite(h[0]) for h in history.values())


def test_wgan_gp_pulls_the_slope_towards_one():
    keras.utils.set_random_seed(0)
    discriminator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    discriminator.layers[0].kernel.assign([[3.0], [4.0]])
    model = GAN(
        generator(),
        discriminator,
        loss="wasserstein",
        penalty="wgan_gp",
        penalty_weight=100.0,
    )
    model.compile(
        {
            "discriminator": keras.optimizers.Adam(0.05),
            "generator": keras.optimizers.SGD(0.0),
        }
    )
    model.fit(points(), batch_size=16, epochs=50, verbose=0)
    slope = np.linalg.norm(discriminator.layers[0].kernel.numpy())
    assert abs(slope - 1.0) < 0.1


def test_clipping_keeps_the_discriminator_alone_in_its_box():
    model = GAN(generator(), critic(), loss="wasserstein", clip=0.01)
    model.compile(keras.optimizers.SGD(0.1))
    model.fit(points(), batch_size=32, verbose=0)
    for variable in model.discriminator.trainable_variables:
        assert np.abs(variable.numpy()).max() <= 0.01 + 1e-9
    assert np.abs(model.generator.layers[0].kernel.numpy()).max() > 0.01


def test_penalty_and_clip_are_saved(tmp_path):
    model = GAN(generator(), critic(), penalty="r1", penalty_every=4, clip=0.5)
    model.compile()
    model.save(tmp_path / "gan.keras")
    again = keras.saving.load_model(tmp_path / "gan.keras")
    assert (again.penalty, again.penalty_every, again.clip) == ("r1", 4, 0.5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"penalty": "wgangp"}, "wgan_gp"),
        ({"penalty": "r1", "penalty_weight": -1.0}, "penalty_weight=-1.0"),
        ({"penalty": "r1", "penalty_every": 0}, "penalty_every=0"),
        ({"clip": 0.0}, "clip=0.0"),
        ({"loss": "ebgan"}, "EnergyMargin needs .*'reconstruction'"),
        ({"loss": "began"}, "BoundaryEquilibrium needs .*'reconstruction'"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        GAN(generator(), critic(), **arguments)


def test_batch_norm_is_refused_under_wgan_gp_alone():
    discriminator = critic(keras.layers.BatchNormalization())
    with pytest.raises(ValueError, match="each sample alone"):
        GAN(generator(), discriminator, penalty="wgan_gp")
    GAN(generator(), discriminator, penalty="dragan")
