import keras
import numpy as np
import pytest

from kerasgen.inputs import FittedCodes, answer
from kerasgen.inputs.fitted_codes import gaussian_of


@pytest.mark.host
@pytest.mark.parametrize("n", [200, 3])
def test_the_gaussian_has_mean_and_covariance_of_the_codes(n):
    """Of three codes in five dimensions too, whose covariance has rank two."""
    random = np.random.default_rng(0)
    codes = random.normal(size=(n, 5)) @ random.normal(size=(5, 5)) + 2.0
    mean, root = gaussian_of(codes)
    np.testing.assert_allclose(mean, codes.mean(axis=0))
    np.testing.assert_allclose(
        root @ root.T, np.cov(codes.T, bias=True), rtol=1e-6, atol=1e-8
    )


@pytest.mark.host
def test_latents_are_drawn_with_mean_and_full_covariance():
    random = np.random.default_rng(1)
    codes = random.normal(size=(50, 3)) @ random.normal(size=(3, 3)) - 1.0
    latents = FittedCodes(3)
    latents.codes = lambda: codes
    drawn = answer((latents,), 20_000, seed=0)["latents"]
    assert drawn.dtype == "float32"
    np.testing.assert_allclose(drawn.mean(axis=0), codes.mean(axis=0), atol=0.05)
    np.testing.assert_allclose(
        np.cov(drawn.T), np.cov(codes.T, bias=True), rtol=0.05, atol=0.08
    )
    np.testing.assert_array_equal(drawn[:5], answer((latents,), 5, seed=0)["latents"])


@pytest.mark.host
def test_without_a_model_there_is_nothing_to_follow():
    config = keras.saving.serialize_keras_object(FittedCodes(3))
    again = keras.saving.deserialize_keras_object(config)
    assert again == FittedCodes(3)
    with pytest.raises(ValueError, match="codes of a model.*Received: no codes"):
        answer((again,), 2)
