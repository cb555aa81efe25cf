"""Convolutions that take their batch normalization in, read from PyTorch's tensors."""

import numpy as np

PARTS = ("weight", "bias", "running_mean", "running_var")


def folded(kernel, norm, epsilon):
    """Kernel and bias of a convolution with its batch normalization.

    `gamma (w * x - mean) / sqrt(var + eps) + beta`

    Args:
        kernel: Array whose last axis is the channels that are normalized.
        norm: gamma, beta, mean and var of these channels.
        epsilon: eps.

    Returns:
        `[kernel, bias]`, float64.
    """
    gamma, beta, mean, var = (part.astype("float64") for part in norm)
    with np.errstate(invalid="ignore"):  # `assign` names the layer
        scale = gamma / np.sqrt(var + epsilon)
    return [kernel * scale, beta - mean * scale]


def assign(path, layer, values):
    """Fills a layer, in the order of its weights.

    Args:
        path: Of the file they came from, for the message.
        layer: A built Keras layer.
        values: Arrays.

    Raises:
        ValueError: If a value is not finite.
    """
    for variable, value in zip(layer.weights, values, strict=True):
        value = value.astype("float32")
        if not np.isfinite(value).all():
            raise ValueError(
                f"{path} is damaged: layer {layer.name} would get weights that are not "
                "finite. Received: NaN, infinity or a negative variance"
            )
        variable.assign(value)
