import numpy as np
import pytest
from keras import ops

from kerasgen import engine


@pytest.fixture
def value_and_gradient():
    """A per-sample function of an array, with its derivative, as NumPy arrays."""

    def compute(function, x):
        x = ops.convert_to_tensor(np.asarray(x, "float32"))
        gradient = engine.input_gradients(function, x)
        gradient = ops.stop_gradient(gradient)
        return ops.convert_to_numpy(function(x)), ops.convert_to_numpy(gradient)

    return compute
