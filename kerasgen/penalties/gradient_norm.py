"""The slope of a critic at given points."""

import keras
from keras import ops

from kerasgen import engine

SMALLEST_SQUARE = 1e-24  # below it a norm has no gradient instead of an infinite one


def squared_gradient_norm(critic, points):
    """`|grad critic(points)|^2`, a sum over all axes but the batch.

    Args:
        critic: Closure from `points` to `(batch,)`, `(batch, 1)` or patches
            `(batch, h, w, 1)`, whose mean is differentiated. Samples must not depend
            on one another.
        points: Tensor `(batch, ...)` or a nest of them. The gradient is that of all
            float leaves together; integer leaves are passed on.

    Returns:
        `(batch,)`, float32, differentiable with respect to the critic's weights. No
        gradient flows into `points`.
    """
    leaves = keras.tree.flatten(points)
    where = [i for i, leaf in enumerate(leaves) if is_float(leaf)]

    def value(floats):
        merged = list(leaves)
        for i, leaf in zip(where, floats, strict=True):
            merged[i] = leaf
        outputs = critic(keras.tree.pack_sequence_as(points, merged))
        outputs = ops.cast(outputs, "float32")
        return ops.mean(ops.reshape(outputs, (ops.shape(outputs)[0], -1)), axis=1)

    floats = [ops.stop_gradient(ops.cast(leaves[i], "float32")) for i in where]
    gradients = engine.input_gradients(value, floats)
    return sum(_squared_norm(gradient) for gradient in gradients)


def gradient_norm(critic, points):
    """`|grad critic(points)|`; where the gradient is zero its own derivative is too.

    See `squared_gradient_norm` for arguments and result.
    """
    return ops.sqrt(ops.maximum(squared_gradient_norm(critic, points), SMALLEST_SQUARE))


def is_float(tensor):
    """Whether a leaf is interpolated and differentiated, rather than passed on."""
    return keras.backend.is_float_dtype(keras.backend.standardize_dtype(tensor.dtype))


def _squared_norm(gradient):
    square = ops.square(ops.cast(gradient, "float32"))
    axes = tuple(range(1, len(square.shape)))
    return ops.sum(square, axis=axes) if axes else square
