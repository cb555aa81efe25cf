"""Images of other sizes than in training, by networks that do one thing."""

import keras
import numpy as np
import pytest

from kerasgen.adversarial.translating import continued, size_for
from kerasgen.kinds import Images
from kerasgen.models import CycleGAN, Pix2Pix
from kerasgen.networks import residual_translator, u_net

SHAPE = (8, 8, 1)


def inverting(shape=SHAPE):
    """`y = -x`, by a network that halves and doubles, so that sides must be even."""
    down = keras.layers.Conv2D(4, 2, strides=2, use_bias=False)
    up = keras.layers.Conv2DTranspose(1, 2, strides=2, use_bias=False)
    network = keras.Sequential([keras.Input(shape), down, up])
    each = np.eye(4).reshape((2, 2, 1, 4))
    down.set_weights([each])
    up.set_weights([-each])
    return network


@pytest.fixture(scope="module")
def model():
    networks = {name: inverting() for name in ("generator_ab", "generator_ba")}
    return CycleGAN(SHAPE, filters=1, halvings=1, **networks)


def images(*size, n=2):
    return np.random.default_rng(0).integers(0, 256, (n, *size, 1)).astype("uint8")


@pytest.mark.parametrize("size", [(8, 8), (16, 6), (7, 13), (1, 30)])
def test_images_of_any_size(model, size):
    given = images(*size)
    np.testing.assert_array_equal(model.translate(given), 255 - given)
    np.testing.assert_array_equal(model.translate(given, to="A"), 255 - given)


@pytest.mark.parametrize(("tile", "overlap"), [(8, None), (4, 0), (6, 5), (16, 3)])
def test_large_images_in_tiles(model, tile, overlap):
    given = images(21, 34)
    found = model.translate(given, tile=tile, overlap=overlap, batch_size=5)
    np.testing.assert_array_equal(found, 255 - given)


def test_tiles_of_noise_differ_from_image_to_image_and_repeat_with_the_seed():
    keras.utils.set_random_seed(0)
    noisy = Pix2Pix(SHAPE, filters=2, halvings=1, depth=2)
    given = np.repeat(images(12, 12, n=1), 2, axis=0)
    made = noisy.translate(given, tile=8, seed=1)
    assert (made[0] != made[1]).any()
    np.testing.assert_array_equal(made, noisy.translate(given, tile=8, seed=1))


@pytest.mark.parametrize(
    ("network", "size", "step"),
    [
        (lambda: u_net((16, 16, 1), filters=1, depth=3), (17, 30), (24, 32)),
        (
            lambda: residual_translator((16, 16, 1), filters=1, blocks=1),
            (17, 30),
            (20, 32),
        ),
        (inverting, (17, 30), (18, 30)),
    ],
)
def test_the_size_that_a_network_keeps_is_found(network, size, step):
    kind = Images((*size, 1))
    assert size_for(network(), kind, kind) == step


def test_images_are_continued_by_their_mirror_image():
    given = np.arange(6).reshape((1, 2, 3, 1))
    found, (rows, columns) = continued(given, (4, 4))
    np.testing.assert_array_equal(found[:, rows, columns], given)
    np.testing.assert_array_equal(
        found[0, ..., 0], [[0, 1, 2, 2], [0, 1, 2, 2], [3, 4, 5, 5], [3, 4, 5, 5]]
    )


def test_networks_of_one_size_say_so():
    def flat():
        dense = [keras.layers.Flatten(), keras.layers.Dense(64, "tanh")]
        return keras.Sequential(
            [keras.Input(SHAPE), *dense, keras.layers.Reshape(SHAPE)]
        )

    networks = {name: flat() for name in ("generator_ab", "generator_ba")}
    model = CycleGAN(SHAPE, filters=1, halvings=1, **networks)
    with pytest.raises(ValueError, match="of the size that it was made for.*12x8"):
        model.translate(images(12, 8))
    assert model.translate(images(12, 8), tile=8).shape == (2, 12, 8, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"to": "C"}, "`to` must be one of.*Received: to='C'"),
        ({"tile": 0}, "tile=0"),
        ({"tile": 16}, "must not be larger than the images.*tile=16, images of 12x12"),
        ({"tile": 8, "overlap": 8}, "`overlap` must be less than `tile`"),
        ({"tile": 8, "overlap": -1}, "overlap=-1"),
        ({"tile": 7}, "takes as it is, such as 8. Received: tile=7"),
    ],
)
def test_bad_requests_are_refused(model, arguments, message):
    with pytest.raises(ValueError, match=message):
        model.translate(images(12, 12), **arguments)


def test_images_of_other_colors_are_refused_at_any_size(model):
    for arguments in ({}, {"tile": 8}):
        with pytest.raises(ValueError, match="gray images.*color images|shape"):
            model.translate(np.zeros((1, 16, 16, 3), "uint8"), **arguments)
