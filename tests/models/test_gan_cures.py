"""The cures of a GAN by name, on linear networks whose numbers are known."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import layers
from kerasgen.models import GAN


def points(n=32):
    return np.random.default_rng(0).normal(size=(n, 2)).astype("float32")


LATENTS = np.random.default_rng(1).normal(size=(32, 3)).astype("float32")


def linear_game(loss="wasserstein", **arguments):
    """A GAN of linear networks, always the same, with always the same latents."""
    keras.utils.set_random_seed(3)
    generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    x = keras.Input((2,))
    features = keras.layers.Dense(4, name="features")(x)
    logits = keras.layers.Dense(1, name="logits")(features)
    outputs = {"features": features, "logits": logits}
    model = GAN(generator, keras.Model(x, outputs), loss, seed=0, **arguments)
    model.sample_latents = lambda real: ops.convert_to_tensor(
        LATENTS[: real["samples"].shape[0]]
    )
    return model


def step(model, x=None, rate=0.0):
    """The logs of one training step."""
    model.compile(keras.optimizers.SGD(rate))
    logs = model.train_on_batch(points() if x is None else x, return_dict=True)
    return {name: float(value) for name, value in logs.items()}


def fixed(discriminator, value=0.0):
    """A GAN whose generator makes `value` whatever the latents are."""

    def make(**arguments):
        generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
        generator.set_weights([np.zeros((3, 2)), np.full(2, value)])
        return GAN(generator, discriminator, seed=0, **arguments)

    return make


def sums():
    """Logit `x_1 + x_2`."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.set_weights([np.ones((2, 1)), np.zeros(1)])
    return model


def updates(model):
    players = ("discriminator", "generator")
    return [int(model.optimizer[p].iterations.numpy()) for p in players]


# --- historical averaging


def shifted_means(model, shift):
    for player in ("discriminator", "generator"):
        for mean in model.weight_means[player]:
            mean.assign(mean.value + shift)


def test_history_adds_the_squared_distance_from_the_mean_to_each_loss():
    plain = step(linear_game())
    model = linear_game(historical_weight=0.5)
    shifted_means(model, 0.1)
    logs = step(model)
    for player in ("discriminator", "generator"):
        size = getattr(model, player).count_params()
        added = logs[f"{player}_loss"] - plain[f"{player}_loss"]
        np.testing.assert_allclose(added, 0.5 * size * 0.01, rtol=1e-3)


def test_history_pulls_the_weights_back():
    after = []
    for weight in (1e-9, 0.5):
        model = linear_game(historical_weight=weight, update="simultaneous")
        shifted_means(model, 0.1)
        step(model, rate=0.2)
        after.append([v.numpy() for v in model.trainable_variables])
    for free, pulled in zip(*after, strict=True):
        # -rate * 2 * weight * (theta - mean)
        np.testing.assert_allclose(pulled - free, 0.2 * 2 * 0.5 * 0.1, rtol=1e-3)


def test_history_is_the_mean_of_the_start_and_all_updates_and_is_saved(tmp_path):
    model = linear_game(historical_weight=0.1)
    model.compile(keras.optimizers.SGD(0.1))
    seen = [[v.numpy() for v in model.generator.trainable_variables]]
    for _ in range(3):
        model.train_on_batch(points())
        seen.append([v.numpy() for v in model.generator.trainable_variables])
    assert not np.allclose(seen[0][0], seen[-1][0])
    means = model.weight_means["generator"]
    for i, mean in enumerate(means):
        expected = np.mean([values[i] for values in seen], axis=0)
        np.testing.assert_allclose(mean.numpy(), expected, atol=1e-6)
    del model.sample_latents
    model.save(tmp_path / "gan.keras")
    again = keras.saving.load_model(tmp_path / "gan.keras").weight_means["generator"]
    for mean, loaded in zip(means, again, strict=True):
        np.testing.assert_array_equal(mean.numpy(), loaded.numpy())


# --- skipping


@pytest.mark.parametrize(("margin", "moves"), [(3.0, 0), (5.0, 1), (None, 1)])
@pytest.mark.parametrize("update", ["alternating", "simultaneous"])
def test_a_discriminator_that_is_ahead_waits(margin, moves, update):
    discriminator = sums()
    model = fixed(discriminator)(skip_margin=margin, update=update)
    step(model, np.full((4, 2), 2.0, "float32"), rate=0.1)  # ahead by 4
    assert updates(model) == [moves, 1]
    moved = not np.array_equal(discriminator.get_weights()[0], np.ones((2, 1)))
    assert moved == bool(moves)


@pytest.mark.parametrize(
    ("real", "fake", "margin", "moves"), [(0, 2, 1, 0), (0, 2, 3, 1), (2, 0, 1, 1)]
)
def test_energies_are_ahead_where_real_samples_have_less(real, fake, margin, moves):
    x = keras.Input((2,))
    rebuilt = keras.layers.Dense(2, kernel_initializer="zeros")(x)
    autoencoder = keras.Model(x, {"reconstruction": rebuilt})
    model = fixed(autoencoder, fake)(loss="began", skip_margin=float(margin))
    step(model, np.full((4, 2), real, "float32"), rate=0.1)
    assert updates(model) == [moves, 1]


# --- features


def features(x, model):
    kernel, bias = model.discriminator.get_layer("features").get_weights()
    return x.astype("float64") @ kernel + bias


def samples(model):
    kernel, bias = model.generator.get_weights()
    return LATENTS.astype("float64") @ kernel + bias


@pytest.mark.parametrize("update", ["alternating", "simultaneous"])
def test_feature_matching_is_the_distance_of_mean_features(update):
    model = linear_game(feature_matching=True, update=update)
    logs = step(model)
    difference = features(points(), model).mean(0) - features(
        samples(model), model
    ).mean(0)
    np.testing.assert_allclose(logs["generator_loss"], np.sum(difference**2), rtol=1e-4)
    plain = step(linear_game(update=update))
    assert logs["discriminator_loss"] == pytest.approx(plain["discriminator_loss"])


def test_pulling_away_adds_the_mean_squared_cosine():
    model = linear_game(pulling_away=0.5)
    f = features(samples(model), model)
    f /= np.linalg.norm(f, axis=1, keepdims=True)
    squares = (f @ f.T) ** 2
    expected = (squares.sum() - np.trace(squares)) / (32 * 31)
    added = step(model)["generator_loss"] - step(linear_game())["generator_loss"]
    np.testing.assert_allclose(added, 0.5 * expected, rtol=1e-4)


@pytest.mark.parametrize(
    "arguments", [{"feature_matching": True}, {"pulling_away": 0.1}]
)
def test_a_discriminator_without_features_is_refused(arguments):
    (name,) = arguments
    with pytest.raises(ValueError, match=f"`{name}` needs .*'features'"):
        fixed(sums())(**arguments)


# --- noise


def test_noise_blurs_what_the_discriminator_sees_in_training_alone():
    quiet, noisy = linear_game(), linear_game(input_noise=0.5)
    x = {"samples": ops.zeros((1000, 2))}
    seen = ops.convert_to_numpy(noisy.seen(x, True)["samples"])
    np.testing.assert_allclose(seen.std(), 0.5, rtol=0.1)
    loss = step(noisy)["discriminator_loss"]
    assert abs(loss - step(quiet)["discriminator_loss"]) > 1e-3
    losses = [
        model.evaluate(points(), batch_size=32, return_dict=True, verbose=0)
        for model in (quiet, noisy)
    ]
    assert losses[0] == pytest.approx(losses[1])


def test_noise_can_decay_and_its_age_is_saved(tmp_path):
    # Three calls in a step: real, generated, generated for the generator.
    noise = layers.GaussianNoise(0.5, decay_calls=3, seed=0)
    model = linear_game(input_noise=noise)
    plain = step(linear_game())["discriminator_loss"]
    first, second = (step(model)["discriminator_loss"] for _ in range(2))
    assert abs(first - plain) > 1e-3
    assert second == pytest.approx(plain, rel=1e-4)
    del model.sample_latents
    model.save(tmp_path / "gan.keras")
    again = keras.saving.load_model(tmp_path / "gan.keras")
    assert int(again.noise.calls.numpy()) == 6
    assert again.noise.decay_calls == 3


# --- replay


def with_old_samples(**arguments):
    """Generated samples are 0, earlier ones 3; logits are sums."""
    model = fixed(sums())(loss="wasserstein", replay=50, **arguments)
    if model.pool is not None:
        model.pool.places[0].assign(np.full((50, 2), 3.0))
        model.pool.stored.assign(50)
    return model


def test_replay_shows_the_discriminator_half_old_samples_and_the_generator_none():
    model = with_old_samples()
    logs = step(model, np.zeros((400, 2), "float32"))
    assert 2.4 < logs["discriminator_loss"] < 3.6  # 6 for half of them
    assert abs(logs["generator_loss"]) < 1e-6
    assert (model.pool.places[0].numpy() == 0).any()


def test_evaluation_neither_shows_nor_stores_old_samples():
    model = with_old_samples()
    model.compile()
    x = np.zeros((32, 2), "float32")
    logs = model.evaluate(x, return_dict=True, verbose=0)
    assert abs(logs["discriminator_loss"]) < 1e-6
    assert (model.pool.places[0].numpy() == 3).all()


def test_a_training_with_replay_goes_on_where_it_was_saved(tmp_path):
    model = GAN(
        keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]),
        sums(),
        replay=20,
        seed=1,
    )
    model.compile(keras.optimizers.SGD(0.1))
    model.fit(points(), batch_size=16, verbose=0)
    model.save(tmp_path / "gan.keras")
    again = keras.saving.load_model(tmp_path / "gan.keras")
    assert again.replay == 20
    for m in (model, again):
        m.train_on_batch(points())
    for a, b in zip(model.variables, again.variables, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), atol=1e-6, err_msg=a.path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"replay": 8, "update": "simultaneous"}, "replay=8"),
        ({"replay": 0}, "replay=0"),
        ({"pulling_away": -1.0}, "pulling_away=-1.0"),
        ({"historical_weight": float("inf")}, "historical_weight=inf"),
        ({"input_noise": -0.5}, "stddev=-0.5"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        linear_game(**arguments)


def test_the_generator_may_move_more_often():
    model = linear_game(generator_steps=3)
    model.compile()
    model.fit(points(16), batch_size=8, verbose=0)
    assert int(model.optimizer["discriminator"].iterations.numpy()) == 2
    assert int(model.optimizer["generator"].iterations.numpy()) == 6


def test_simultaneous_updates_move_the_generator_once():
    with pytest.raises(ValueError, match="generator_steps=2"):
        linear_game(update="simultaneous", generator_steps=2)
