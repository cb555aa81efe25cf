"""A model of an encoder and a decoder, written from nothing but what they share."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import losses
from kerasgen.coding import Coding
from kerasgen.engine import GenerativeModel
from kerasgen.inputs import Latents
from kerasgen.registered import registered

RANDOM = np.random.default_rng(0)
PLANE = np.linalg.qr(RANDOM.normal(size=(5, 2)))[0].T


def points(n):
    """Points of a plane in five dimensions: two numbers say everything of them."""
    return (RANDOM.normal(size=(n, 2)) @ PLANE).astype("float32")


@registered
class Plain(Coding, GenerativeModel):
    """An autoencoder in six lines."""

    def train_step(self, data):
        batch = self.unpack(data)
        self.minimize("autoencoder", self.loss_of, batch)
        return self.logs()

    def loss_of(self, batch, training=True):
        codes = self.encoded(batch, training)["codes"]
        parameters = self.parameters(codes, batch, training)
        return -ops.mean(self.likelihood.log_prob(batch["samples"], parameters))


def networks():
    encoder = keras.Sequential([keras.Input((5,)), keras.layers.Dense(2)])
    decoder = keras.Sequential([keras.Input((2,)), keras.layers.Dense(5)])
    return {"encoder": encoder, "decoder": decoder}


def linear(**arguments):
    keras.utils.set_random_seed(0)
    return Plain(**networks(), seed=1, **arguments)


def test_values_without_an_interval_are_means_of_gaussians_of_variance_one():
    assert repr(linear().likelihood) == repr(losses.Gaussian(1.0))


def test_two_linear_networks_find_the_plane():
    model = linear()
    model.compile(keras.optimizers.Adam(0.03))
    for _ in range(300):
        model.train_on_batch(points(64))
    new = points(16)
    error = np.square(model.reconstruct(new) - new).mean()
    assert error < 0.05 * np.square(new).mean()


def test_codes_come_of_an_encoder_that_gives_a_lone_tensor():
    model, new = linear(), points(4)
    expected = ops.convert_to_numpy(ops.stop_gradient(model.encoder(new)))
    np.testing.assert_allclose(model.encode(new), expected, atol=1e-6)
    direct = ops.convert_to_numpy(ops.stop_gradient(model(new)))
    np.testing.assert_allclose(model.reconstruct(new), direct, atol=1e-5)


def test_it_is_saved_with_its_networks(tmp_path):
    model, new = linear(), points(4)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.encode(new), model.encode(new))
    assert repr(again.likelihood) == repr(model.likelihood)


def test_latents_may_come_from_another_prior():
    model = linear()
    model.draw_latents_from(Latents(2, "unit_uniform"))
    expected = model.generate(latents=Latents(2, "unit_uniform").draw(3, philox(7)))
    np.testing.assert_array_equal(model.generate(3, seed=7), expected)


def philox(seed):
    return np.random.Generator(np.random.Philox(seed))


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: Plain((8, 8, 1), latent_dim=0), "`latent_dim` must be a positive"),
        (lambda: linear().draw_latents_from(Latents(3)), "`prior` must draw vectors"),
        (lambda: Plain(**networks(), likelihood="gaussian"), "`decoder` must return"),
        (lambda: linear().encode(points(2), labels=[0, 1]), "takes no `labels`"),
        (lambda: linear().encode(points(2)[:, :4]), "must have shape"),
    ],
    ids=["latent_dim", "prior", "networks", "labels", "samples"],
)  # fmt: skip
def test_what_does_not_fit_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
