"""Convolution and batch normalization under JAX."""

import jax
import keras

from kerasgen.engine import jax_convolution
from kerasgen.engine.batch_statistics import normalize_by_parts


def convolution(inputs, kernel, strides, padding):
    """See `kerasgen.engine.kernels`."""
    if jax.default_backend() == "cpu":
        return jax_convolution.convolution(*_tensors(inputs, kernel), strides, padding)
    return keras.ops.conv(inputs, kernel, strides, padding, data_format="channels_last")


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


batch_normalization = normalize_by_parts  # which XLA fuses
