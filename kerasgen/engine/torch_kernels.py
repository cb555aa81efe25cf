"""Convolution and normalization under PyTorch, straight to its own kernels.

A channels-last image seen with its channels moved forward is exactly what PyTorch calls
the channels-last memory format, so nothing is copied on the way in or out.
"""

import keras
import torch
from torch.nn import functional as F

from kerasgen.engine.batch_statistics import normalize_by_parts
from kerasgen.engine.derivatives import in_second_order
from kerasgen.engine.keras_private import once_valued

CONVOLUTIONS = {2: F.conv2d, 3: F.conv3d}
TRANSPOSED = {2: F.conv_transpose2d, 3: F.conv_transpose3d}


def convolution(inputs, kernel, strides, padding, bias=None):
    """See `kerasgen.engine.kernels`."""
    inputs, kernel = _channels_first(inputs, kernel)
    low = extra = (0,) * len(strides)
    if padding == "same":
        sizes = zip(inputs.shape[2:], kernel.shape[2:], strides, strict=True)
        totals = [max((-(-n // s) - 1) * s + k - n, 0) for n, k, s in sizes]
        low, extra = zip(*(divmod(total, 2) for total in totals), strict=True)
    if any(extra):  # Keras adds an odd zero at the far side, PyTorch knows no such case
        inputs = F.pad(inputs, [n for far in reversed(extra) for n in (0, far)])
    convolve = CONVOLUTIONS[len(strides)]
    outputs = convolve(
        inputs,
        kernel,
        bias,
        stride=tuple(strides),
        padding=low,
        groups=inputs.shape[1] // kernel.shape[1],
    )
    return outputs.movedim(1, -1)


def depthwise_convolution(inputs, kernel, strides, padding, bias=None):
    """See `kerasgen.engine.kernels`."""
    height, width, channels, multiplier = kernel.shape
    grouped = keras.ops.reshape(kernel, (height, width, 1, channels * multiplier))
    return convolution(inputs, grouped, strides, padding, bias)


def transposed_convolution(inputs, kernel, strides, padding, bias=None):
    """See `kerasgen.engine.kernels`."""
    inputs, kernel = _channels_first(inputs, kernel)
    windows = list(zip(kernel.shape[2:], strides, strict=True))
    if padding == "same":
        low = [max(k - s, 0) // 2 for k, s in windows]
        # Rows beyond PyTorch's result for `low`, if Keras's image is the larger one.
        extra = [s - k + 2 * p for (k, s), p in zip(windows, low, strict=True)]
    else:
        low = [0] * len(windows)
        extra = [max(s - k, 0) for k, s in windows]
    outputs = TRANSPOSED[len(strides)](
        inputs,
        kernel,
        bias,
        stride=tuple(strides),
        padding=low,
        output_padding=[max(n, 0) for n in extra],
    )
    for axis, n in enumerate(extra, start=2):
        if n < 0:
            outputs = outputs.narrow(axis, 0, outputs.shape[axis] + n)
    return outputs.movedim(1, -1)


def arrange(kernel):
    """See `kerasgen.engine.kernels`."""
    once_valued(kernel, _put_channels_first)


def _put_channels_first(kernel):
    value = kernel.value
    value.data = value.data.movedim(-1, 0).contiguous().movedim(0, -1)


def _channels_first(inputs, kernel):
    """`(batch, h, w, channels)` and Keras's kernel as PyTorch wants them.

    Keras's kernels, (height, width, a, b), are PyTorch's (b, a, height, width) in the
    plain and in the transposed layer alike; `arrange` has put them in its memory order.
    """
    inputs = keras.ops.convert_to_tensor(inputs)
    kernel = keras.ops.convert_to_tensor(kernel)
    return inputs.movedim(-1, 1), kernel.movedim((-1, -2), (0, 1))


def reflection_padding(inputs, padding):
    """See `kerasgen.engine.kernels`. Keras pads images as if they were voxels."""
    around = (padding,) * 4
    return F.pad(inputs.movedim(-1, 1), around, mode="reflect").movedim(1, -1)


def batch_normalization(inputs, gamma, beta, epsilon):
    """See `kerasgen.engine.kernels`.

    PyTorch reports the unbiased variance, and only to running statistics; with a
    momentum of 1 these are the batch's. Differentiated twice the fused kernel is
    correct, but slower than the separate operations.
    """
    if in_second_order():
        return normalize_by_parts(inputs, gamma, beta, epsilon)
    channels = inputs.shape[-1]
    mean = inputs.new_zeros(channels)
    variance = inputs.new_zeros(channels)
    outputs, _, _ = torch.native_batch_norm(
        inputs.movedim(-1, 1), gamma, beta, mean, variance, True, 1.0, epsilon
    )
    count = inputs.numel() // channels
    if count == 1:  # where the unbiased variance is 0 / 0
        variance = torch.zeros_like(variance)
    return outputs.movedim(1, -1), mean, variance * ((count - 1) / count)


def group_normalization(inputs, groups, gamma, beta, epsilon):
    """See `kerasgen.engine.kernels`. The function in `F` refuses maps of one pixel.

    Where each map is a group, every image is a batch to be normalized: on a CPU
    PyTorch has a kernel for that, but not for groups, that reads channels last.
    """
    images = inputs.movedim(-1, 1)
    if groups == images.shape[1] and _can_go_one_by_one(images):
        each = [
            torch.native_batch_norm(x, gamma, beta, None, None, True, 0.0, epsilon)[0]
            for x in images.split(1)
        ]
        outputs = each[0] if len(each) == 1 else torch.cat(each)
    else:
        outputs = torch.group_norm(images, groups, gamma, beta, epsilon)
    return outputs.movedim(1, -1)


def _can_go_one_by_one(images):
    """Not where a program is written for batches of any size, or of none."""
    return (
        images.device.type == "cpu"
        and len(images) > 0
        and not torch.compiler.is_compiling()
        and not in_second_order()  # for which that kernel is slow
    )
