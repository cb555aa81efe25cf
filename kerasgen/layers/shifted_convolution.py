"""Convolutions that see nothing that comes later, by their padding alone."""

import contextlib
import contextvars

import keras
from keras import ops

from kerasgen.arguments import check_one_of, check_positive
from kerasgen.engine import kernels
from kerasgen.registered import registered

DIRECTIONS = ("down", "down_right")
_initializing = contextvars.ContextVar("initializing", default=False)


@contextlib.contextmanager
def initializing():
    """Inside it a call of weight-normalized layers sets their scales and biases.

    So that of the batch they are called with, each output has mean 0 and a standard
    deviation of the layer's `scale`.
    """
    token = _initializing.set(True)
    try:
        yield
    finally:
        _initializing.reset(token)


class WeightNormalized(keras.layers.Layer):
    """A linear layer with the kernel `g V / |V|`, a norm for each output.

    A subclass defines `apply_kernel(inputs, kernel)`.

    Args:
        filters: Number of outputs.
        scale: Standard deviation of the outputs after `initializing`.
    """

    output_axis = -1  # of the kernel

    def __init__(self, filters, scale=1.0, **kwargs):
        super().__init__(**kwargs)
        check_positive(filters=filters)
        self.filters = filters
        self.scale = scale

    def make_weights(self, kernel_shape):
        normal = keras.initializers.RandomNormal(stddev=0.05)
        self.kernel = self.add_weight(kernel_shape, normal, name="kernel")
        self.g = self.add_weight((self.filters,), "ones", name="g")
        self.bias = self.add_weight((self.filters,), "zeros", name="bias")
        kernels.arrange(self.kernel)

    def call(self, inputs):
        v = ops.convert_to_tensor(self.kernel)
        axes = [i for i in range(4) if i != self.output_axis % 4]
        norm = ops.sqrt(ops.sum(ops.square(v), axis=axes, keepdims=True))
        outputs = self.apply_kernel(inputs, v / norm)
        if _initializing.get():
            mean, variance = ops.moments(outputs, axes=[0, 1, 2])
            g = self.scale / ops.sqrt(variance + 1e-8)
            self.g.assign(g)
            self.bias.assign(-mean * g)
        return outputs * self.g + self.bias

    def get_config(self):
        config = {"filters": self.filters, "scale": self.scale}
        return {**super().get_config(), **config}


@registered
class ShiftedConv2D(WeightNormalized):
    """A convolution of what is above a pixel, and in its row to the left of it.

    Going `"down"` a pixel sees its own row whole, from `width // 2` to its left to as
    many to its right; going `"down_right"`, up to itself. Weights are normalized.

    Args:
        filters: Number of feature maps.
        kernel_size: `(height, width)`: rows up to its own, columns.
        direction: `"down"` or `"down_right"`.
        strides: Of both axes, 1 or 2.
        scale: As for `WeightNormalized`.

    Raises:
        ValueError: If an argument is out of range.

    Reference:
        Salimans et al., 2017, arXiv:1701.05517, section 2 and the authors' code.
        Weights: Salimans and Kingma, 2016, arXiv:1602.07868.
    """

    def __init__(
        self, filters, kernel_size, direction="down", strides=1, scale=1.0, **kwargs
    ):
        super().__init__(filters, scale, **kwargs)
        check_positive(strides=strides)
        check_one_of(DIRECTIONS, direction=direction)
        self.kernel_size = tuple(kernel_size)
        self.direction = direction
        self.strides = strides

    def build(self, input_shape):
        self.make_weights((*self.kernel_size, input_shape[-1], self.filters))

    def apply_kernel(self, inputs, kernel):
        height, width = self.kernel_size
        aside = width // 2 if self.direction == "down" else 0
        sides = (width - 1 - aside, aside)
        padded = inputs
        if height > 1 or width > 1:
            padded = ops.pad(inputs, ((0, 0), (height - 1, 0), sides, (0, 0)))
        return kernels.convolution(padded, kernel, (self.strides,) * 2, "valid")

    def compute_output_shape(self, input_shape):
        sides = [n and -(-n // self.strides) for n in input_shape[1:3]]
        return (input_shape[0], *sides, self.filters)

    def get_config(self):
        return {
            **super().get_config(),
            "kernel_size": self.kernel_size,
            "direction": self.direction,
            "strides": self.strides,
        }


@registered
class ShiftedConv2DTranspose(WeightNormalized):
    """Doubles height and width; a pixel of the result sees no later one.

    Args:
        filters, kernel_size, direction, scale: As for `ShiftedConv2D`.
    """

    output_axis = 2

    def __init__(self, filters, kernel_size, direction="down", scale=1.0, **kwargs):
        super().__init__(filters, scale, **kwargs)
        check_one_of(DIRECTIONS, direction=direction)
        self.kernel_size = tuple(kernel_size)
        self.direction = direction

    def build(self, input_shape):
        self.make_weights((*self.kernel_size, self.filters, input_shape[-1]))

    def apply_kernel(self, inputs, kernel):
        large = kernels.transposed_convolution(inputs, kernel, (2, 2), "valid")
        height, width = (2 * n for n in inputs.shape[1:3])
        left = self.kernel_size[1] // 2 if self.direction == "down" else 0
        return large[:, :height, left : left + width]

    def compute_output_shape(self, input_shape):
        sides = [n and 2 * n for n in input_shape[1:3]]
        return (input_shape[0], *sides, self.filters)

    def get_config(self):
        return {
            **super().get_config(),
            "kernel_size": self.kernel_size,
            "direction": self.direction,
        }
