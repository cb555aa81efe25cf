import keras
import numpy as np
import pytest

from kerasgen.latent import draw, render


def test_draws_the_latents_behind_a_seed(dcgan):
    model = dcgan()
    latents = draw(model, 5, seed=3)
    assert latents.shape == (5, 8)
    np.testing.assert_array_equal(
        model.generate(latents=latents), model.generate(5, seed=3)
    )


def test_a_model_without_latents_has_none_to_draw(translator):
    with pytest.raises(ValueError, match="not made from latents, but from images"):
        draw(translator, 5)


def test_what_cannot_be_drawn_is_given(painter):
    model = painter("images", "latents")
    images = np.zeros((5, 1, 1, 1), "uint8")
    assert draw(model, 5, images=images).shape == (5, 2)
    with pytest.raises(ValueError, match="pass `images=...`"):
        draw(model, 5)


@pytest.mark.parametrize(
    "model", [None, "dcgan_mnist", keras.Sequential([keras.Input((3,))])]
)
def test_what_is_no_model_is_refused(model):
    with pytest.raises(ValueError, match="`model` must be a model of kerasgen.*model="):
        draw(model, 5)
    with pytest.raises(ValueError, match="`model` must be a model of kerasgen.*model="):
        render(model, np.zeros((2, 3)))
