"""The loss by hand, on linear networks, with either divergence."""

import keras
import numpy as np
import pytest
from keras import ops
from scipy import stats

from kerasgen import models, zoo
from kerasgen.adversarial import Clip
from kerasgen.inputs import GaussianPrior, MixturePrior
from kerasgen.kinds import Vectors
from kerasgen.losses import maximum_mean_discrepancy

RANDOM = np.random.default_rng(0)
POINTS = RANDOM.normal(size=(6, 3)).astype("float32")
PRIOR = RANDOM.normal(size=(6, 2)).astype("float32")
ENCODER, DECODER = RANDOM.normal(size=(3, 2)), RANDOM.normal(size=(2, 3))
CRITIC = np.array([[0.7], [-0.4]])
CODES = POINTS @ ENCODER
ERRORS = ((POINTS - CODES @ DECODER) ** 2).sum(axis=1)


def dense(shape, weights):
    network = keras.Sequential(
        [keras.Input(shape), keras.layers.Dense(weights.shape[1], use_bias=False)]
    )
    network.set_weights([weights])
    return network


def by_hand(learning=None, **arguments):
    if arguments.get("divergence") == "gan":
        arguments["discriminator"] = dense((2,), CRITIC)
    model = models.WassersteinAutoencoder(
        kind=Vectors(3),
        encoder=dense((3,), ENCODER),
        decoder=dense((2,), DECODER),
        seed=1,
        **arguments,
    )
    model.compile(keras.optimizers.SGD(0.0), **(learning or {}))
    return model


def losses(model):
    """`(loss, terms)` of encoder and decoder, as numbers."""
    batch = {"samples": ops.convert_to_tensor(POINTS)}
    found = model.loss_of(batch, ops.convert_to_tensor(PRIOR))
    loss, terms = keras.tree.map_structure(
        lambda x: ops.convert_to_numpy(ops.stop_gradient(x)), found
    )
    return float(loss), terms


def mmd(variance):
    found = maximum_mean_discrepancy(CODES.astype("float32"), PRIOR, variance)
    return float(ops.convert_to_numpy(found))


def softplus(x):
    return np.logaddexp(0.0, x)


def test_cost_and_discrepancy_are_weighed_and_added():
    loss, terms = losses(by_hand())
    np.testing.assert_allclose(terms["reconstruction"], ERRORS, rtol=1e-4)
    assert float(terms["divergence"]) == pytest.approx(mmd(1.0), abs=1e-4)
    # 0.05: wae.py; 10 of images in [0, 1]: configs.py.
    assert loss == pytest.approx(0.05 * ERRORS.mean() + 40.0 * mmd(1.0), rel=1e-4)


def test_kernels_are_as_wide_as_the_prior():
    loss, _ = losses(by_hand({"weight": 3.0, "factor": 0.0}, prior=GaussianPrior(2, 5)))
    assert loss == pytest.approx(3.0 * mmd(25.0), rel=1e-4)
    petals = MixturePrior(4, 3.0, (0.5, 0.5))
    # Half the mean squared distance by two: of the centers 9 / 2, and of each petal.
    assert petals.variance == pytest.approx(9.0 / 2 + 0.25, rel=0.05)
    loss, _ = losses(by_hand({"weight": 3.0, "factor": 0.0}, prior=petals))
    assert loss == pytest.approx(3.0 * mmd(petals.variance), rel=1e-4)


@pytest.mark.parametrize("log_prior", [False, True])
def test_a_discriminator_gives_the_other_divergence(log_prior):
    model = by_hand({"weight": 2.0}, divergence="gan", log_prior=log_prior)
    density = stats.norm.logpdf if log_prior else np.zeros_like
    real, fake = (
        (x @ CRITIC)[:, 0] + density(x.astype("float64")).sum(axis=1)
        for x in (PRIOR, CODES)
    )
    loss, terms = losses(model)
    divergence = softplus(-fake).mean()
    assert float(terms["divergence"]) == pytest.approx(divergence, rel=1e-4)
    assert loss == pytest.approx(0.05 * ERRORS.mean() + 2.0 * divergence, rel=1e-4)
    batch = {"samples": ops.convert_to_tensor(POINTS)}
    found, _ = model.discriminator_loss(batch, ops.convert_to_tensor(PRIOR))
    expected = 2.0 * np.mean(softplus(-real) + softplus(fake))
    found = float(ops.convert_to_numpy(ops.stop_gradient(found)))
    assert found == pytest.approx(expected, rel=1e-4)


def test_encoder_and_decoder_follow_the_whole_loss():
    """By finite differences in the first weight of each."""
    model = by_hand({"weight": 4.0, "factor": 1.0})
    batch = {"samples": ops.convert_to_tensor(POINTS)}
    prior = ops.convert_to_tensor(PRIOR)
    _, grads, _ = model.gradients("autoencoder", model.loss_of, batch, prior)

    def loss(encoder, decoder):
        codes = POINTS @ encoder
        found = maximum_mean_discrepancy(codes.astype("float32"), PRIOR)
        cost = ((POINTS - codes @ decoder) ** 2).sum(axis=1).mean()
        return cost + 4.0 * float(ops.convert_to_numpy(found))

    step = np.array([[1e-2, 0.0], [0.0, 0.0], [0.0, 0.0]])
    ends = [loss(ENCODER + s * step, DECODER) for s in (1, -1)]
    found = ops.convert_to_numpy(grads["autoencoder"][0])[0, 0]
    assert found == pytest.approx((ends[0] - ends[1]) / 2e-2, rel=2e-2)
    ends = [loss(ENCODER, DECODER + s * step.T[:, :3]) for s in (1, -1)]
    found = ops.convert_to_numpy(grads["autoencoder"][1])[0, 0]
    assert found == pytest.approx((ends[0] - ends[1]) / 2e-2, rel=2e-2)


def test_the_discriminator_moves_before_encoder_and_decoder():
    model = by_hand(divergence="gan")
    assert list(model.players()) == ["discriminator", "autoencoder"]
    assert list(by_hand().players()) == ["autoencoder"]


def test_a_constraint_of_the_discriminator_is_kept_and_saved(tmp_path):
    learning = {"constraints": {"discriminator": Clip(0.5)}}
    model = by_hand(learning, divergence="gan")
    assert np.abs(CRITIC).max() > 0.5
    model.train_on_batch(POINTS)
    np.testing.assert_allclose(
        model.discriminator.get_weights()[0], np.clip(CRITIC, -0.5, 0.5), atol=1e-6
    )
    model.save(tmp_path / "wae.keras")
    again = keras.saving.load_model(tmp_path / "wae.keras")
    assert again.constraints["discriminator"].limit == 0.5
    again.discriminator.set_weights([CRITIC])
    again.train_on_batch(POINTS)
    assert np.abs(again.discriminator.get_weights()[0]).max() <= 0.5 + 1e-6


def test_views_adapt_once_for_each_update_of_the_discriminator():
    leads = []

    class Adaptive(keras.layers.Layer):
        def call(self, codes):
            return codes

        def adapt(self, lead):
            leads.append(tuple(lead.shape))

    model = by_hand({"views": [Adaptive()], "run_eagerly": True}, divergence="gan")
    model.train_on_batch(POINTS)
    assert leads == [(6, 1)]


def test_codes_are_drawn_to_the_prior_and_still_say_where_a_point_is():
    """An autoencoder alone would leave them about where they begin."""
    points = np.random.default_rng(1).normal(size=(256, 3)) * [1.0, 1.0, 0.01]
    points = (points + [2.0, 2.0, 0.0]).astype("float32")
    encoder = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    decoder = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    encoder.set_weights([np.eye(3, 2), np.zeros(2)])
    decoder.set_weights([np.eye(2, 3), np.zeros(3)])
    model = models.WassersteinAutoencoder(
        kind=Vectors(3), encoder=encoder, decoder=decoder, seed=1
    )
    model.compile(keras.optimizers.Adam(0.05))
    before = model.encode(points)
    model.fit(points, batch_size=64, epochs=25, verbose=0)
    codes = model.encode(points)
    assert np.linalg.norm(before.mean(axis=0)) > 1.0
    np.testing.assert_allclose(codes.mean(axis=0), 0.0, atol=0.4)
    assert 0.6 < codes.std() < 1.6
    assert np.square(model.reconstruct(points) - points).mean() < 0.25


def test_the_zoo_keeps_what_it_is(tmp_path):
    model = models.WassersteinAutoencoder(
        (8, 8, 1),
        prior=GaussianPrior(3, 2.0),
        divergence="gan",
        log_prior=True,
        filters=2,
        units=8,
        discriminator_units=8,
    )
    zoo.save(model, tmp_path / "wae")
    again = zoo.load(tmp_path / "wae")
    assert (again.prior, again.divergence, again.log_prior) == (
        GaussianPrior(3, 2.0),
        "gan",
        True,
    )
    np.testing.assert_array_equal(again.generate(3, seed=1), model.generate(3, seed=1))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"divergence": "mdd"}, "`divergence` must be one of.*Received: .*'mdd'"),
        ({"latent_dim": 3, "prior": GaussianPrior(2)}, "`prior` must draw vectors"),
        ({"log_prior": True}, "`log_prior` belongs to the game"),
        (
            {"divergence": "gan", "log_prior": True, "prior": MixturePrior()},
            "density of a GaussianPrior",
        ),
        ({"discriminator": dense((8,), np.ones((8, 1)))}, "belongs to the game"),
        (
            {"divergence": "gan", "discriminator": dense((5,), np.ones((5, 1)))},
            "must take",
        ),
    ],
    ids=str,
)
def test_models_that_cannot_be(arguments, message):
    with pytest.raises(ValueError, match=message):
        models.WassersteinAutoencoder((8, 8, 1), filters=2, units=4, **arguments)


@pytest.mark.parametrize(
    ("learning", "message"),
    [
        ({"weight": -1.0}, "`weight`.*Received: weight=-1.0"),
        ({"factor": float("nan")}, "`factor`"),
        ({"loss": "hinge"}, "`loss` belongs to the game.*divergence='mmd'"),
        ({"views": ["noise"]}, "`views` belongs to the game"),
        (
            {"constraints": {"discriminator": Clip(0.1)}},
            "`constraints` belongs to the game",
        ),
    ],
)
def test_ways_to_learn_that_cannot_be(learning, message):
    model = models.WassersteinAutoencoder((8, 8, 1), filters=2, units=4)
    with pytest.raises(ValueError, match=message):
        model.compile(**learning)


def test_a_constraint_names_one_of_the_players():
    """The encoder stands in the generator's place, and moves with the decoder."""
    learning = {"constraints": {"generator": Clip(0.1)}}
    with pytest.raises(ValueError, match=r"\['discriminator', 'autoencoder'\]"):
        by_hand(learning, divergence="gan")
