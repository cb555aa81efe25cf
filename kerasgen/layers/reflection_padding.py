"""Images continued beyond their border by their own mirror image."""

import keras

from kerasgen.arguments import check_positive
from kerasgen.engine import kernels
from kerasgen.registered import registered


@registered
class ReflectionPadding2D(keras.layers.Layer):
    """Adds pixels around images, those inside the border in reverse order.

    The border itself is not repeated: one row of padding is the second row.

    Args:
        padding: Pixels at each side, less than the height and width of the images.

    Call arguments:
        inputs: Tensor `(batch, height, width, channels)`.

    Returns:
        Tensor `(batch, height + 2 * padding, width + 2 * padding, channels)`.

    Raises:
        ValueError: If `padding` is not a positive integer, or images are too small.

    Example:

    ```python
    x = np.arange(4.0).reshape((1, 1, 4, 1)) * np.ones((1, 2, 1, 1))
    kerasgen.layers.ReflectionPadding2D(1)(x)[0, 0, :, 0]  # 1 0 1 2 3 2
    ```
    """

    def __init__(self, padding=1, **kwargs):
        super().__init__(**kwargs)
        check_positive(padding=padding)
        self.padding = padding

    def build(self, input_shape):
        self.compute_output_shape(input_shape)
        self.built = True

    def call(self, inputs):
        return kernels.reflection_padding(inputs, self.padding)

    def compute_output_shape(self, input_shape):
        batch, *sizes, channels = input_shape
        for size in sizes:
            if size is not None and size <= self.padding:
                raise ValueError(
                    f"`padding` must be less than height and width of the images. "
                    f"Received: padding={self.padding}, images of shape {input_shape}"
                )
        padded = [size and size + 2 * self.padding for size in sizes]
        return (batch, *padded, channels)

    def get_config(self):
        return {**super().get_config(), "padding": self.padding}
