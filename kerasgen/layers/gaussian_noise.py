"""Noise on a discriminator's input that fades as training goes on."""

import keras
from keras import ops

from kerasgen.arguments import check_factors, check_positive, check_training_seeds
from kerasgen.registered import registered


@registered
class GaussianNoise(keras.layers.Layer):
    """Adds normal noise in training, whose deviation falls linearly to zero.

    Noise gives the distributions of real and generated samples a common support, so
    that the discriminator cannot tell them apart perfectly.

    Args:
        stddev: Standard deviation in the first call, at least 0.
        decay_calls: Training calls after which there is no noise, at least 1; None
            keeps `stddev`. A discriminator is called for the real and for the generated
            samples of its own update and once for that of the generator.
        seed: Integer, seed of the noise.

    Raises:
        ValueError: If an argument is out of range.

    Reference:
        Arjovsky and Bottou, 2017, arXiv:1701.04862, section 3; Sonderby et al., 2017,
        arXiv:1610.04490 (instance noise).
    """

    def __init__(self, stddev, decay_calls=None, seed=None, **kwargs):
        super().__init__(**kwargs)
        check_factors(stddev=stddev)
        if decay_calls is not None:
            check_positive(decay_calls=decay_calls)
        self.stddev = stddev
        self.decay_calls = decay_calls
        self.seed = seed
        check_training_seeds(seed=seed)
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.supports_masking = True

    def build(self, input_shape):
        self.calls = self.add_weight(
            name="calls",
            shape=(),
            initializer="zeros",
            dtype="int32",
            trainable=False,
        )

    def call(self, inputs, training=False):
        if not training:
            return inputs
        noise = keras.random.normal(
            ops.shape(inputs), seed=self.seed_generator, dtype="float32"
        )
        noise = noise * self.current_stddev()
        self.calls.assign_add(1)
        return inputs + ops.cast(noise, inputs.dtype)

    def current_stddev(self):
        """Standard deviation of the next training call, a scalar."""
        if self.decay_calls is None:
            return ops.convert_to_tensor(self.stddev, "float32")
        elapsed = ops.cast(self.calls, "float32") / self.decay_calls
        return self.stddev * ops.relu(1.0 - elapsed)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {
            **super().get_config(),
            "stddev": self.stddev,
            "decay_calls": self.decay_calls,
            "seed": self.seed,
        }
