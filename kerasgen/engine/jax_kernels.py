"""Convolution and batch normalization under JAX."""

import jax
import keras

from kerasgen.engine import jax_convolution


def convolution(inputs, kernel, strides, padding):
    """See `kerasgen.engine.kernels`."""
    if jax.default_backend() == "cpu":
        return jax_convolution.convolution(
            *_tensors(inputs, kernel), strides, padding
        )
    return keras.ops.conv(
        inputs, kernel, strides, padding, data_format="channels_last"
    )


def transposed_convolution(inputs, kernel, strides, padding):
    """See `kerasgen.engine.kernels`."""
    if jax.default_backend() == "cpu":
        return jax_convolution.transposed_convolution(
            *_tensors(inputs, kernel), strides, padding
        )
    return keras.ops.conv_transpose(
        inputs, kernel, strides, padding, data_format="channels_last"
    )


def _tensors(inputs, kernel):
    return keras.ops.convert_to_tensor(inputs), keras.ops.convert_to_tensor(kernel)


def batch_normalization(inputs, gamma, beta, epsilon):
    """See `kerasgen.engine.kernels`. XLA fuses Keras's own operations."""
    axes = list(range(inputs.ndim - 1))
    mean, variance = keras.ops.moments(inputs, axes)
    outputs = keras.ops.batch_normalization(
        inputs, mean, variance, -1, beta, gamma, epsilon
    )
    return outputs, mean, variance
