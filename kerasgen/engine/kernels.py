"""The running backend's fastest form of the operations that dominate a GAN's step.

`convolution(inputs, kernel, strides, padding, bias=None)` and, with the same arguments,
`transposed_convolution` equal `keras.ops.conv` and `keras.ops.conv_transpose` of
channels-last images without dilation or groups, plus the bias; so does
`depthwise_convolution` with `keras.ops.depthwise_conv`.

`arrange(kernel)` puts a new layer's variable in the memory order that suits them best;
shape, values and later assignments are as ever.

`reflection_padding(inputs, padding)` adds so many pixels at each side of channels-last
images, those inside the border in reverse order.

`batch_normalization(inputs, gamma, beta, epsilon)` normalizes by the batch's own
statistics over all axes but the last, and returns `outputs, mean, variance`; the
variance is the biased one.

`group_normalization(inputs, groups, gamma, beta, epsilon)` normalizes each sample by
the statistics of so many groups of the last axis, over all other axes but the first.
"""

import importlib

import keras

_backend = importlib.import_module(f"kerasgen.engine.{keras.backend.backend()}_kernels")

arrange = _backend.arrange
convolution = _backend.convolution
depthwise_convolution = _backend.depthwise_convolution
transposed_convolution = _backend.transposed_convolution
batch_normalization = _backend.batch_normalization
group_normalization = _backend.group_normalization
reflection_padding = _backend.reflection_padding
