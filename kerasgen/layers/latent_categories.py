"""Gaps in the space of latents, for what lies between kinds of samples."""

import keras
from keras import ops

from kerasgen.arguments import check_above_zero, check_positive
from kerasgen.registered import registered


@registered
class LatentCategories(keras.layers.Layer):
    """Appends to latents which of the first few is the largest, one-hot.

    A generator is continuous, and its latents are connected: between two kinds of
    samples it has to make what is neither. Here latents fall into `categories` regions,
    equally likely, and what follows sees a step at their borders. No gradient leads
    across them.

    Args:
        categories: How many of the latents compete, the first, at least 2.
        scale: The one of the one-hot vector.

    Call arguments:
        inputs: Tensor `(batch, latents)`, at least `categories` of them.

    Returns:
        Tensor `(batch, latents + categories)`.

    Raises:
        ValueError: If a number is out of range, or there are fewer latents.

    Example:

    ```python
    z = np.array([[0.5, 0.9, -2.0]])
    kerasgen.layers.LatentCategories(2, scale=3.0)(z)  # 0.5 0.9 -2 0 3
    ```

    Reference:
        Khayatkhoei, Elgammal and Singh, 2018, arXiv:1806.00880, on what connected
        latents cannot do. Their remedy is a generator for each region.
    """

    def __init__(self, categories, scale=3.0, **kwargs):
        super().__init__(**kwargs)
        check_positive(categories=categories)
        check_above_zero(scale=scale)
        if categories < 2:
            raise ValueError(
                f"`categories` must be at least 2. Received: categories={categories}"
            )
        self.categories = categories
        self.scale = scale
        self.input_spec = keras.layers.InputSpec(ndim=2)

    def build(self, input_shape):
        self.compute_output_shape(input_shape)
        self.built = True

    def call(self, inputs):
        largest = ops.argmax(inputs[:, : self.categories], axis=-1)
        places = ops.one_hot(largest, self.categories, dtype=inputs.dtype)
        return ops.concatenate([inputs, self.scale * places], axis=-1)

    def compute_output_shape(self, input_shape):
        batch, latents = input_shape
        if latents < self.categories:
            raise ValueError(
                "`categories` must be at most the number of latents. "
                f"Received: categories={self.categories}, {latents} latents"
            )
        return (batch, latents + self.categories)

    def get_config(self):
        return {
            **super().get_config(),
            "categories": self.categories,
            "scale": self.scale,
        }
