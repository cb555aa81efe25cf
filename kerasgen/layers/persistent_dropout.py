"""Dropout as a source of noise, which does not end with training."""

import keras

from kerasgen.registered import registered


@registered
class PersistentDropout(keras.layers.Dropout):
    """`keras.layers.Dropout` that drops at inference as it does in training.

    In a generator without latents it is what makes two samples differ. A seed that is
    given to a model's `generate` or `translate` fixes it.

    Args:
        rate: Share of the inputs that are set to zero, in [0, 1].
        **arguments: As for `keras.layers.Dropout`.

    Example:

    ```python
    x = np.ones((1, 8), "float32")
    kerasgen.layers.PersistentDropout(0.5, seed=1)(x)  # zeros and twos
    ```

    Reference:
        Isola et al., 2017, arXiv:1611.07004, section 3.1.
    """

    def call(self, inputs, training=None):
        return super().call(inputs, training=True)
