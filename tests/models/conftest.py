"""Linear networks with a condition, whose losses can be worked out by hand."""

import keras
import numpy as np
import pytest
from keras import ops


@pytest.fixture
def conditional_generator():
    """`(z, c) -> [z, c] W`, two latents and a condition of size `width`."""

    def make(width, shape=(2,), hidden=0):
        latents, condition = keras.Input((2,)), keras.Input((width,))
        x = keras.layers.Concatenate()([latents, condition])
        if hidden:
            x = keras.layers.Dense(hidden, "relu")(x)
        x = keras.layers.Dense(int(np.prod(shape)), use_bias=False)(x)
        x = keras.layers.Reshape(shape)(x)
        return keras.Model((latents, condition), x)

    return make


@pytest.fixture
def headed_discriminator():
    """`x -> {"logits": x u, name: x V}`."""

    def make(name, width, shape=(2,), hidden=0):
        x = samples = keras.Input(shape)
        x = keras.layers.Flatten()(x)
        if hidden:
            x = keras.layers.Dense(hidden, "relu")(x)
        outputs = {
            "logits": keras.layers.Dense(1, use_bias=False, name="logits")(x),
            name: keras.layers.Dense(width, use_bias=False, name=name)(x),
        }
        return keras.Model(samples, outputs)

    return make


@pytest.fixture
def numpy():
    return lambda x: ops.convert_to_numpy(ops.stop_gradient(x)).astype("float64")
