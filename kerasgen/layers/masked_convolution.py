"""A convolution that sees only what comes before a pixel in raster order."""

import keras
import numpy as np
from keras import ops

from kerasgen.arguments import check_one_of, check_positive, is_integer
from kerasgen.engine import kernels
from kerasgen.layers.raster_order import RasterOrder, here
from kerasgen.registered import registered

MASKS = ("A", "B", "rows")


@registered
class MaskedConv2D(RasterOrder, keras.layers.Layer):
    """A convolution in which an output depends on no later pixel or color.

    Pixels come in rows from the top, from left to right, and the colors of a pixel one
    after the other. Feature map c belongs to color `c % colors`. Of its own pixel an
    output sees, under mask A, earlier colors only, and under mask B its own as well;
    under `"rows"` it sees all of its row, as inputs do that have been shifted down.

    The mask multiplies the value of the kernel in each call: what is trained and saved
    stays as it is. Rows below a pixel, which would all be masked, have no weights.

    Args:
        filters: Number of feature maps, a multiple of `colors`.
        kernel_size: Odd integer, or (height, width), of the kernel before it is masked.
        mask: `"A"`, `"B"` or `"rows"`.
        colors: Channels of the image, 1 for gray ones; under `"rows"` it plays no part.

    Raises:
        ValueError: If an argument is out of range.

    Example:

    ```python
    layer = kerasgen.layers.MaskedConv2D(16, 7, "A")
    layer(keras.ops.ones((2, 28, 28, 1))).shape  # (2, 28, 28, 16)
    ```

    Reference:
        van den Oord, Kalchbrenner and Kavukcuoglu, 2016, arXiv:1601.06759, section 3.4
        and figure 2. `"rows"`: van den Oord et al., 2016, arXiv:1606.05328, section
        2.2.

    Differences:
        The paper splits feature maps into three blocks; here colors take turns, so that
        both halves of a gated layer are split alike.
    """

    def __init__(self, filters, kernel_size, mask="B", colors=1, **kwargs):
        super().__init__(**kwargs)
        check_positive(filters=filters, colors=colors)
        check_one_of(MASKS, mask=mask)
        if filters % colors:
            raise ValueError(
                "`filters` must be a multiple of the image's channels. "
                f"Received: filters={filters} and {colors} channels"
            )
        self.filters = filters
        self.kernel_size = _odd_sizes(kernel_size)
        self.mask = mask
        self.colors = colors
        height, width = self.kernel_size
        self.above = height // 2
        self.left = width // 2
        # A single row up to its own pixel ends there.
        self.right = self.left if self.above or mask == "rows" else 0
        self.input_spec = keras.layers.InputSpec(ndim=4)

    def build(self, input_shape):
        self.grid = tuple(input_shape[1:3])
        taps = (self.above + 1, self.left + 1 + self.right)
        shape = (*taps, input_shape[-1], self.filters)
        self.kernel = self.add_weight(shape, "glorot_uniform", name="kernel")
        self.bias = self.add_weight((self.filters,), "zeros", name="bias")
        kernels.arrange(self.kernel)
        self.visible = self._visible(shape)

    def _visible(self, shape):
        """Zeros and ones in the shape of the kernel, or None where all is seen."""
        visible = np.ones(shape, "float32")
        if self.mask != "rows":
            visible[-1, self.left + 1 :] = 0.0  # later pixels of its own row
            inputs, outputs = (np.arange(n) % self.colors for n in shape[2:])
            seen = inputs[:, None] <= outputs
            if self.mask == "A":
                seen = inputs[:, None] < outputs
            visible[-1, self.left] = seen
        return None if visible.all() else visible

    @property
    def memory_shape(self):
        if not self.above and not self.left:
            return None
        columns = self.left + self.grid[1] + self.right
        return (self.above + 1, columns, self.kernel.shape[2])

    @property
    def masked_kernel(self):
        """The kernel's value where an output may see, else 0."""
        kernel = ops.convert_to_tensor(self.kernel)
        if self.visible is None:
            return kernel
        return kernel * ops.cast(self.visible, kernel.dtype)

    def call(self, inputs):
        if here() is not None:
            return here().convolve(self, inputs)
        if self.above or self.left:
            sides = (self.left, self.right)
            inputs = ops.pad(inputs, ((0, 0), (self.above, 0), sides, (0, 0)))
        return kernels.convolution(
            inputs, self.masked_kernel, (1, 1), "valid", self.bias
        )

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.filters)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "mask": self.mask,
            "colors": self.colors,
        }


def _odd_sizes(kernel_size):
    one = is_integer(kernel_size)
    sizes = (kernel_size, kernel_size) if one else tuple(kernel_size)
    if len(sizes) != 2 or not all(is_integer(n) and n > 0 and n % 2 for n in sizes):
        raise ValueError(
            "`kernel_size` must be odd and positive, one integer or (height, width). "
            f"Received: kernel_size={kernel_size}"
        )
    return sizes
