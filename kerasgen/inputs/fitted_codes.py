"""Latents drawn from the Gaussian of codes that a model has."""

import numpy as np

from kerasgen.inputs.latents import Latents
from kerasgen.registered import registered


@registered
class FittedCodes(Latents):
    """Latents of the normal distribution with mean and covariance of given codes.

    Args:
        size: Numbers in a latent.

    Attributes:
        codes: Function without arguments that gives the codes, a NumPy array
            `(n, size)`; the model whose codes they are sets it.
    """

    codes = None

    def __init__(self, size):
        super().__init__(size)

    def draw(self, n, random):
        if self.codes is None:
            raise ValueError(
                "These latents follow the codes of a model: ask it for samples. "
                "Received: no codes"
            )
        mean, root = gaussian_of(self.codes())
        normal = random.standard_normal((n, self.size))
        return (mean + normal @ root).astype("float32")

    def get_config(self):
        return {"size": self.size}


def gaussian_of(codes):
    """Mean and a root of the covariance of codes, in float64.

    Args:
        codes: NumPy array `(n, size)`.

    Returns:
        `(mean, root)`, `(size,)` and `(size, size)`, symmetric: `mean + root e` with
        `e ~ N(0, I)` has the mean and the covariance of the codes.
    """
    codes = np.asarray(codes, "float64")
    mean = codes.mean(axis=0)
    covariance = (codes - mean).T @ (codes - mean) / len(codes)
    # Of fewer codes than dimensions some eigenvalues are zero, and Cholesky would fail.
    values, vectors = np.linalg.eigh(covariance)
    return mean, (vectors * np.sqrt(values.clip(0.0))) @ vectors.T
