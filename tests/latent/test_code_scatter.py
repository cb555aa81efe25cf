import keras
import numpy as np
import pytest

from kerasgen import latent, models, pictures
from kerasgen.latent.code_scatter import in_plane

RANDOM = np.random.default_rng(0)


def model(dim):
    encoder = keras.Sequential([keras.Input((dim,)), keras.layers.Dense(dim)])
    encoder.set_weights([np.eye(dim), np.zeros(dim)])
    decoder = keras.Sequential([keras.Input((dim,)), keras.layers.Dense(dim)])
    return models.Autoencoder(encoder=encoder, decoder=decoder)


def test_codes_of_two_numbers_are_points_in_the_colors_of_their_classes(tmp_path):
    points = RANDOM.normal(size=(20, 2)).astype("float32")
    labels = np.arange(20) % 3
    found = latent.code_scatter(model(2), points, labels, tmp_path / "codes.png")
    np.testing.assert_array_equal(found, pictures.scatter(points, labels))
    assert (tmp_path / "codes.png").exists()


def test_more_numbers_are_seen_along_the_directions_of_most_variance():
    codes = RANDOM.normal(size=(500, 4)) * [0.1, 3.0, 0.2, 5.0] + 7.0
    found = in_plane(codes)
    assert found.shape == (500, 2)
    for column, axis in zip(found.T, (3, 1), strict=True):
        assert np.corrcoef(column, codes[:, axis])[0, 1] > 0.99
    np.testing.assert_allclose(found.mean(axis=0), 0.0, atol=1e-9)


def test_a_model_without_an_encoder_is_refused():
    gan = models.DCGAN((8, 8, 1), filters=2, latent_dim=2)
    with pytest.raises(ValueError, match="must have an encoder.*a GAN"):
        latent.code_scatter(gan, np.zeros((2, 8, 8, 1), "uint8"))
