"""Lets a discriminator see how alike the samples of a batch are."""

import keras
from keras import ops

from kerasgen.arguments import check_positive
from kerasgen.registered import registered


@registered
class MinibatchDiscrimination(keras.layers.Layer):
    """Appends to each sample's features their closeness to those of the batch.

    In the paper's letters `f(x_i)` of size A becomes `M_i = f(x_i) T` of shape B x C,
    and `o(x_i)_b = sum_j exp(-|M_ib - M_jb|_1)` over the batch, the sample itself
    included. So the samples of a batch depend on one another: not for a discriminator
    with a gradient penalty, and real and generated samples go in separate batches.

    Args:
        kernels: Number of similarities to append, B.
        kernel_dim: Size of the space each one compares in, C.
        kernel_initializer: Initializer of `T`, kept as `(A, B * C)`.

    Call arguments:
        inputs: `(batch, features)`.

    Returns:
        `(batch, features + kernels)`.

    Raises:
        ValueError: If a size is not a positive integer.

    Reference:
        Salimans et al., 2016, arXiv:1606.03498, section 3.2.
    """

    def __init__(
        self, kernels, kernel_dim, kernel_initializer="glorot_uniform", **kwargs
    ):
        super().__init__(**kwargs)
        check_positive(kernels=kernels, kernel_dim=kernel_dim)
        self.kernels = kernels
        self.kernel_dim = kernel_dim
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.input_spec = keras.layers.InputSpec(ndim=2)

    def build(self, input_shape):
        self.kernel = self.add_weight(
            name="kernel",
            shape=(input_shape[-1], self.kernels * self.kernel_dim),
            initializer=self.kernel_initializer,
        )

    def call(self, inputs):
        m = ops.cast(ops.matmul(inputs, self.kernel), "float32")
        m = ops.reshape(m, (-1, self.kernels, self.kernel_dim))
        # (batch, batch, kernels)
        distances = ops.sum(ops.abs(m[:, None] - m[None]), axis=-1)
        closeness = ops.sum(ops.exp(-distances), axis=1)
        closeness = ops.cast(closeness, inputs.dtype)
        return ops.concatenate([inputs, closeness], axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] + self.kernels)

    def get_config(self):
        return {
            **super().get_config(),
            "kernels": self.kernels,
            "kernel_dim": self.kernel_dim,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }
