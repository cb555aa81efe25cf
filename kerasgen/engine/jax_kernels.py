"""Convolution and normalization under JAX."""

import keras

from kerasgen.engine import jax_convolution
from kerasgen.engine.batch_statistics import (
    normalize_by_parts,
    normalize_groups_by_parts,
)


def arrange(kernel):
    """See `kerasgen.engine.kernels`. XLA chooses the order itself."""


def convolution(inputs, kernel, strides, padding, bias=None):
    """See `kerasgen.engine.kernels`."""
    outputs = jax_convolution.convolution(*_tensors(inputs, kernel), strides, padding)
    return outputs if bias is None else outputs + bias


def depthwise_convolution(inputs, kernel, strides, padding, bias=None):
    """See `kerasgen.engine.kernels`."""
    outputs = keras.ops.depthwise_conv(
        inputs, kernel, strides, padding, data_format="channels_last"
    )
    return outputs if bias is None else outputs + bias


def transposed_convolution(inputs, kernel, strides, padding, bias=None):
    """See `kerasgen.engine.kernels`."""
    outputs = jax_convolution.transposed_convolution(
        *_tensors(inputs, kernel), strides, padding
    )
    return outputs if bias is None else outputs + bias


def reflection_padding(inputs, padding):
    """See `kerasgen.engine.kernels`."""
    both = (padding, padding)
    return keras.ops.pad(inputs, ((0, 0), both, both, (0, 0)), mode="reflect")


def _tensors(inputs, kernel):
    return keras.ops.convert_to_tensor(inputs), keras.ops.convert_to_tensor(kernel)


# XLA fuses the parts.
batch_normalization = normalize_by_parts
group_normalization = normalize_groups_by_parts
