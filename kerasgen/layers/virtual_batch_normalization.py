"""Batch normalization by a batch that never changes."""

import keras
from keras import ops

from kerasgen.arguments import check_positive
from kerasgen.engine import between_devices
from kerasgen.registered import registered


@registered
class VirtualBatchNormalization(keras.layers.Layer):
    """Normalizes each sample by the statistics of a reference batch and its own.

    The first `reference_size` samples of the inputs are the reference, as inside
    `ReferenceBatch`. A sample counts as one more beside the reference's; the reference
    is normalized by itself alone. Mean and variance are over all axes but the last, in
    training and inference alike, and samples do not depend on one another.

    Args:
        reference_size: Number of samples in the reference batch, at least 1.
        epsilon: Added to the variance.

    Raises:
        ValueError: If `reference_size` is not a positive integer.

    Reference:
        Salimans et al., 2016, arXiv:1606.03498, section 3.5.
    """

    def __init__(self, reference_size, epsilon=1e-5, **kwargs):
        super().__init__(**kwargs)
        check_positive(reference_size=reference_size)
        self.reference_size = reference_size
        self.epsilon = epsilon

    def build(self, input_shape):
        shape = (input_shape[-1],)
        self.gamma = self.add_weight(name="gamma", shape=shape, initializer="ones")
        self.beta = self.add_weight(name="beta", shape=shape, initializer="zeros")

    def call(self, inputs):
        x = ops.cast(inputs, "float32")
        reference, samples = x[: self.reference_size], x[self.reference_size :]
        mean, variance = _moments(reference, first_axis=0)
        own_mean, own_variance = _moments(samples, first_axis=1)
        share = 1.0 / (self.reference_size + 1.0)
        both = share * own_mean + (1.0 - share) * mean
        both_variance = share * (own_variance + ops.square(own_mean - both)) + (
            1.0 - share
        ) * (variance + ops.square(mean - both))
        outputs = ops.concatenate(
            [
                self._normalize(reference, mean, variance),
                self._normalize(samples, both, both_variance),
            ]
        )
        return ops.cast(outputs, self.compute_dtype)

    def _normalize(self, x, mean, variance):
        gamma, beta = ops.cast(self.gamma, "float32"), ops.cast(self.beta, "float32")
        return (x - mean) * ops.rsqrt(variance + self.epsilon) * gamma + beta

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {
            **super().get_config(),
            "reference_size": self.reference_size,
            "epsilon": self.epsilon,
        }


@registered
class ReferenceBatch(keras.layers.Wrapper):
    """Runs a network with a fixed batch before its inputs, whose outputs it drops.

    The reference is a non-trainable weight, `reference`, saved with the model. For a
    generator its initial values serve: latents, chosen once. To a discriminator give
    real samples: `layer.reference.assign(images)`, or `from_first_batch=True`.

    Args:
        layer: Network with `VirtualBatchNormalization(reference_size)` inside, of
            one input and any structure of outputs.
        reference_size: Number of samples in the reference batch, at least 1.
        initializer: Initializer of the reference; None is standard normal.
        from_first_batch: If True the first batch of training becomes the reference,
            repeated or cut to its size: for a GAN's discriminator, real samples.

    Raises:
        ValueError: If `reference_size` is not a positive integer.

    Example:

    ```python
    network = keras.Sequential(
        [
            keras.layers.Dense(8),
            kerasgen.layers.VirtualBatchNormalization(16),
            keras.layers.Dense(2),
        ]
    )
    generator = keras.Sequential(
        [keras.Input((4,)), kerasgen.layers.ReferenceBatch(network, 16)]
    )
    generator(keras.ops.ones((3, 4))).shape  # (3, 2)
    ```
    """

    def __init__(
        self, layer, reference_size, initializer=None, from_first_batch=False, **kwargs
    ):
        super().__init__(layer, **kwargs)
        check_positive(reference_size=reference_size)
        self.reference_size = reference_size
        self.initializer = keras.initializers.get(
            initializer or keras.initializers.RandomNormal(stddev=1.0)
        )
        self.from_first_batch = from_first_batch

    def build(self, input_shape):
        super().build(input_shape)
        self.reference = self.add_weight(
            name="reference",
            shape=(self.reference_size, *input_shape[1:]),
            initializer=self.initializer,
            trainable=False,
            autocast=False,  # on PyTorch an autocast variable cannot be assigned
        )
        between_devices("first", self.reference)
        self.chosen = self.add_weight(
            name="chosen", shape=(), initializer="zeros", dtype="int32", trainable=False
        )

    def call(self, inputs, training=False):
        if training and self.from_first_batch:
            places = ops.arange(self.reference_size) % ops.shape(inputs)[0]
            first = ops.take(ops.stop_gradient(inputs), places, axis=0)
            first = ops.cast(first, self.reference.dtype)
            keep = ops.equal(self.chosen.value, 1)
            self.reference.assign(ops.where(keep, self.reference.value, first))
            self.chosen.assign(1)
        reference = ops.cast(self.reference, inputs.dtype)
        outputs = self.layer(ops.concatenate([reference, inputs]))
        return keras.tree.map_structure(lambda y: y[self.reference_size :], outputs)

    def compute_output_shape(self, input_shape):
        return self.layer.compute_output_shape(input_shape)

    def get_config(self):
        return {
            **super().get_config(),
            "reference_size": self.reference_size,
            "initializer": keras.initializers.serialize(self.initializer),
            "from_first_batch": self.from_first_batch,
        }


def _moments(x, first_axis):
    """Mean and variance from `first_axis` to the last but one, axes kept."""
    axes = list(range(first_axis, len(x.shape) - 1))
    return ops.moments(x, axes, keepdims=True) if axes else (x, ops.zeros_like(x))
