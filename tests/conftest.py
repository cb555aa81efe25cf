"""The suite runs once for each backend: set KERAS_BACKEND."""

import os

# Many tests compile the same step of the same small model.
os.environ.setdefault(
    "JAX_COMPILATION_CACHE_DIR",
    os.path.join(os.path.dirname(__file__), "..", ".pytest_cache", "compiled"),
)
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.3")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import keras
import numpy as np
import pytest


@pytest.fixture(autouse=True)
def seeded():
    """Every test starts from the same seeds and the default dtype policy."""
    keras.utils.set_random_seed(0)
    yield
    keras.config.set_dtype_policy("float32")


@pytest.fixture
def backend():
    return keras.backend.backend()


@pytest.fixture
def images():
    """64 grey uint8 images, 16x16: bright squares on dark ground."""
    random = np.random.default_rng(0)
    images = random.integers(0, 60, (64, 16, 16, 1))
    for image, (top, left) in zip(images, random.integers(0, 10, (64, 2)), strict=True):
        image[top : top + 6, left : left + 6] += 180
    return images.astype("uint8")


@pytest.fixture
def dcgan():
    """Makes a small DCGAN for `images`."""
    from kerasgen.models import DCGAN

    def make(**arguments):
        return DCGAN(
            (16, 16, 1), **{"latent_dim": 8, "filters": 4, "seed": 1} | arguments
        )

    return make


@pytest.fixture
def block_means():
    """Makes an extractor of `images`: 16 means of 4x4 blocks, from 0 to 1, logits 3."""
    from kerasgen.metrics import Extractor

    def make(logits=True, **arguments):
        inputs = keras.Input((16, 16, 1))
        x = keras.layers.AveragePooling2D(4)(keras.layers.Rescaling(1 / 255)(inputs))
        features = keras.layers.Flatten()(x)
        outputs = {"features": features}
        if logits:
            outputs["logits"] = keras.layers.Dense(3)(features)
        network = keras.Model(inputs, outputs)
        return Extractor(network, **{"name": "means", "channels": 1} | arguments)

    return make
