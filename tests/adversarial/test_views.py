"""What a discriminator gets to see: pools, noise, augmentation, and their order."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import layers, losses
from kerasgen.adversarial import GAN, R1, Alternating, views
from kerasgen.inputs import Codes, Labels, Latents

IMAGES = np.random.default_rng(0).integers(0, 256, (32, 8, 8, 3), dtype="uint8")


@pytest.fixture
def bright():
    """Makes a GAN of 8x8 images whose logit is ten times an image's mean."""

    def make(*shown, rate=0.0, **learning):
        keras.utils.set_random_seed(0)
        generator = keras.Sequential(
            [
                keras.Input((2,)),
                keras.layers.Dense(192, "tanh"),
                keras.layers.Reshape((8, 8, 3)),
            ]
        )
        images = keras.Input((8, 8, 3))
        x = keras.layers.GlobalAveragePooling2D()(images)
        tens = keras.initializers.Constant(10.0)
        logits = keras.layers.Dense(1, kernel_initializer=tens)(x)
        model = GAN(generator, keras.Model(images, logits), seed=0)
        model.compile(keras.optimizers.SGD(rate), views=list(shown), **learning)
        return model

    return make


class Noting(keras.layers.Layer):
    """Adds one and notes how it was called."""

    def __init__(self, sides=views.SIDES, turns=views.TURNS):
        super().__init__()
        self.sides, self.turns = sides, turns
        self.seen = []

    def call(self, samples, training=False):
        self.seen.append(training)
        return samples + 1.0

    def get_config(self):
        return {"sides": self.sides, "turns": self.turns}


def quick(ramp_samples=64):
    return layers.AdaptiveAugmentation("flip", ramp_samples=ramp_samples, interval=1)


def probability(model):
    return float(model.views[0].current_probability())


# --- who sees what


@pytest.mark.parametrize("side", views.SIDES)
@pytest.mark.parametrize("turn", views.TURNS)
def test_a_view_may_be_of_one_side_or_in_one_turn(linear_game, step, side, turn):
    """The critic is linear: one more in each number adds the sum of its slopes."""
    plain = linear_game()
    kernels = [
        layer.get_weights()[0] for layer in plain.discriminator.layers if layer.weights
    ]
    slope = float((kernels[0] @ kernels[1]).sum())
    before = step(plain)
    after = step(linear_game(views=[Noting((side,), (turn,))]))
    moved = {"real": -slope, "fake": slope}[side]
    expected = {
        "discriminator_loss": moved if turn == "discriminator" else 0.0,
        # The generator looks at its own samples alone, with the other sign.
        "generator_loss": -slope if (side, turn) == ("fake", "generator") else 0.0,
    }
    added = {name: after[name] - before[name] for name in after}
    assert added == pytest.approx(expected, abs=1e-5)


def test_views_are_called_as_in_training_and_one_after_the_other(linear_game, points):
    model = linear_game(views=[Noting(), Noting()])
    game = model.game(
        "discriminator", {"samples": ops.convert_to_tensor(points())}, True
    )
    np.testing.assert_allclose(game.real.samples, points() + 2.0, rtol=1e-6)
    assert [view.seen for view in model.views] == [[True], [True]]


def test_both_players_see_all_images_augmented(bright):
    model, seen = bright("cutout"), []
    judge = model.judge
    model.judge = lambda given, training=True: (
        seen.append(ops.convert_to_numpy(ops.stop_gradient(given["samples"])))
        or judge(given, training)
    )
    real = {"samples": ops.ones((4, 8, 8, 3))}
    for player in ("discriminator", "generator"):
        model.losses_of(player, real)
    assert len(seen) == 3
    for images in seen:
        assert (images == 0).all(-1).any((1, 2)).all()  # a rectangle in each


def test_the_penalty_is_taken_where_the_discriminator_looks(bright):
    model = bright("cutout", terms=[R1(1.0)])
    seen = []

    def penalty(critic, real, fake, *, seed):
        seen.extend([real, fake])
        return ops.zeros((4,))

    model.terms[0].penalty = penalty
    model.losses_of("discriminator", {"samples": ops.ones((4, 8, 8, 3))})
    assert len(seen) == 2
    for images in map(ops.convert_to_numpy, map(ops.stop_gradient, seen)):
        assert (images == 0).all(-1).any((1, 2)).all()


def test_evaluation_sees_the_images_as_they_are(bright):
    plain, augmented = (
        model.evaluate(IMAGES, batch_size=32, verbose=0, return_dict=True)
        for model in (bright(), bright("color,translation,cutout"))
    )
    assert plain == pytest.approx(augmented, rel=1e-4)


# --- noise


def test_noise_blurs_what_the_discriminator_sees_in_training_alone(
    linear_game, points, step
):
    quiet, noisy = linear_game(), linear_game(views=[layers.GaussianNoise(0.5)])
    batch = {"samples": ops.zeros((1000, 2))}
    seen = ops.convert_to_numpy(noisy.game("discriminator", batch).real.samples)
    np.testing.assert_allclose(seen.std(), 0.5, rtol=0.1)
    difference = step(noisy)["discriminator_loss"] - step(quiet)["discriminator_loss"]
    assert abs(difference) > 1e-3
    evaluated = [
        model.evaluate(points(), batch_size=32, return_dict=True, verbose=0)
        for model in (quiet, noisy)
    ]
    assert evaluated[0] == pytest.approx(evaluated[1])


def test_noise_can_decay_and_its_age_is_saved(linear_game, step, tmp_path):
    # Three calls in a step: real, generated, generated for the generator.
    noise = layers.GaussianNoise(0.5, decay_calls=3, seed=0)
    plain = step(linear_game())["discriminator_loss"]
    model = linear_game(views=[noise])
    first, second = (step(model)["discriminator_loss"] for _ in range(2))
    assert abs(first - plain) > 1e-3
    assert second == pytest.approx(plain, rel=1e-4)
    model.save(tmp_path / "gan.keras")
    (again,) = keras.saving.load_model(tmp_path / "gan.keras").views
    assert int(again.calls.numpy()) == 6
    assert again.decay_calls == 3


# --- pools


@pytest.fixture
def with_old_samples(game_of, sums):
    """Generated samples are 0, earlier ones 3; logits are sums."""
    model = game_of(sums(), loss="wasserstein", views=[layers.SamplePool(50, seed=0)])
    places = dict(zip(("latents", "samples"), model.views[0].places, strict=True))
    places["samples"].assign(np.full((50, 2), 3.0))
    model.views[0].stored.assign(50)
    return model, places["samples"]


def test_a_pool_shows_the_discriminator_half_old_samples_and_the_generator_none(
    with_old_samples, step
):
    model, pool = with_old_samples
    logs = step(model, np.zeros((400, 2), "float32"))
    assert 2.4 < logs["discriminator_loss"] < 3.6  # 6 for half of them
    assert abs(logs["generator_loss"]) < 1e-6
    assert (pool.numpy() == 0).any()


def test_evaluation_neither_shows_nor_stores_old_samples(with_old_samples):
    model, pool = with_old_samples
    x = np.zeros((32, 2), "float32")
    logs = model.evaluate(x, return_dict=True, verbose=0)
    assert abs(logs["discriminator_loss"]) < 1e-6
    assert (pool.numpy() == 3).all()


def test_a_training_with_a_pool_goes_on_where_it_was_saved(networks, points, continued):
    model = GAN(*networks(), seed=1)
    model.compile(keras.optimizers.SGD(0.1), views=[layers.SamplePool(20)])
    model.fit(points(), batch_size=16, verbose=0)
    assert continued(model, points()).views[0].capacity == 20


def test_what_a_sample_was_made_from_stays_with_it_in_the_pool(step):
    """The generator writes the label into the sample, the discriminator compares."""
    latents, labels = keras.Input((1,)), keras.Input((2,))
    made = keras.layers.Lambda(lambda x: x[1] + 0.0 * x[0], output_shape=(2,))
    generator = keras.Model((latents, labels), made((latents, labels)))
    x, said = keras.Input((2,)), keras.Input((2,))
    off = keras.layers.Lambda(
        lambda x: ops.sum(ops.abs(x[0] - x[1]), -1, keepdims=True), output_shape=(1,)
    )
    discriminator = keras.Model((x, said), off((x, said)))
    model = GAN(generator, discriminator, (Latents(1), Labels(2)), ["labels"], seed=0)
    model.compile(loss="wasserstein", views=[layers.SamplePool(3)])
    random = np.random.default_rng(0)
    for _ in range(4):
        labels = random.integers(0, 2, 12)
        logs = step(model, np.eye(2, dtype="float32")[labels], labels)
        assert logs["discriminator_loss"] == 0.0
    assert int(model.views[0].stored.numpy()) == 3


# --- adaptive augmentation


@pytest.mark.parametrize("turns", ["alternating", "simultaneous", Alternating(4)])
def test_adaptive_augmentation_follows_the_logits_of_real_images(bright, turns):
    white = np.full((32, 8, 8, 3), 255, "uint8")
    model = bright(quick(), turns=turns)
    steps = 1 if isinstance(turns, Alternating) else 4
    logs = model.fit(white, batch_size=32 // steps, epochs=1, verbose=0).history
    # Four minibatches of 8 of 64, after each step of which the value is logged.
    assert probability(model) == pytest.approx(0.5)
    logged = [0.125, 0.25, 0.375, 0.5] if steps == 4 else [0.5]
    assert logs["augmentation_probability"][-1] == pytest.approx(np.mean(logged))
    model.fit(255 - white, batch_size=32 // steps, epochs=1, verbose=0)
    assert probability(model) == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("loss", "real", "fake", "expected"),
    [
        # Without an undecided score it is half way between the means.
        ("wasserstein", -3.0, -5.0, 0.125),
        ("wasserstein", -5.0, -3.0, 0.0),
        # Least squares is undecided half way between its targets, 0 and 1.
        ("least_squares", 0.4, 0.0, 0.0),
        ("least_squares", 0.6, 0.0, 0.125),
        # Feature matching as its discriminator.
        (losses.FeatureMatching("least_squares", "logits"), 0.4, 0.0, 0.0),
        (losses.FeatureMatching("least_squares", "logits"), 0.6, 0.0, 0.125),
    ],
)
def test_where_an_objective_is_undecided(bright, loss, real, fake, expected):
    model = bright(quick(), loss=loss)
    scores = {"real": ops.full((8, 1), real), "fake": ops.full((8, 1), fake)}
    model.adapt_views(scores)
    assert probability(model) == pytest.approx(expected)


@pytest.mark.parametrize(("real", "sign"), [(0.0, 1.0), (1.0, -1.0)])
def test_low_energies_are_real(game_of, step, real, sign):
    """An autoencoder that rebuilds nothing but zeros; generated samples are 0.5."""
    x = keras.Input((2,))
    rebuilt = keras.layers.Dense(2, kernel_initializer="zeros")(x)

    class Sign(keras.layers.Layer):
        """Keeps the signs that it is adapted by."""

        def build(self, shape):
            self.mean = self.add_weight((), "zeros", trainable=False)

        def call(self, samples):
            return samples

        def adapt(self, lead):
            self.mean.assign(ops.mean(ops.sign(lead)))

    model = game_of(
        keras.Model(x, {"reconstruction": rebuilt}),
        0.5,
        loss="ebgan",
        views=[Sign()],
    )
    step(model, np.full((8, 2), real, "float32"))
    assert float(model.views[0].mean.numpy()) == sign


def test_a_training_with_adaptive_augmentation_goes_on_where_it_was_saved(
    bright, continued
):
    # Few and simple changes: XLA compiles the rest slowly.
    layer = layers.AdaptiveAugmentation(
        "flip,cutout", ramp_samples=100, interval=3, seed=1
    )
    model = bright(layer, rate=0.01)
    model.fit(IMAGES, batch_size=8, epochs=1, verbose=0)
    again = continued(model, IMAGES)
    assert again.views[0].get_config() == layer.get_config()


@pytest.mark.parametrize(
    ("inputs", "conditions", "said", "learning"),
    [
        ((Latents(2), Labels(3)), ["labels"], {"logits": (1,)}, {}),
        (
            (Latents(2), Labels(3, several=False, drawn=True)),
            [],
            {"logits": (1,), "classes": (3,)},
            {"terms": ["auxiliary_classifier"]},
        ),
        (
            (Latents(2), Codes((3,), 1)),
            [],
            {"logits": (1,), "codes": (4,)},
            {"terms": ["mutual_information"]},
        ),
        ((Latents(2),), [], {"reconstruction": (4, 4, 3)}, {"loss": "began"}),
    ],
    ids=["CGAN", "ACGAN", "InfoGAN", "BEGAN"],
)
def test_gans_of_every_sort_take_it(inputs, conditions, said, learning):
    """Dense networks of 4x4 images, with conditions, classes, codes, energies."""

    def dense(tensors, shape):
        flat = [keras.layers.Flatten()(x) for x in tensors]
        x = keras.layers.Concatenate()(flat) if len(flat) > 1 else flat[0]
        x = keras.layers.Dense(int(np.prod(shape)))(x)
        return keras.layers.Reshape(shape)(x)

    sizes = {each.name: each.size for each in inputs}
    drawn = [keras.Input((size,)) for size in sizes.values()]
    generator = keras.Model(drawn, dense(drawn, (4, 4, 3)))
    shown = [keras.Input((4, 4, 3)), *(keras.Input((sizes[c],)) for c in conditions)]
    outputs = {name: dense(shown, shape) for name, shape in said.items()}
    discriminator = keras.Model(shown, outputs)
    model = GAN(generator, discriminator, inputs, conditions, seed=0)
    model.compile(views=[layers.AdaptiveAugmentation("color,cutout")], **learning)
    labels = None if model.labels is None else np.arange(16) % 3
    history = model.fit(IMAGES[:16, :4, :4], labels, batch_size=16, verbose=0).history
    assert np.isfinite(history["discriminator_loss"]).all()
    assert "augmentation_probability" in history


# --- names, order, refusals


def test_views_by_name(bright):
    model = bright("adaptive")
    assert model.views[0].policy == [
        "flip",
        "quarter_turns",
        "translation",
        "geometry",
        "palette",
    ]
    (policy,) = bright("color,cutout").views
    assert isinstance(policy, layers.DifferentiableAugmentation)
    assert policy.policy == ["color", "cutout"]


def test_a_named_view_draws_other_numbers_than_the_model():
    """The same seed twice would add a sample's own latents to it."""
    seeds = [views.get("color", 3).seed, views.get("adaptive", 3).seed]
    assert len({3, *seeds}) == 3
    assert views.get("color").seed is None


@pytest.mark.parametrize(
    ("shown", "turns", "message"),
    [
        (
            [layers.GaussianNoise(0.1), layers.SamplePool(4)],
            "alternating",
            "must be the first view. Received: GaussianNoise, SamplePool",
        ),
        ([layers.SamplePool(4)] * 2, "alternating", "there can be one"),
        ([layers.SamplePool(8)], "simultaneous", "simultaneous.*SamplePool"),
        ([Noting(turns=("generator",))], "simultaneous", "simultaneous.*Noting"),
        (["adaptive", quick()], "alternating", "Two adaptive views"),
        (["colours"], "alternating", "nearest names are color.*'colours'"),
        (["color,colours"], "alternating", "'colours'"),
        ([0.5], "alternating", "view=0.5"),
    ],
)
def test_views_that_cannot_follow_one_another_are_refused(
    bright, shown, turns, message
):
    with pytest.raises(ValueError, match=message):
        bright(*shown, turns=turns)


def test_samples_that_are_no_images_are_refused(linear_game):
    with pytest.raises(ValueError, match="Augmentation is for images"):
        linear_game(views=["color"])
