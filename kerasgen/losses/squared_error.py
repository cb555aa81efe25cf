"""The squared distance of samples."""

from keras import ops


def squared_error(x, y):
    """`|x - y|^2`, the sum over all values of a sample.

    Args:
        x, y: `(batch, ...)`, float.

    Returns:
        `(batch,)`, float32.
    """
    errors = ops.square(ops.cast(x, "float32") - ops.cast(y, "float32"))
    return ops.sum(errors, axis=tuple(range(1, len(errors.shape))))
