"""A code for each sample of a set, trained like any weight."""

import keras
from keras import ops

from kerasgen.arguments import check_above_zero, check_positive
from kerasgen.registered import registered


@registered
class CodeTable(keras.layers.Layer):
    """One vector for each sample, looked up by its place in the set.

    The vectors begin as normal numbers, projected onto the ball of radius 1.

    Args:
        num_codes: How many.
        size: Numbers in each.
        seed: Seed of the first values.

    Raises:
        ValueError: If `num_codes` or `size` is not a positive integer.

    Example:

    ```python
    codes = kerasgen.layers.CodeTable(1000, 16)
    codes(np.array([3, 998])).shape  # (2, 16)
    ```
    """

    def __init__(self, num_codes, size, seed=None, **kwargs):
        super().__init__(**kwargs)
        check_positive(num_codes=num_codes, latent_dim=size)
        self.num_codes = num_codes
        self.size = size
        self.seed = seed
        self.build()

    def build(self, input_shape=None):
        if self.built:
            return
        self.codes = self.add_weight(
            name="codes",
            shape=(self.num_codes, self.size),
            initializer=_in_the_ball(self.seed),
            dtype="float32",
        )
        self.built = True

    def call(self, indices):
        """Codes `(batch, size)` of places `(batch,)`, integers below `num_codes`.

        Of what is no place the nearest is taken, for a compiled step cannot raise.
        """
        places = ops.clip(ops.cast(indices, "int32"), 0, self.num_codes - 1)
        return ops.take(self.codes, places, axis=0)

    def compute_output_shape(self, input_shape):
        return (*input_shape, self.size)

    def get_config(self):
        return {
            **super().get_config(),
            "num_codes": self.num_codes,
            "size": self.size,
            "seed": self.seed,
        }


@registered
class UnitBall(keras.constraints.Constraint):
    """Projects rows onto a ball: `z / max(1, |z| / radius)`.

    Args:
        radius: Above 0.

    Raises:
        ValueError: If it is not.
    """

    def __init__(self, radius=1.0):
        check_above_zero(radius=radius)
        self.radius = radius

    def __call__(self, w):
        length = ops.sqrt(ops.sum(ops.square(w), axis=-1, keepdims=True))
        return w / ops.maximum(1.0, length / self.radius)

    def get_config(self):
        return {"radius": self.radius}


def _in_the_ball(seed):
    normal = keras.initializers.RandomNormal(stddev=1.0, seed=seed)
    project = UnitBall()
    return lambda shape, dtype=None: project(normal(shape, dtype))
