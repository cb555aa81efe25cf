"""Keras's convolutions of images and voxels through the engine's fastest kernels."""

import keras

from kerasgen.engine import kernels
from kerasgen.registered import registered


class _Convolution:
    """A convolution of Keras by the engine's kernel, where the kernel can do it."""

    def build(self, input_shape):
        super().build(input_shape)
        kernels.arrange(self.kernel)

    def call(self, inputs):
        if not _is_plain(self) or self.groups > 1:
            return super().call(inputs)
        return _apply(self, kernels.convolution, inputs)


class _TransposedConvolution:
    """The same for a transposed one."""

    def build(self, input_shape):
        super().build(input_shape)
        kernels.arrange(self.kernel)

    def call(self, inputs):
        if not _is_plain(self) or self.output_padding is not None:
            return super().call(inputs)
        return _apply(self, kernels.transposed_convolution, inputs)


@registered
class Conv2D(_Convolution, keras.layers.Conv2D):
    """`keras.layers.Conv2D`: the same arguments, weights and results, only faster.

    Under JAX its gradients of every order are of the form XLA compiles well (reverse
    mode only); under PyTorch it skips copies that Keras makes.
    """


@registered
class Conv3D(_Convolution, keras.layers.Conv3D):
    """`keras.layers.Conv3D`, faster as `Conv2D` is."""


@registered
class DepthwiseConv2D(keras.layers.DepthwiseConv2D):
    """`keras.layers.DepthwiseConv2D`: the same arguments, weights and results.

    Under PyTorch it skips copies that Keras makes.
    """

    def call(self, inputs):
        if not _is_plain(self):
            return super().call(inputs)
        return _apply(self, kernels.depthwise_convolution, inputs)


@registered
class Conv2DTranspose(_TransposedConvolution, keras.layers.Conv2DTranspose):
    """`keras.layers.Conv2DTranspose`: the same arguments, weights and results.

    Faster as `Conv2D` is. With `output_padding` or dilation it is Keras's own.
    """


@registered
class Conv3DTranspose(_TransposedConvolution, keras.layers.Conv3DTranspose):
    """`keras.layers.Conv3DTranspose`, faster as `Conv2DTranspose` is."""


def _apply(layer, kernel, inputs):
    bias = layer.bias if layer.use_bias else None
    outputs = kernel(inputs, layer.kernel, layer.strides, layer.padding, bias)
    return outputs if layer.activation is None else layer.activation(outputs)


def _is_plain(layer):
    return layer.data_format == "channels_last" and set(layer.dilation_rate) == {1}
