"""Batch normalization by the backend's fused kernel, where it has one."""

import keras
from keras import ops

from kerasgen.engine import kernels
from kerasgen.registered import registered


@registered
class BatchNormalization(keras.layers.BatchNormalization):
    """`keras.layers.BatchNormalization`: the same arguments, weights and results.

    Training on the last axis without mask, renormalization or synchronization uses the
    engine's kernel; everything else is Keras's own. As in Keras, statistics are float32
    at least, and the moving variance follows the biased variance of the batch.
    """

    def call(self, inputs, training=None, mask=None):
        if not (training and self.trainable and self._has_kernel(inputs, mask)):
            return super().call(inputs, training=training, mask=mask)
        inputs = ops.cast(inputs, keras.backend.result_type(inputs.dtype, "float32"))
        outputs, mean, variance = kernels.batch_normalization(
            inputs,
            ops.cast(self.gamma, inputs.dtype) if self.scale else None,
            ops.cast(self.beta, inputs.dtype) if self.center else None,
            self.epsilon,
        )
        self._follow(self.moving_mean, mean)
        self._follow(self.moving_variance, variance)
        return ops.cast(outputs, self.compute_dtype)

    def _has_kernel(self, inputs, mask):
        return (
            mask is None
            and not self.renorm
            and not self.synchronized
            and self.axis in (-1, len(inputs.shape) - 1)
        )

    def _follow(self, moving, statistic):
        moving.assign(
            ops.cast(moving, statistic.dtype) * self.momentum
            + statistic * (1.0 - self.momentum)
        )
