"""What a layer computes, with first and second derivatives, on every backend."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.engine import autodiff


@pytest.fixture
def results():
    """Outputs and derivatives of a layer as a dict of lists of arrays.

    The derivatives, with respect to weights and inputs, are those of a weighted sum of
    outputs and of a penalty on the sum's input gradients.
    """

    def compute(layer, inputs, **call):
        inputs = keras.Variable(inputs)
        shape = layer.compute_output_shape(inputs.shape)
        weights = np.random.default_rng(1).normal(size=shape)

        def value(inputs):
            outputs = ops.cast(layer(inputs, **call), "float32")
            return ops.sum(ops.tanh(outputs) * ops.cast(weights, "float32"))

        def penalty(inputs):
            return ops.mean(ops.square(autodiff.input_gradients(value, inputs)))

        def gradients(function):
            variables = [*layer.trainable_variables, inputs]
            _, (grads,), _ = autodiff.gradients(
                [variables], lambda: ((function(inputs.value),), None)
            )
            return list(grads)

        def everything():
            outputs = ops.cast(layer(inputs.value, **call), "float32")
            return [outputs], gradients(value), gradients(penalty)

        arrays = keras.tree.map_structure(
            ops.convert_to_numpy, autodiff.compiled(everything)()
        )
        return dict(zip(["outputs", "first", "second"], arrays, strict=True))

    return compute


@pytest.fixture
def assert_close():
    """Compares two such dicts, each array against its largest element."""

    def compare(actual, expected, tolerance=1e-5):
        for order, arrays in expected.items():
            for a, e in zip(actual[order], arrays, strict=True):
                scale = np.abs(e).max() + 1e-30
                np.testing.assert_allclose(
                    a / scale, e / scale, rtol=0, atol=tolerance, err_msg=order
                )

    return compare
