"""Keras's two-dimensional convolutions through the engine's fastest kernels."""

import keras

from kerasgen.engine import kernels


@keras.saving.register_keras_serializable(package="kerasgen")
class Conv2D(keras.layers.Conv2D):
    """`keras.layers.Conv2D`: the same arguments, weights and results, only faster.

    Under JAX on a CPU its gradients of every order are of the form XLA compiles well
    (reverse mode only); under PyTorch it skips copies that Keras makes.
    """

    def convolution_op(self, inputs, kernel):
        if _is_plain(self) and self.groups == 1:
            return kernels.convolution(inputs, kernel, self.strides, self.padding)
        return super().convolution_op(inputs, kernel)


@keras.saving.register_keras_serializable(package="kerasgen")
class Conv2DTranspose(keras.layers.Conv2DTranspose):
    """`keras.layers.Conv2DTranspose`: the same arguments, weights and results.

    Faster as `Conv2D` is. With `output_padding` or dilation it is Keras's own.
    """

    def call(self, inputs):
        if not _is_plain(self) or self.output_padding is not None:
            return super().call(inputs)
        outputs = kernels.transposed_convolution(
            inputs, self.kernel, self.strides, self.padding
        )
        if self.use_bias:
            outputs = outputs + self.bias
        return outputs if self.activation is None else self.activation(outputs)


def _is_plain(layer):
    return layer.data_format == "channels_last" and set(layer.dilation_rate) == {1}
