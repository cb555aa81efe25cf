"""Lets a discriminator see how much the samples of a batch vary."""

import keras
from keras import ops

from kerasgen.arguments import check_positive
from kerasgen.registered import registered


@registered
class MinibatchStddev(keras.layers.Layer):
    """Appends one map that tells how different the samples of a group are.

    The standard deviation of each feature at each position over the group, averaged to
    one number, which fills the map. A generator whose samples vary less than real ones
    is told from them by it. Each sample stands in a group with those that follow it in
    its batch, the last with the first ones. So real and generated samples go in
    separate batches, and the gradient for a sample, as gradient penalties take it, is
    that of the scores of all groups that it is in.

    Args:
        group_size: Samples of a group, at least 2.

    Call arguments:
        inputs: `(batch, height, width, channels)`. Of a batch smaller than a group,
            samples count more than once.

    Returns:
        `(batch, height, width, channels + 1)`.

    Raises:
        ValueError: If `group_size` is not an integer of at least 2.

    Reference:
        Karras et al., 2017, arXiv:1710.10196, section 3; groups as in the authors'
        code.

    Differences:
        In the authors' code groups do not overlap, and a batch has to be a multiple of
        them.
    """

    def __init__(self, group_size=4, **kwargs):
        super().__init__(**kwargs)
        check_positive(group_size=group_size)
        if group_size < 2:
            raise ValueError(
                "`group_size` must be at least 2, as one sample does not vary. "
                f"Received: group_size={group_size}"
            )
        self.group_size = group_size
        self.input_spec = keras.layers.InputSpec(ndim=4)

    def call(self, inputs):
        x = ops.cast(inputs, "float32")
        group = ops.stack([ops.roll(x, -i, axis=0) for i in range(self.group_size)])
        # The summand keeps the square root's slope finite where samples are equal.
        stddev = ops.sqrt(ops.var(group, axis=0) + 1e-8)
        stddev = ops.mean(stddev, axis=(1, 2, 3), keepdims=True)
        maps = ops.ones_like(x[..., :1]) * stddev
        return ops.concatenate([inputs, ops.cast(maps, inputs.dtype)], axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] + 1)

    def get_config(self):
        return {**super().get_config(), "group_size": self.group_size}
