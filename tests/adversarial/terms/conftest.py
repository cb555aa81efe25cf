"""Linear networks with a condition and a further head."""

import keras
import numpy as np
import pytest

from kerasgen.adversarial import GAN
from kerasgen.inputs import Latents


@pytest.fixture
def conditional_latents():
    return np.random.default_rng(1).normal(size=(6, 2)).astype("float32")


@pytest.fixture
def conditional_game(conditional_latents, fixed):
    """Makes `(z, c) -> [z, c] W` against `x -> {"logits": x u, name: x V}`.

    Always with the same weights and latents, and `drawn` as conditions; `hidden` units
    in both where numbers need not be known.
    """

    def make(name, condition, drawn=None, hidden=0):
        keras.utils.set_random_seed(2)
        latents = Latents(2)
        if drawn is not None:
            latents, condition = (
                fixed(latents, conditional_latents),
                fixed(condition, drawn),
            )
        z, c = keras.Input((2,)), keras.Input((condition.size,))
        x = keras.layers.Concatenate()([z, c])
        if hidden:
            x = keras.layers.Dense(hidden, "relu")(x)
        generator = keras.Model((z, c), keras.layers.Dense(2, use_bias=False)(x))
        x = samples = keras.Input((2,))
        if hidden:
            x = keras.layers.Dense(hidden, "relu")(x)
        outputs = {
            "logits": keras.layers.Dense(1, use_bias=False, name="logits")(x),
            name: keras.layers.Dense(condition.size, use_bias=False, name=name)(x),
        }
        discriminator = keras.Model(samples, outputs)
        return GAN(generator, discriminator, (latents, condition), seed=0)

    return make
