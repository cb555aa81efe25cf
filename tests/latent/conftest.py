import numpy as np
import pytest
from keras import ops


class Painter:
    """A model of one pixel, (128 + 10 latent, 10 label, code) to be read off."""

    latent_dim = 2

    def generate(self, *, latents, labels=None, codes=None, batch_size=64):
        self.batch_size = batch_size
        pixels = np.zeros((len(latents), 1, 1, 3))
        pixels[:, 0, 0, 0] = 128 + 10 * latents[:, 0]
        pixels[:, 0, 0, 1] = 0 if labels is None else 10 * labels
        pixels[:, 0, 0, 2] = 0 if codes is None else codes[:, 0]
        return pixels.astype("uint8")


@pytest.fixture
def painter():
    return Painter


class Linear:
    """Decodes by a matrix: `decode(z) = tanh(z M + condition)`."""

    latent_dim = 3
    sample_shape = (2, 2, 1)

    def __init__(self):
        random = np.random.default_rng(0)
        self.matrix = random.uniform(-0.6, 0.6, (3, 4)).astype("float32")

    def host_latents(self, n, random, latents=None):
        return random.standard_normal((n, 3)).astype("float32")

    def decode(self, inputs):
        latents, condition = inputs if isinstance(inputs, tuple) else (inputs, 0.0)
        x = ops.matmul(latents, ops.convert_to_tensor(self.matrix)) + condition
        return ops.reshape(ops.tanh(x), (-1, 2, 2, 1))


@pytest.fixture
def linear_model():
    return Linear()
