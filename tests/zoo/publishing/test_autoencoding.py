import numpy as np
import pytest

from kerasgen import data, losses, models
from kerasgen.zoo.publishing.autoencoding import autoencoding

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 8, 8, 1), "uint8")


def load_unseen(**arguments):
    return data.load(IMAGES, shuffle=False, batch_size=6, **arguments)


def vae(**arguments):
    small = {"latent_dim": 2, "units": 4, "architecture": "mlp", "seed": 0}
    return models.VAE((8, 8, 1), **small, **arguments)


def test_errors_are_those_of_pixels_between_zero_and_one():
    model = vae()
    found = autoencoding(model, load_unseen, "test images")["reconstruction"]
    error = (IMAGES / 255 - model.reconstruct(IMAGES) / 255).astype("float64")
    values = {n: row["test images"] for n, row in found["values"].items()}
    assert values["mse"] == pytest.approx(np.square(error).mean())
    assert values["mae"] == pytest.approx(np.abs(error).mean())
    assert values["psnr"] == pytest.approx(-10 * np.log10(np.square(error).mean()))
    assert "the 6 test images" in found["protocol"]


def test_a_bernoulli_is_measured_on_binary_images():
    model = vae()
    found = autoencoding(model, load_unseen, "test images")["likelihood"]
    rng = np.random.Generator(np.random.PCG64(0))
    binary = (255 * (rng.random(IMAGES.shape) < IMAGES / 255)).astype("uint8")
    values = {n: row["test images"] for n, row in found["values"].items()}
    expected = -model.log_prob(binary, num_samples=500).mean()
    assert values["nll"] == pytest.approx(expected, rel=1e-5)
    assert values["elbo"] <= -values["nll"] + 0.5
    assert "binarized once" in found["protocol"]


def test_a_density_is_measured_on_images_as_they_are():
    model = vae(likelihood=losses.Gaussian(0.1))
    found = autoencoding(model, load_unseen, "test images")["likelihood"]
    expected = -model.log_prob(IMAGES, num_samples=500).mean()
    assert found["values"]["nll"]["test images"] == pytest.approx(expected, rel=1e-5)
    assert "variance=0.1" in found["protocol"]


def test_models_without_an_encoder_have_no_such_numbers():
    gan = models.DCGAN((8, 8, 1), filters=2, latent_dim=2)
    assert autoencoding(gan, load_unseen, "test images") == {}
