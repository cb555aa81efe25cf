"""Dropout as a source of noise, which does not end with training."""

import keras
from keras import ops

from kerasgen.arguments import check_fractions
from kerasgen.registered import registered


@registered
class PersistentDropout(keras.layers.Layer):
    """Dropout at inference as in training.

    In a generator without latents it is what makes two samples differ. A seed that is
    given to a model's `generate` or `translate` fixes it, on one backend; that of
    `keras.layers.Dropout` would not under PyTorch, where Keras draws from the global
    generator.

    Args:
        rate: Share of the inputs that are set to zero, in [0, 1); the others are
            divided by `1 - rate`.
        seed: Integer, seed of the choices.

    Call arguments:
        inputs: Tensor of any shape.

    Returns:
        Tensor of the same shape.

    Raises:
        ValueError: If `rate` is out of range.

    Example:

    ```python
    x = np.ones((1, 8), "float32")
    kerasgen.layers.PersistentDropout(0.5, seed=1)(x)  # zeros and twos
    ```

    Reference:
        Isola et al., 2017, arXiv:1611.07004, section 3.1.
    """

    def __init__(self, rate, seed=None, **kwargs):
        super().__init__(**kwargs)
        check_fractions(rate=rate)
        self.rate = rate
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def build(self, input_shape):
        self.built = True

    def call(self, inputs):
        drawn = keras.random.uniform(ops.shape(inputs), seed=self.seed_generator)
        kept = ops.cast(drawn >= self.rate, inputs.dtype)
        return inputs * kept / (1.0 - self.rate)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}
