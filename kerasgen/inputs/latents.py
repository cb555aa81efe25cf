"""Random vectors that a generator turns into samples."""

import keras
import numpy as np

from kerasgen.arguments import as_array, check_one_of, check_positive
from kerasgen.inputs.input import Input, check_rows, philox
from kerasgen.kinds.kind import check_finite
from kerasgen.registered import registered

UNIFORM = {"uniform": (-1.0, 1.0), "unit_uniform": (0.0, 1.0)}
DISTRIBUTIONS = ("normal", *UNIFORM)
QUANTILE_DRAWS = 10_000


@registered
class Latents(Input):
    """Vectors of independent numbers.

    Args:
        size: Numbers in a latent.
        distribution: `"normal"`, standard; `"uniform"` on [-1, 1]; or `"unit_uniform"`
            on [0, 1].
        name: The argument of `generate`.
    """

    def __init__(self, size, distribution="normal", name="latents"):
        check_positive(latent_dim=size)
        check_one_of(DISTRIBUTIONS, latent_distribution=distribution)
        self.size = int(size)
        self.distribution = distribution
        self.name = name

    def draw(self, n, random):
        if self.distribution in UNIFORM:
            low, high = UNIFORM[self.distribution]
            return random.uniform(low, high, (n, self.size)).astype("float32")
        return random.standard_normal((n, self.size)).astype("float32")

    def quantiles(self, probabilities):
        """Quantiles of each of the numbers alone, float64 `(probabilities, size)`."""
        if type(self).draw is not Latents.draw:  # of another distribution, measured
            drawn = self.draw(QUANTILE_DRAWS, philox(0)).astype("float64")
            return np.quantile(drawn, probabilities, axis=0)
        if self.distribution in UNIFORM:
            low, high = UNIFORM[self.distribution]
            of_one = low + (high - low) * np.asarray(probabilities)
        else:
            from scipy.special import ndtri

            of_one = ndtri(probabilities)
        return np.repeat(of_one[:, None], self.size, axis=1)

    def check(self, given, n):
        given = as_array(self.name, given, "float32")
        if given.ndim != 2 or given.shape[1] != self.size:
            raise ValueError(
                f"`{self.name}` must have shape (n, {self.size}). "
                f"Received: shape {given.shape}"
            )
        check_rows(self.name, len(given), n)
        check_finite(given, self.name)
        return given

    def in_training(self, n, seed, batch=None):
        if self.distribution in UNIFORM:
            low, high = UNIFORM[self.distribution]
            return keras.random.uniform((n, self.size), low, high, seed=seed)
        return keras.random.normal((n, self.size), seed=seed)

    def get_config(self):
        return {
            "size": self.size,
            "distribution": self.distribution,
            "name": self.name,
        }


def latents_of(generator, size, distribution="normal"):
    """The latents that a generator takes first; `size` where it is not built yet."""
    shapes = getattr(generator, "input_shape", None)
    if shapes is not None:
        first = shapes[0] if isinstance(shapes[0], (list, tuple)) else shapes
        size = first[-1]
    return Latents(size, distribution)
