import numpy as np

from kerasgen.latent import draw


def test_draws_the_latents_behind_a_seed(dcgan):
    model = dcgan()
    latents = draw(model, 5, seed=3)
    assert latents.shape == (5, 8)
    np.testing.assert_array_equal(
        model.generate(latents=latents), model.generate(5, seed=3)
    )
