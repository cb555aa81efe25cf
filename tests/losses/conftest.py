import types

import numpy as np
import pytest
from keras import ops

from kerasgen import engine
from kerasgen.adversarial import Side


@pytest.fixture
def game():
    """Makes a game out of what the discriminator says of either side.

    `game(real, fake)`: arrays or tensors of logits, or dictionaries of outputs by name,
    in which `"samples"` are what it was shown.
    """

    def make(real=None, fake=None):
        return types.SimpleNamespace(real=_side(real), fake=_side(fake))

    return make


def _side(said):
    if not isinstance(said, dict):
        said = {"logits": said}
    outputs = {name: _tensor(value) for name, value in said.items()}
    samples = outputs.pop("samples", None)
    return Side({"samples": samples}, lambda given: outputs)


def _tensor(value):
    if isinstance(value, (list, tuple)):
        return [_tensor(v) for v in value]
    if isinstance(value, np.ndarray):
        value = value.astype("float32")
    return None if value is None else ops.convert_to_tensor(value)


@pytest.fixture
def value_and_gradient():
    """A per-sample function of an array, with its derivative, as NumPy arrays."""

    def compute(function, x):
        x = ops.convert_to_tensor(np.asarray(x, "float32"))
        gradient = engine.input_gradients(function, x)
        gradient = ops.stop_gradient(gradient)
        return ops.convert_to_numpy(function(x)), ops.convert_to_numpy(gradient)

    return compute
