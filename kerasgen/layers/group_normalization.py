"""Group normalization by the backend's fused kernel, where it has one."""

import keras
from keras import ops

from kerasgen.engine import kernels
from kerasgen.registered import registered


@registered
class GroupNormalization(keras.layers.GroupNormalization):
    """`keras.layers.GroupNormalization`: the same arguments, weights and results.

    Under PyTorch groups of the last axis are normalized by the fused kernel. As in
    Keras, statistics are float32 at least.
    """

    def call(self, inputs):
        if self.axis not in (-1, len(inputs.shape) - 1):
            return super().call(inputs)
        inputs = ops.cast(inputs, keras.backend.result_type(inputs.dtype, "float32"))
        outputs = kernels.group_normalization(
            inputs,
            self.groups,
            ops.cast(self.gamma, inputs.dtype) if self.scale else None,
            ops.cast(self.beta, inputs.dtype) if self.center else None,
            self.epsilon,
        )
        return ops.cast(outputs, self.compute_dtype)
