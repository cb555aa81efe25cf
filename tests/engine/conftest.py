"""A game whose numbers are known, for the words of a step and what follows it."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.engine import GenerativeModel, Player
from kerasgen.inputs import Latents
from kerasgen.kinds import Vectors


def linear(value=1.0, **kwargs):
    """`x -> w x` for x of shape (batch, 1)."""
    layer = keras.layers.Dense(
        1,
        use_bias=False,
        kernel_initializer=keras.initializers.Constant(value),
        **kwargs,
    )
    layer.build((None, 1))
    return layer


class Products(GenerativeModel):
    """`first` minimizes `a b x`, `second` minimizes `-a b x`; a = 1, b = 2 at first."""

    sampler = "first"

    def __init__(self, constraint=None, kind=None, **kwargs):
        super().__init__(kind or Vectors(1), (Latents(1),), **kwargs)
        self.first = linear(1.0)
        self.second = linear(2.0)
        self.constraint = constraint

    @property
    def networks(self):
        return {"first": self.first, "second": self.second}

    def players(self):
        return {
            "first": Player(self.first, self.constraint),
            "second": Player(self.second),
        }

    def default_optimizers(self):
        return {p: keras.optimizers.SGD(0.1) for p in ("first", "second")}

    def product(self, x):
        return ops.mean(self.second(self.first(x)))

    def both(self, x):
        product = self.product(x)
        return {"first": product, "second": -product}

    def train_step(self, data):
        x = self.unpack(data)["samples"]
        self.minimize("first", self.product, x)
        self.minimize("second", lambda x: -self.product(x), x)
        return self.logs()

    def weights_now(self):
        return [v.numpy().item() for v in (self.first.kernel, self.second.kernel)]


@pytest.fixture
def Game():
    """The class `Products`, to be subclassed where a test needs another step."""
    return Products


@pytest.fixture
def train():
    """Trains a game on ones, each batch of four; returns the last logs as floats."""

    def run(model, steps=1, **kwargs):
        if not model.compiled or kwargs:
            model.compile(**kwargs)
        for _ in range(steps):
            logs = model.train_on_batch(np.ones((4, 1), "float32"), return_dict=True)
        return {name: float(value) for name, value in logs.items()}

    return run


@pytest.fixture
def points():
    """64 points of a plane."""
    return np.random.default_rng(0).normal(size=(64, 2)).astype("float32")
