"""A layer whose linear map has norm one."""

import keras
from keras import ops

from kerasgen.arguments import check_positive
from kerasgen.engine.scope import Scope, commit
from kerasgen.registered import registered

TRANSPOSED = (
    keras.layers.Conv1DTranspose,
    keras.layers.Conv2DTranspose,
    keras.layers.Conv3DTranspose,
)


@registered
class SpectralNormalization(keras.layers.Wrapper):
    """Divides the kernel `W` of a layer by its largest singular value, `sigma(W)`.

    The layer computes with `W / sigma(W)`, while `W` itself, the weight that is
    trained and saved, is left as it is. `sigma = u' W v` follows from power iteration
    on the vector `u`, a non-trainable weight that moves in training calls alone. No
    gradient flows through `u` and `v`. Kernels of convolutions are the matrix
    `(output channels, everything else)`.

    Args:
        layer: Dense, embedding, convolution or transposed convolution.
        power_iterations: Iterations in each training call, at least 1.

    Raises:
        ValueError: If `power_iterations` is not a positive integer, or, when built,
            the layer has no kernel.

    Example:

    ```python
    layer = kerasgen.layers.SpectralNormalization(keras.layers.Dense(8))
    layer(keras.ops.ones((4, 3)), training=True).shape  # (4, 8)
    ```

    Reference:
        Miyato et al., 2018, arXiv:1802.05957, sections 2.1 and 2.2, equation 8
        and algorithm 1.

    Differences:
        `v` is computed anew from the latest `u`, so that a training call and the
        inference that follows it divide by the same number.
    """

    def __init__(self, layer, power_iterations=1, **kwargs):
        check_positive(power_iterations=power_iterations)
        super().__init__(layer, **kwargs)
        self.power_iterations = power_iterations

    def build(self, input_shape=None):
        super().build(input_shape)
        self.u = self.add_weight(
            name="u",
            shape=(self._kernel.shape[self._output_axis],),
            initializer="random_normal",
            trainable=False,
            autocast=False,
        )

    def call(self, inputs, training=False):
        weight = ops.cast(self._kernel, "float32")
        sigma = self.sigma(weight, training)
        with Scope([(self._kernel, weight / sigma)]) as scope:
            outputs = self.layer(inputs)
        commit(scope.updates())
        return outputs

    def sigma(self, weight, training=False):
        """The largest singular value of `weight`, a scalar; 1 where that is zero."""
        if self._output_axis != -1:
            weight = ops.swapaxes(weight, -1, -2)
        matrix = ops.reshape(weight, (-1, weight.shape[-1]))  # W', (inputs, outputs)
        fixed = ops.stop_gradient(matrix)
        u = _normalize(ops.cast(self.u, "float32"))
        if training:
            for _ in range(self.power_iterations):
                v = _normalize(ops.matmul(fixed, u))
                u = _normalize(ops.matmul(v, fixed), otherwise=u)
            self.u.assign(u)
        v = _normalize(ops.matmul(fixed, u))
        sigma = ops.sum(v * ops.matmul(matrix, u))
        return ops.where(sigma > 0.0, sigma, ops.ones_like(sigma))

    @property
    def _kernel(self):
        name = "embeddings" if hasattr(self.layer, "embeddings") else "kernel"
        kernel = getattr(self.layer, name, None)
        if not isinstance(kernel, keras.Variable):
            raise ValueError(
                "Spectral normalization needs a layer with a kernel. "
                f"Received: layer={self.layer}"
            )
        return kernel

    @property
    def _output_axis(self):
        return -2 if isinstance(self.layer, TRANSPOSED) else -1

    def compute_output_shape(self, input_shape):
        return self.layer.compute_output_shape(input_shape)

    def get_config(self):
        return {**super().get_config(), "power_iterations": self.power_iterations}


def _normalize(vector, otherwise=None):
    """`vector / |vector|`, a new tensor; `otherwise`, or zeros, where that is 0 / 0."""
    norm = ops.sqrt(ops.sum(ops.square(vector)))
    unit = vector / ops.where(norm > 0.0, norm, ops.ones_like(norm))
    return unit if otherwise is None else ops.where(norm > 0.0, unit, otherwise)
