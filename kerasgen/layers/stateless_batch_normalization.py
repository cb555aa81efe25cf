"""Batch normalization that remembers nothing."""

import keras
from keras import ops

from kerasgen.engine import kernels
from kerasgen.registered import registered

EPSILON = 1e-5  # of Torch, where this form comes from


@registered
class StatelessBatchNormalization(keras.layers.Layer):
    """Batch normalization whose statistics are always those of what it is given.

    In training they are of the batch. At inference they are of each sample alone, as
    in a batch of one: what is made of it does not depend on its neighbors.

    Args:
        epsilon: Added to the variance.

    Call arguments:
        inputs: Tensor `(batch, ..., channels)`.
        training: Whether this is a step of training.

    Returns:
        Tensor of the same shape.

    Reference:
        Ioffe, Szegedy, 2015, arXiv:1502.03167; at inference Isola et al., 2017,
        arXiv:1611.07004, section 3.4: with the statistics of the test batch, of one.
    """

    def __init__(self, epsilon=EPSILON, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def build(self, input_shape):
        shape = (input_shape[-1],)
        near_one = keras.initializers.RandomNormal(1.0, 0.02)  # as the authors' code
        self.gamma = self.add_weight(shape, initializer=near_one, name="gamma")
        self.beta = self.add_weight(shape, initializer="zeros", name="beta")
        self.built = True

    def call(self, inputs, training=False):
        x = ops.cast(inputs, keras.backend.result_type(inputs.dtype, "float32"))
        gamma, beta = ops.cast(self.gamma, x.dtype), ops.cast(self.beta, x.dtype)
        if training:
            outputs, *_ = kernels.batch_normalization(x, gamma, beta, self.epsilon)
        else:
            axes = list(range(1, len(x.shape) - 1))
            mean, variance = ops.moments(x, axes, keepdims=True)
            outputs = (x - mean) * ops.rsqrt(variance + self.epsilon) * gamma + beta
        return ops.cast(outputs, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "epsilon": self.epsilon}
