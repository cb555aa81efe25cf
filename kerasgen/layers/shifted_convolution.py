"""Convolutions that see no later pixel, by their padding alone."""

import math

import keras
from keras import ops

from kerasgen.arguments import check_one_of, check_positive
from kerasgen.engine import kernels
from kerasgen.layers.raster_order import RasterOrder, here
from kerasgen.registered import registered

DIRECTIONS = ("down", "down_right", "right")


class WeightNormalized(RasterOrder, keras.layers.Layer):
    """A convolution with the kernel `g v / |v|`, a norm for each feature map.

    At first `g` is `scale` for all: of inputs that are independent, of mean 0 and
    variance 1, outputs then have a standard deviation of `scale`.

    Args:
        filters: Number of feature maps.
        kernel_size: `(height, width)`.
        direction: One of `DIRECTIONS`.
        scale: As above.

    Reference:
        Salimans and Kingma, 2016, arXiv:1602.07868, section 2.
    """

    directions = DIRECTIONS
    output_axis = 3  # of the kernel
    share = 1.0  # of its kernel that an output meets

    def __init__(self, filters, kernel_size, direction="down", scale=1.0, **kwargs):
        super().__init__(**kwargs)
        check_positive(filters=filters)
        check_one_of(self.directions, direction=direction)
        self.filters = filters
        self.kernel_size = tuple(kernel_size)
        self.direction = direction
        self.scale = scale
        self.input_spec = keras.layers.InputSpec(ndim=4)

    def build(self, input_shape):
        self.grid = tuple(input_shape[1:3])
        channels = [input_shape[-1], self.filters]
        if self.output_axis == 2:  # as Keras orders them in transposed convolutions
            channels.reverse()
        shape = (*self.kernel_size, *channels)
        normal = keras.initializers.RandomNormal(stddev=0.05)
        first = keras.initializers.Constant(self.scale / math.sqrt(self.share))
        self.kernel = self.add_weight(shape, normal, name="kernel")
        self.g = self.add_weight((self.filters,), first, name="g")
        self.bias = self.add_weight((self.filters,), "zeros", name="bias")
        kernels.arrange(self.kernel)

    @property
    def masked_kernel(self):
        """`g v / |v|`; nothing of it has to be masked."""
        v, g = ops.convert_to_tensor(self.kernel), ops.convert_to_tensor(self.g)
        axes = [axis for axis in range(4) if axis != self.output_axis]
        squares = ops.sum(ops.square(v), axis=axes, keepdims=True)
        g = ops.reshape(g, squares.shape)
        return v * (g * ops.rsqrt(ops.maximum(squares, 1e-12)))

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "direction": self.direction,
            "scale": self.scale,
        }


@registered
class ShiftedConv2D(WeightNormalized):
    """A convolution of rows up to a pixel's own, and in them of columns near its own.

    The direction says which columns: under `"down"` as many to the left of the pixel as
    to its right; under `"down_right"` its own and those to its left; under `"right"`
    only those to its left. Weights are normalized: the kernel is `g v / |v|`, with a
    norm for each feature map.

    Args:
        filters: Number of feature maps.
        kernel_size: `(height, width)`: rows above and its own, and columns; an odd
            width under `"down"`.
        direction: `"down"`, `"down_right"` or `"right"`.
        strides: Of both axes, 1 or 2.
        scale: What each `g` is at first: of inputs that are independent, of mean 0 and
            variance 1, outputs then have this standard deviation.

    Raises:
        ValueError: If an argument is out of range.

    Example:

    ```python
    layer = kerasgen.layers.ShiftedConv2D(16, (2, 3))
    layer(keras.ops.ones((2, 28, 28, 1))).shape  # (2, 28, 28, 16)
    ```

    Reference:
        Salimans et al., 2017, arXiv:1701.05517, section 2 and the authors' code; the
        weights: Salimans and Kingma, 2016, arXiv:1602.07868, section 2.
    """

    def __init__(
        self, filters, kernel_size, direction="down", strides=1, scale=1.0, **kwargs
    ):
        super().__init__(filters, kernel_size, direction, scale, **kwargs)
        height, width = self.kernel_size
        check_positive(strides=strides, height=height, width=width)
        if direction == "down" and width % 2 == 0:
            raise ValueError(
                "`kernel_size` must have an odd width where the direction is down. "
                f"Received: kernel_size={self.kernel_size}"
            )
        self.strides = (strides, strides)
        self.above = height - 1
        self.left, self.right = {
            "down": (width // 2, width // 2),
            "down_right": (width - 1, 0),
            "right": (width, -1),
        }[direction]

    @property
    def memory_shape(self):
        if not self.above and not self.left:
            return None
        columns = self.left + self.grid[1] + max(self.right, 0)
        return (self.above + 1, columns, self.kernel.shape[2])

    def call(self, inputs):
        if here() is not None:
            return here().convolve(self, inputs)
        columns = -(-inputs.shape[2] // self.strides[1])
        if self.above or self.left:
            sides = (self.left, max(self.right, 0))
            inputs = ops.pad(inputs, ((0, 0), (self.above, 0), sides, (0, 0)))
        outputs = kernels.convolution(
            inputs, self.masked_kernel, self.strides, "valid", self.bias
        )
        return outputs[:, :, :columns]  # under "right" there is one more

    def compute_output_shape(self, input_shape):
        batch, *sides, _ = input_shape
        sides = [n and -(-n // self.strides[0]) for n in sides]
        return (batch, *sides, self.filters)

    def get_config(self):
        return {**super().get_config(), "strides": self.strides[0]}


@registered
class ShiftedConv2DTranspose(WeightNormalized):
    """Doubles height and width, such that no pixel sees a later one.

    A pixel of the input is seen by the four pixels in its place; under `"down"` also by
    pixels beside them, which are of the same rows.

    Args:
        filters: Number of feature maps.
        direction: `"down"`, with a kernel of 2x3, or `"down_right"`, with one of 2x2.
        scale: As for `ShiftedConv2D`.

    Raises:
        ValueError: If an argument is out of range.

    Reference:
        As for `ShiftedConv2D`.
    """

    directions = ("down", "down_right")
    output_axis = 2
    share = 0.25
    above = 0  # rows of inputs to look back to

    def __init__(self, filters, direction="down", scale=1.0, **kwargs):
        check_one_of(self.directions, direction=direction)
        size = (2, 3) if direction == "down" else (2, 2)
        super().__init__(filters, size, direction, scale, **kwargs)

    @property
    def memory_shape(self):
        return (2, 2 * self.grid[1], self.filters)  # of outputs: two rows

    def call(self, inputs):
        kernel = self.masked_kernel if here() is None else here().kernel(self)
        wide = kernels.transposed_convolution(
            inputs, kernel, (2, 2), "valid", self.bias
        )
        left = self.kernel_size[1] // 2 if self.direction == "down" else 0
        return wide[:, :, left : left + 2 * inputs.shape[2]]

    def compute_output_shape(self, input_shape):
        batch, *sides, _ = input_shape
        return (batch, *[n and 2 * n for n in sides], self.filters)

    def get_config(self):
        config = super().get_config()
        del config["kernel_size"]
        return config
