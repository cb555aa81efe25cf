"""Batch normalization in Keras's own operations."""

from keras import ops


def normalize_by_parts(inputs, gamma, beta, epsilon):
    """See `batch_normalization` in `kerasgen.engine.kernels`."""
    mean, variance = ops.moments(inputs, list(range(len(inputs.shape) - 1)))
    outputs = ops.batch_normalization(inputs, mean, variance, -1, beta, gamma, epsilon)
    return outputs, mean, variance
