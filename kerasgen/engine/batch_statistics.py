"""Normalizations in Keras's own operations."""

from keras import ops


def normalize_by_parts(inputs, gamma, beta, epsilon):
    """See `batch_normalization` in `kerasgen.engine.kernels`."""
    mean, variance = ops.moments(inputs, list(range(len(inputs.shape) - 1)))
    outputs = ops.batch_normalization(inputs, mean, variance, -1, beta, gamma, epsilon)
    return outputs, mean, variance


def normalize_groups_by_parts(inputs, groups, gamma, beta, epsilon):
    """See `group_normalization` in `kerasgen.engine.kernels`."""
    shape = ops.shape(inputs)
    grouped = ops.reshape(inputs, (*shape[:-1], groups, inputs.shape[-1] // groups))
    axes = [*range(1, len(shape) - 1), len(shape)]  # all but the batch and the groups
    mean, variance = ops.moments(grouped, axes, keepdims=True)
    scale = ops.rsqrt(variance + epsilon)
    if gamma is not None:
        scale = scale * ops.reshape(gamma, (groups, -1))
    shift = -mean * scale
    if beta is not None:
        shift = shift + ops.reshape(beta, (groups, -1))
    return ops.reshape(grouped * scale + shift, shape)
