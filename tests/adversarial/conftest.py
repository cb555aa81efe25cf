"""Linear networks whose games can be worked out by hand."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.adversarial import GAN
from kerasgen.inputs import Latents


@pytest.fixture
def points():
    """Makes samples `(n, 2)`."""
    return lambda n=32: np.random.default_rng(0).normal(size=(n, 2)).astype("float32")


@pytest.fixture
def latents():
    """Those of `linear_game`, `(32, 3)`."""
    return np.random.default_rng(1).normal(size=(32, 3)).astype("float32")


@pytest.fixture
def fixed():
    """Gives an input always the same values in training, `(n, size)`."""

    def fix(each, values):
        each.in_training = lambda n, seed, batch=None: ops.convert_to_tensor(values)[:n]
        return each

    return fix


@pytest.fixture
def networks():
    """Makes a generator of `width` numbers from 3, and `x -> logit, features`."""

    def make(width=2):
        generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(width)])
        x = keras.Input((width,))
        features = keras.layers.Dense(4, name="features")(x)
        logits = keras.layers.Dense(1, name="logits")(features)
        return generator, keras.Model(x, {"features": features, "logits": logits})

    return make


@pytest.fixture
def linear_game(networks, latents, fixed):
    """Makes a compiled GAN, always the same, with always the same latents."""

    def make(rate=0.0, loss="wasserstein", **learning):
        keras.utils.set_random_seed(3)
        model = GAN(*networks(), fixed(Latents(3), latents), seed=0)
        model.compile(keras.optimizers.SGD(rate), loss, **learning)
        return model

    return make


@pytest.fixture
def game_of():
    """Makes a compiled GAN whose generator makes `value` whatever the latents are."""

    def make(discriminator, value=0.0, rate=0.0, **learning):
        generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
        generator.set_weights([np.zeros((3, 2)), np.full(2, value)])
        model = GAN(generator, discriminator, seed=0)
        model.compile(keras.optimizers.SGD(rate), **learning)
        return model

    return make


@pytest.fixture
def sums():
    """Makes a discriminator whose logit is `x_1 + x_2`."""

    def make():
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        model.set_weights([np.ones((2, 1)), np.zeros(1)])
        return model

    return make


@pytest.fixture
def step(points):
    """The logs of one training step."""

    def take(model, x=None, *arguments, **keywords):
        x = points() if x is None else x
        logs = model.train_on_batch(x, *arguments, return_dict=True, **keywords)
        return {name: float(value) for name, value in logs.items()}

    return take


@pytest.fixture
def updates():
    """How often each player was updated, the discriminator first."""
    return lambda model: [int(o.iterations.numpy()) for o in model.optimizer.optimizers]


@pytest.fixture
def numpy():
    return lambda x: ops.convert_to_numpy(ops.stop_gradient(x)).astype("float64")


@pytest.fixture
def continued(tmp_path):
    """Saves a model, loads it, and trains both on; what they end with must be equal."""

    def check(model, *data):
        model.save(tmp_path / "model.keras")
        again = keras.saving.load_model(tmp_path / "model.keras")
        for each in (model, again):
            each.train_on_batch(*data)
        for a, b in zip(model.variables, again.variables, strict=True):
            np.testing.assert_allclose(a.numpy(), b.numpy(), atol=1e-6, err_msg=a.path)
        return again

    return check
