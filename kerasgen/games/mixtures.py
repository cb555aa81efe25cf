"""Gaussians on a plane: the smallest data on which a game can lose modes."""

import dataclasses
from typing import NamedTuple

import numpy as np

RADIUS = 3.0  # standard deviations within which a sample belongs to a mode
SHARE = 0.01  # of all samples, which a mode needs within its radius to be covered


class Coverage(NamedTuple):
    """What samples make of a mixture.

    Attributes:
        modes: Modes with at least 1 % of all samples within three standard deviations.
        share: Share of all samples within three standard deviations of any mode.
    """

    modes: int
    share: float


@dataclasses.dataclass(frozen=True)
class Mixture:
    """Equally likely round Gaussians.

    Args:
        name: What the game is called.
        means: Array `(modes, 2)`.
        sigma: Standard deviation of each in both directions.
    """

    name: str
    means: np.ndarray
    sigma: float

    @property
    def extent(self):
        """Half the side of a square around the origin that holds all with a margin."""
        return float(1.3 * np.abs(self.means).max())

    def sample(self, n, seed=0):
        """Draws samples.

        Args:
            n: How many.
            seed: Integer for NumPy's Philox: the same samples on every machine.

        Returns:
            float32 array `(n, 2)`.
        """
        random = np.random.Generator(np.random.Philox(seed))
        modes = random.integers(0, len(self.means), n)
        noise = self.sigma * random.standard_normal((n, 2))
        return (self.means[modes] + noise).astype("float32")

    def coverage(self, samples):
        """Counts modes and samples near them.

        Args:
            samples: Array `(n, 2)`; values that are not finite are near no mode.

        Returns:
            A `Coverage`.

        Raises:
            ValueError: If `samples` is not such an array or holds no sample.
        """
        samples = np.asarray(samples, "float64")
        if samples.ndim != 2 or samples.shape[1] != 2 or len(samples) == 0:
            raise ValueError(
                "`samples` must be an array (n, 2) with n at least 1. "
                f"Received: shape {samples.shape}"
            )
        distances = np.linalg.norm(samples[:, None] - self.means[None], axis=-1)
        near = distances <= RADIUS * self.sigma  # (n, modes)
        covered = np.count_nonzero(near, axis=0) >= SHARE * len(samples)
        return Coverage(int(covered.sum()), float(near.any(axis=1).mean()))


def ring(modes=8, radius=2.0, sigma=0.02):
    """Gaussians evenly on a circle; the first lies on the positive x axis."""
    angles = 2.0 * np.pi * np.arange(modes) / modes
    means = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return Mixture("ring", means, sigma)


def grid(side=5, spacing=2.0, sigma=0.05):
    """`side * side` Gaussians on a square grid around the origin."""
    line = spacing * (np.arange(side) - (side - 1) / 2.0)
    means = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    return Mixture("grid", means, sigma)


MIXTURES = {"ring": ring, "grid": grid}
