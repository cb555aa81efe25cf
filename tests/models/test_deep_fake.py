"""Both errors by hand, and two kinds of images that change places."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import callbacks, models, zoo
from kerasgen.kinds import Pair
from kerasgen.layers.random_warp import random_warp

SHAPE = (4, 4, 1)
RANDOM = np.random.default_rng(0)
A = RANDOM.uniform(-1.0, 1.0, (3, *SHAPE)).astype("float32")
B = RANDOM.uniform(-1.0, 1.0, (3, *SHAPE)).astype("float32")
ENCODER = RANDOM.normal(size=(16, 2)).astype("float32") / 4
DECODERS = RANDOM.normal(size=(2, 2, 16)).astype("float32")


def encoder():
    network = keras.Sequential(
        [
            keras.Input(SHAPE),
            keras.layers.Flatten(),
            keras.layers.Dense(2, use_bias=False),
        ]
    )
    network.set_weights([ENCODER])
    return network


def decoder(weights):
    network = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(16, use_bias=False),
            keras.layers.Reshape(SHAPE),
        ]
    )
    network.set_weights([weights])
    return network


def by_hand(rate=0.0, **learning):
    model = models.DeepFake(
        encoder=encoder(),
        decoder_a=decoder(DECODERS[0]),
        decoder_b=decoder(DECODERS[1]),
        seed=1,
    )
    model.compile(keras.optimizers.SGD(rate), **learning)
    return model


def made(images, weights):
    return (images.reshape(-1, 16) @ ENCODER @ weights).reshape(-1, *SHAPE)


def test_each_decoder_makes_its_own_domain_of_shared_codes():
    logs = by_hand(warp=0.0).train_on_batch((A, B), return_dict=True)
    for name, images, weights in (("a", A, DECODERS[0]), ("b", B, DECODERS[1])):
        expected = np.abs(made(images, weights) - images).mean()
        assert float(logs[f"{name}_loss"]) == pytest.approx(expected, rel=1e-5)


def test_the_encoder_sees_a_warped_image_and_the_target_is_straight():
    model = by_hand(warp=0.2)
    images = ops.convert_to_tensor(A)
    seed = keras.random.SeedGenerator(1)  # as the model's
    bent = ops.convert_to_numpy(random_warp(images, seed, 0.2))
    assert np.abs(bent - A).max() > 0.1
    found = model.error_of(model.decoder_a, images)
    expected = np.abs(made(bent, DECODERS[0]) - A).mean()
    found = float(ops.convert_to_numpy(ops.stop_gradient(found)))
    assert found == pytest.approx(expected, rel=1e-4)
    logs = model.evaluate((A, B), batch_size=3, return_dict=True, verbose=0)
    expected = np.abs(made(A, DECODERS[0]) - A).mean()
    assert logs["a_loss"] == pytest.approx(expected, rel=1e-4)  # not in evaluation


def test_both_domains_move_the_encoder_and_each_its_decoder():
    model = by_hand(rate=0.1, warp=0.0)
    model.train_on_batch((A, B))
    changed = [
        not np.allclose(network.get_weights()[0], weights, atol=1e-6)
        for network, weights in (
            (model.encoder, ENCODER),
            (model.decoder_a, DECODERS[0]),
            (model.decoder_b, DECODERS[1]),
        )
    ]
    assert changed == [True, True, True]
    # A's step comes first, at the first weights of the encoder.
    flat = A.reshape(3, 16)
    sign = np.sign(flat @ ENCODER @ DECODERS[0] - flat)
    gradient = (flat @ ENCODER).T @ sign / flat.size
    np.testing.assert_allclose(
        model.decoder_a.get_weights()[0], DECODERS[0] - 0.1 * gradient, atol=1e-5
    )
    players = model.players()
    assert players["a"].layers == (model.encoder, model.decoder_a)
    assert players["b"].layers == (model.encoder, model.decoder_b)


def test_images_arrive_in_either_domain():
    model = by_hand()
    for to, weights in (("A", DECODERS[0]), ("B", DECODERS[1])):
        expected = model.sampled_kind.to_host(made(A, weights))
        found = model.translate(A, to=to)
        assert found.dtype == "uint8"
        assert np.abs(found.astype(int) - expected).max() <= 1
        np.testing.assert_array_equal(found, model.reconstruct(A, domain=to))
    np.testing.assert_array_equal(model.generate(images=A), model.translate(A, to="B"))
    codes = model.encode(A)
    np.testing.assert_allclose(codes, A.reshape(3, 16) @ ENCODER, atol=1e-5)


def test_a_swap_keeps_the_place_and_changes_the_domain():
    """Bright squares of A and dark ones of B: where they are is for the encoder."""
    random = np.random.default_rng(2)
    places = random.integers(0, 4, 64)

    def squares(inside, outside):
        images = np.full((64, 8, 8, 1), outside, "uint8")
        for image, place in zip(images, places, strict=True):
            row, column = 4 * (place // 2), 4 * (place % 2)
            image[row : row + 4, column : column + 4] = inside
        return images

    a, b = squares(255, 128), squares(0, 128)
    keras.utils.set_random_seed(0)
    model = models.DeepFake((8, 8, 1), latent_dim=8, filters=8, seed=1)
    model.compile(keras.optimizers.Adam(5e-3), warp=0.0)
    model.fit((a, b[::-1].copy()), batch_size=16, epochs=25, verbose=0)
    again = model.reconstruct(a, domain="A").astype(float)
    assert np.abs(again - a).mean() < 20.0
    swapped = model.translate(a, to="B").astype(float)
    assert swapped.mean() < 120.0 < 150.0 < again.mean()


def test_networks_are_kept_in_the_zoo_and_averages_swap(tmp_path):
    model = by_hand(rate=0.1, average=0.5)
    model.train_on_batch((A, B))
    averaged = model.translate(A)
    assert not np.array_equal(averaged, model.translate(A, averaged=False))
    zoo.save(model, tmp_path / "fake")
    again = zoo.load(tmp_path / "fake")
    np.testing.assert_array_equal(again.translate(A), averaged)
    assert again.networks.keys() == {"encoder", "decoder_a", "decoder_b"}


def test_reconstructions_of_the_first_domain_are_pictured(tmp_path):
    model = by_hand()
    grid = callbacks.ReconstructionGrid(tmp_path, A, animation=False)
    model.fit((A, B), batch_size=3, callbacks=[grid], verbose=0)
    pair = Pair(*[model.sampled_kind] * 2)
    expected = pair.picture((pair.a.as_data(A), model.reconstruct(A)))
    np.testing.assert_array_equal(grid.picture(), expected)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "`image_shape` is needed"),
        ({"image_shape": (8, 8, 1), "latent_dim": 0}, "0"),
        (
            {"image_shape": (8, 8, 1), "decoder_b": decoder(DECODERS[1])},
            "`decoder_b`",
        ),
        (
            {"encoder": encoder(), "decoder_a": encoder()},
            "`decoder_a`",
        ),
    ],
    ids=["nothing", "latent_dim", "decoder_b", "decoder_a"],
)
def test_models_that_cannot_be(arguments, message):
    with pytest.raises(ValueError, match=message):
        models.DeepFake(filters=2, **arguments)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: m.translate(A, to="C"), "`to` must be one of"),
        (lambda m: m.translate(A[:, :2]), "must have shape"),
        (lambda m: m.reconstruct(A, domain="b"), "`domain` must be one of"),
        (lambda m: m.translate(A, averaged=0.5), "^This model keeps no such average"),
        (lambda m: m.generate(2), "pass `images=...`"),
        (lambda m: m.compile(warp=-0.1), "`warp`.*Received: warp=-0.1"),
        (lambda m: m.fit(A), r"tuple \(a, b\)"),
        (lambda m: m.fit((A, B[:0])), "as many samples"),
        (lambda m: m.fit((A[:0], B[:0])), "at least one"),
        (lambda m: m.train_on_batch((A, B), sample_weight=np.ones(3)), "cannot share"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(by_hand())
