"""The squared distance of samples."""

from keras import ops

from kerasgen.losses.likelihood import sum_of_values


def squared_error(x, y):
    """`|x - y|^2`, the sum over all values of a sample.

    Args:
        x, y: `(batch, ...)`, float.

    Returns:
        `(batch,)`, float32.
    """
    return sum_of_values(ops.square(ops.cast(x, "float32") - ops.cast(y, "float32")))
