"""The largest of several linear functions."""

import keras
from keras import ops

from kerasgen.arguments import check_positive
from kerasgen.registered import registered


@registered
class Maxout(keras.layers.Layer):
    """A dense layer whose units are the largest of `pieces` linear functions each.

    `h_i(x) = max_j (x W_ij + b_ij)`, j over the pieces.

    Args:
        units: Size of the output.
        pieces: Linear functions for each unit.
        kernel_initializer: Initializer of `W`, kept as `(features, units * pieces)`.

    Call arguments:
        inputs: `(batch, features)`.

    Returns:
        `(batch, units)`.

    Raises:
        ValueError: If a size is not a positive integer.

    Reference:
        Goodfellow et al., 2013, arXiv:1302.4389, section 2.
    """

    def __init__(self, units, pieces, kernel_initializer="glorot_uniform", **kwargs):
        super().__init__(**kwargs)
        check_positive(units=units, pieces=pieces)
        self.units = units
        self.pieces = pieces
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.input_spec = keras.layers.InputSpec(ndim=2)

    def build(self, input_shape):
        width = self.units * self.pieces
        self.kernel = self.add_weight(
            name="kernel",
            shape=(input_shape[-1], width),
            initializer=self.kernel_initializer,
        )
        self.bias = self.add_weight(name="bias", shape=(width,), initializer="zeros")

    def call(self, inputs):
        x = ops.matmul(inputs, self.kernel) + self.bias
        return ops.max(ops.reshape(x, (-1, self.units, self.pieces)), axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def get_config(self):
        return {
            **super().get_config(),
            "units": self.units,
            "pieces": self.pieces,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }
