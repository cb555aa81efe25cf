"""Convolution and normalization under TensorFlow."""

import keras
import tensorflow as tf

from kerasgen.engine.batch_statistics import (
    normalize_by_parts,
    normalize_groups_by_parts,
)

CUDNN_MIN_EPSILON = 1e-5


def arrange(kernel):
    """See `kerasgen.engine.kernels`. TensorFlow knows one order only."""


def convolution(inputs, kernel, strides, padding, bias=None):
    """See `kerasgen.engine.kernels`. Keras calls TensorFlow's own already."""
    outputs = keras.ops.conv(
        inputs, kernel, strides, padding, data_format="channels_last"
    )
    return outputs if bias is None else outputs + bias


def depthwise_convolution(inputs, kernel, strides, padding, bias=None):
    """See `kerasgen.engine.kernels`."""
    outputs = keras.ops.depthwise_conv(
        inputs, kernel, strides, padding, data_format="channels_last"
    )
    return outputs if bias is None else outputs + bias


def transposed_convolution(inputs, kernel, strides, padding, bias=None):
    """See `kerasgen.engine.kernels`. Keras calls TensorFlow's own already."""
    outputs = keras.ops.conv_transpose(
        inputs, kernel, strides, padding, data_format="channels_last"
    )
    return outputs if bias is None else outputs + bias


def reflection_padding(inputs, padding):
    """See `kerasgen.engine.kernels`."""
    both = (padding, padding)
    return keras.ops.pad(inputs, ((0, 0), both, both, (0, 0)), mode="reflect")


def batch_normalization(inputs, gamma, beta, epsilon):
    """See `kerasgen.engine.kernels`.

    The fused kernel is half the time of the separate operations, can be differentiated
    twice, and reports the unbiased variance.
    """
    if inputs.dtype != tf.float32 or epsilon < CUDNN_MIN_EPSILON:
        return normalize_by_parts(inputs, gamma, beta, epsilon)
    shape, channels = tf.shape(inputs), inputs.shape[-1]
    outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
        x=tf.reshape(inputs, (-1, 1, 1, channels)),
        scale=tf.ones(channels) if gamma is None else gamma,
        offset=tf.zeros(channels) if beta is None else beta,
        mean=tf.zeros(0),  # none given: the batch's own
        variance=tf.zeros(0),
        epsilon=epsilon,
        exponential_avg_factor=1.0,
        is_training=True,
    )
    outputs = tf.ensure_shape(tf.reshape(outputs, shape), inputs.shape)
    count = tf.cast(tf.reduce_prod(shape[:-1]), variance.dtype)
    return outputs, mean, variance * ((count - 1.0) / count)


group_normalization = normalize_groups_by_parts  # TensorFlow has no kernel for it
