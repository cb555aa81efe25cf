import numpy as np
import pytest
from keras import ops

from kerasgen.inputs import Codes, Given, Labels, Latents
from kerasgen.kinds import Images


class Painter:
    """A model of one pixel, (128 + 10 latent, 10 label, code) to be read off."""

    name = "painter"
    sampled_kind = Images((1, 1, 3))
    known = {
        "latents": Latents(2),
        "codes": Codes((), 2),
        "labels": Labels(10),
        "images": Given(Images((1, 1, 1))),
    }

    def __init__(self, *names):
        self.inputs = tuple(self.known[name] for name in names or ("latents", "codes"))

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
    """Decodes by a matrix: `decode(z) = tanh(z M + one row for each class)`."""

    sampled_kind = Images((2, 2, 1))
    rows = np.array([[0, 0, 0, 0], [0.5, 0, 0, 0], [0, 0, -0.5, 0]], "float32")

    def __init__(self, labels=False):
        self.inputs = (Labels(3),) * labels + (Latents(3),)
        random = np.random.default_rng(0)
        self.matrix = random.uniform(-0.6, 0.6, (3, 4)).astype("float32")

    def decode(self, inputs):
        labels, latents = inputs if isinstance(inputs, tuple) else (None, inputs)
        x = ops.matmul(latents, ops.convert_to_tensor(self.matrix))
        if labels is not None:
            x = x + ops.matmul(labels, ops.convert_to_tensor(self.rows))
        return ops.reshape(ops.tanh(x), (-1, 2, 2, 1))


@pytest.fixture
def linear_model():
    return Linear
