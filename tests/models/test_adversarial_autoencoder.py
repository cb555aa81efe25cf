"""Both phases by hand, on linear networks."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import models, zoo
from kerasgen.inputs import GaussianPrior, MixturePrior, SwissRollPrior, philox
from kerasgen.kinds import Vectors

RANDOM = np.random.default_rng(0)
POINTS = RANDOM.normal(size=(6, 3)).astype("float32")
ENCODER, DECODER = RANDOM.normal(size=(3, 2)), RANDOM.normal(size=(2, 3))
CRITIC = np.array([[0.7], [-0.4]])


def dense(shape, weights):
    network = keras.Sequential(
        [keras.Input(shape), keras.layers.Dense(weights.shape[1], use_bias=False)]
    )
    network.set_weights([weights])
    return network


def critic_of_both(weights):
    """Of codes and what is said of their labels."""
    takes = keras.Input((2,)), keras.Input((len(weights) - 2,))
    both = keras.layers.Concatenate()(takes)
    network = keras.Model(takes, keras.layers.Dense(1, use_bias=False)(both))
    network.set_weights([weights])
    return network


def by_hand(discriminator=None, **arguments):
    model = models.AdversarialAutoencoder(
        kind=Vectors(3),
        encoder=dense((3,), ENCODER),
        decoder=dense((2,), DECODER),
        discriminator=discriminator or dense((2,), CRITIC),
        seed=1,
        **arguments,
    )
    model.compile(keras.optimizers.SGD(0.0))
    return model


def batch_of(model, points=POINTS, labels=None):
    batch = {"samples": ops.convert_to_tensor(points)}
    if labels is not None:
        batch["labels"] = model.labels.from_batch(ops.convert_to_tensor(labels))
    return batch


def number(tensor):
    return float(ops.convert_to_numpy(ops.stop_gradient(tensor)))


def softplus(x):
    return np.logaddexp(0.0, x)


# --- the losses


def test_the_autoencoder_minimizes_the_sum_of_squares():
    model = by_hand()
    loss, errors = model.reconstruction_loss(batch_of(model))
    expected = ((POINTS - POINTS @ ENCODER @ DECODER) ** 2).sum(axis=1)
    found = ops.convert_to_numpy(ops.stop_gradient(errors))
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    assert number(loss) == pytest.approx(expected.mean(), rel=1e-5)


def test_draws_of_the_prior_are_real_and_codes_are_fake():
    model = by_hand()
    z = RANDOM.normal(size=(6, 2)).astype("float32")
    prior = {"samples": ops.convert_to_tensor(z)}
    real, fake = (z @ CRITIC)[:, 0], (POINTS @ ENCODER @ CRITIC)[:, 0]
    losses = {
        player: number(model.game_loss(player, batch_of(model), prior)[0])
        for player in ("discriminator", "generator")
    }
    expected = np.mean(softplus(-real) + softplus(fake))
    assert losses["discriminator"] == pytest.approx(expected, rel=1e-5)
    assert losses["generator"] == pytest.approx(np.mean(softplus(-fake)), rel=1e-5)


def test_each_phase_moves_its_own_networks():
    model = by_hand()
    moved = {name: player.layers for name, player in model.players().items()}
    assert moved == {
        "autoencoder": (model.encoder, model.decoder),
        "discriminator": (model.discriminator,),
        "generator": (model.encoder,),
    }
    before = [w.copy() for w in model.encoder.get_weights()]
    model.compile(
        {
            "autoencoder": keras.optimizers.SGD(0.0),
            "discriminator": keras.optimizers.SGD(0.0),
            "generator": keras.optimizers.SGD(1.0),
        }
    )
    model.train_on_batch(POINTS)
    # -log D(Q(x)) falls along the gradient of the logit, through the encoder alone.
    slope = -1 / (1 + np.exp(POINTS @ ENCODER @ CRITIC))  # d softplus(-y) / dy
    gradient = POINTS.T @ (slope @ CRITIC.T) / len(POINTS)
    np.testing.assert_allclose(
        model.encoder.get_weights()[0], before[0] - gradient, atol=1e-5
    )
    np.testing.assert_allclose(model.decoder.get_weights()[0], DECODER, atol=1e-6)


# --- labels


def told():
    weights = np.concatenate([CRITIC, [[1.0], [2.0], [3.0], [10.0]]])
    return by_hand(
        critic_of_both(weights), prior=MixturePrior(3, 4.0, (0.1, 0.1)), num_classes=3
    )


def test_the_discriminator_is_told_the_label_or_that_there_is_none():
    model = told()
    labels = np.array([0, 1, 2, -1, -1, 1])
    batch = batch_of(model, labels=labels)
    prior = model.draw_prior(batch)
    beside = np.eye(4)[[0, 1, 2, 3, 3, 1]]
    np.testing.assert_array_equal(ops.convert_to_numpy(prior["labels"]), beside)
    bias = beside @ [1.0, 2.0, 3.0, 10.0]
    real = ops.convert_to_numpy(prior["samples"]) @ CRITIC[:, 0] + bias
    fake = (POINTS @ ENCODER @ CRITIC)[:, 0] + bias
    _, scores = model.game_loss("discriminator", batch, prior)
    for which, expected in (("real", real), ("fake", fake)):
        found = ops.convert_to_numpy(ops.stop_gradient(scores[which]))[:, 0]
        np.testing.assert_allclose(found, expected, rtol=1e-4)


def petals(points):
    angle = np.arctan2(points[:, 1], points[:, 0])
    return np.rint(angle / (2 * np.pi / 3)).astype(int) % 3


def test_with_a_label_comes_a_draw_of_its_part_of_the_prior():
    model = told()
    labels = np.tile([0, 1, 2, -1], 50)
    points = np.zeros((200, 3), "float32")
    prior = model.draw_prior(batch_of(model, points, labels))
    found = petals(ops.convert_to_numpy(prior["samples"]))
    np.testing.assert_array_equal(found[labels >= 0], labels[labels >= 0])
    assert set(found[labels < 0]) == {0, 1, 2}


def test_samples_of_a_label_come_from_its_part():
    model = told()
    found = model.generate(labels=[2, 0, 1, 1], seed=5)
    parts = np.array([2, 0, 1, 1])
    latents = model.prior.draw(4, philox(5), parts)
    np.testing.assert_allclose(found, model.generate(latents=latents), atol=1e-6)
    np.testing.assert_array_equal(petals(latents), parts)
    assert model.generate(5, labels=1).shape == (5, 3)
    assert set(petals(model.prior.draw(50, philox(0)))) == {0, 1, 2}


def test_a_model_with_labels_is_saved_with_its_prior(tmp_path):
    model = told()
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.prior == model.prior and again.labels == model.labels
    asked = {"labels": [0, 2], "seed": 1}
    np.testing.assert_array_equal(again.generate(**asked), model.generate(**asked))
    np.testing.assert_array_equal(again.encode(POINTS), model.encode(POINTS))


def test_the_zoo_keeps_encoder_decoder_discriminator_and_prior(tmp_path):
    model = models.AdversarialAutoencoder(
        (8, 8, 1), prior=SwissRollPrior(2), filters=2, units=8, discriminator_units=8
    )
    zoo.save(model, tmp_path / "rolled")
    again = zoo.load(tmp_path / "rolled")
    assert again.prior == model.prior
    images = RANDOM.integers(0, 256, (3, 8, 8, 1)).astype("uint8")
    np.testing.assert_allclose(again.encode(images), model.encode(images), atol=1e-5)
    np.testing.assert_array_equal(again.generate(3, seed=1), model.generate(3, seed=1))


# --- what is refused


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"latent_dim": 0}, "`latent_dim` must be a positive integer"),
        ({"latent_dim": 3, "prior": GaussianPrior(2)}, "`prior` must draw vectors"),
        ({"num_classes": 3}, "`prior` must have a part for each class"),
        ({"num_classes": 3, "prior": MixturePrior(4)}, "Received: num_classes=3 with"),
        ({"num_classes": 1, "prior": MixturePrior(1)}, "`num_classes`"),
        ({"discriminator_units": 0}, "units=0"),
        ({"discriminator": dense((5,), np.ones((5, 1)))}, "must take"),
    ],
    ids=str,
)  # fmt: skip
def test_models_that_cannot_be(arguments, message):
    with pytest.raises(ValueError, match=message):
        models.AdversarialAutoencoder((8, 8, 1), filters=2, units=4, **arguments)


def test_labels_and_latents_exclude_one_another():
    model = told()
    with pytest.raises(ValueError, match="pass one of the two"):
        model.generate(labels=[0], latents=np.zeros((1, 2)))
    with pytest.raises(ValueError, match="encoder of this model takes no `labels`"):
        model.encode(POINTS, labels=[0] * 6)
    with pytest.raises(ValueError, match="takes no `labels`"):
        by_hand().generate(2, labels=0)
