"""What codes are made to be distributed as, so that they can be drawn."""

import math

import keras
import numpy as np
from keras import ops

from kerasgen.arguments import (
    check_above_zero,
    check_factors,
    check_positive,
    check_probability,
)
from kerasgen.by_name import by_name
from kerasgen.inputs.input import philox
from kerasgen.inputs.latents import Latents
from kerasgen.registered import registered


class Prior(Latents):
    """A distribution of latents, drawn on the host or in a step of training.

    A subclass defines `placed`, and `get_config`.

    Attributes:
        parts: Into how many parts, numbered from 0, it is cut: one for each class of a
            model that gives every class a place; None for a prior in one piece.
    """

    parts = None

    def __init__(self, size):
        super().__init__(size)

    def placed(self, xp, parts, uniform, normal):
        """Latents, out of random numbers.

        Args:
            xp: `numpy` or `keras.ops`.
            parts: Integers `(n,)` below `self.parts`; None of a prior in one piece.
            uniform: `(n,)`, in [0, 1).
            normal: `(n, size)`, standard.

        Returns:
            `(n, size)`.
        """
        raise NotImplementedError(f"{type(self).__name__} must define `placed`.")

    def draw(self, n, random, parts=None):
        """As of any input; `parts` `(n,)` says of which part each latent is."""
        if parts is None and self.parts:
            parts = random.integers(0, self.parts, n)
        uniform, normal = random.random(n), random.standard_normal((n, self.size))
        return self.placed(np, parts, uniform, normal).astype("float32")

    def in_training(self, n, seed, batch=None, parts=None):
        """As of any input; of a part below 0 it takes any."""
        if self.parts:
            drawn = keras.random.randint((n,), 0, self.parts, dtype="int32", seed=seed)
            parts = drawn if parts is None else ops.where(parts < 0, drawn, parts)
        uniform = keras.random.uniform((n,), seed=seed)
        normal = keras.random.normal((n, self.size), seed=seed)
        return self.placed(ops, parts, uniform, normal)

    @property
    def variance(self):
        """Half the mean squared distance of two latents, by their size.

        Of independent numbers that is the variance of each; measured on 4096 latents
        where a prior does not say it.
        """
        drawn = self.draw(4096, philox(0)).astype("float64")
        return float(drawn.var(axis=0).mean())

    def log_prob(self, latents):
        """Log-density of latents, `(n,)`, in nats.

        Raises:
            ValueError: If there is none in closed form.
        """
        raise ValueError(
            "Only the density of a GaussianPrior is known in closed form. "
            f"Received: prior={self!r}"
        )


@registered
class GaussianPrior(Prior):
    """Independent normal numbers, `N(0, deviation^2 I)`.

    Args:
        size: Numbers in a latent.
        deviation: Their standard deviation, above 0.

    Raises:
        ValueError: If an argument is out of range.
    """

    def __init__(self, size, deviation=1.0):
        super().__init__(size)
        check_above_zero(deviation=deviation)
        self.deviation = deviation

    def placed(self, xp, parts, uniform, normal):
        return self.deviation * normal

    @property
    def variance(self):
        return self.deviation**2

    def log_prob(self, latents):
        squares = ops.sum(ops.square(latents / self.deviation), axis=1)
        log_volume = math.log(2.0 * math.pi) + 2.0 * math.log(self.deviation)
        return -0.5 * (squares + self.size * log_volume)

    def get_config(self):
        return {"size": self.size, "deviation": self.deviation}


@registered
class SpikeAndSlabPrior(Prior):
    """Standard normal numbers of which most are zero.

    Args:
        size: Numbers in a latent.
        alpha: Probability of each not to be zero, in (0, 1).

    Raises:
        ValueError: If an argument is out of range.
    """

    def __init__(self, size, alpha=0.1):
        super().__init__(size)
        check_probability(alpha=alpha)
        self.alpha = alpha

    def draw(self, n, random, parts=None):
        spread = random.random((n, self.size)) < self.alpha
        return np.where(spread, random.standard_normal(spread.shape), 0.0).astype(
            "float32"
        )

    def in_training(self, n, seed, batch=None, parts=None):
        spread = keras.random.uniform((n, self.size), seed=seed) < self.alpha
        return ops.where(spread, keras.random.normal((n, self.size), seed=seed), 0.0)

    @property
    def variance(self):
        return self.alpha

    def get_config(self):
        return {"size": self.size, "alpha": self.alpha}


@registered
class MixturePrior(Prior):
    """A mixture of Gaussians in the plane, arranged as petals about the origin.

    Args:
        parts: Number of petals, of equal weight.
        radius: Of their centers, above 0.
        deviations: `(along, across)` the radius, standard deviations above 0.

    Raises:
        ValueError: If an argument is out of range.

    Reference:
        Makhzani et al., 2015, arXiv:1511.05644, figures 2 and 4a. The paper gives no
        sizes.
    """

    def __init__(self, parts=10, radius=4.0, deviations=(1.0, 0.4)):
        super().__init__(2)
        check_positive(parts=parts)
        along, across = deviations
        check_above_zero(radius=radius, along=along, across=across)
        self.parts = parts
        self.radius = radius
        self.deviations = (along, across)

    def placed(self, xp, parts, uniform, normal):
        angle = 2.0 * math.pi / self.parts * _float(xp, parts)
        along = self.radius + self.deviations[0] * normal[:, 0]
        across = self.deviations[1] * normal[:, 1]
        x = along * xp.cos(angle) - across * xp.sin(angle)
        y = along * xp.sin(angle) + across * xp.cos(angle)
        return xp.stack([x, y], axis=1)

    def get_config(self):
        return {
            "parts": self.parts,
            "radius": self.radius,
            "deviations": self.deviations,
        }


@registered
class SwissRollPrior(Prior):
    """A spiral in the plane, evenly dense along its length, cut into slices.

    Args:
        parts: Number of slices of equal probability, from the inside out.
        radius: Of its end, above 0.
        turns: About the origin, above 0.
        deviation: Standard deviation of the normal noise about it, at least 0.

    Raises:
        ValueError: If an argument is out of range.

    Reference:
        Makhzani et al., 2015, arXiv:1511.05644, figure 4b. The paper gives no sizes.
    """

    def __init__(self, parts=10, radius=6.0, turns=2.0, deviation=0.1):
        super().__init__(2)
        check_positive(parts=parts)
        check_above_zero(radius=radius, turns=turns)
        check_factors(deviation=deviation)
        self.parts = parts
        self.radius = radius
        self.turns = turns
        self.deviation = deviation

    def placed(self, xp, parts, uniform, normal):
        # The length up to an angle grows with its square.
        t = xp.sqrt((_float(xp, parts) + uniform) / self.parts)
        angle = 2.0 * math.pi * self.turns * t
        spiral = [self.radius * t * xp.cos(angle), self.radius * t * xp.sin(angle)]
        return xp.stack(spiral, axis=1) + self.deviation * normal

    def get_config(self):
        return {
            "parts": self.parts,
            "radius": self.radius,
            "turns": self.turns,
            "deviation": self.deviation,
        }


def _float(xp, parts):
    return parts.astype("float64") if xp is np else ops.cast(parts, "float32")


PRIORS = {
    "gaussian": GaussianPrior,
    "mixture": MixturePrior,
    "spike_and_slab": SpikeAndSlabPrior,
    "swiss_roll": SwissRollPrior,
}


def get_prior(prior, size=None):
    """A prior by name or as it is.

    Args:
        prior: A `Prior`; one of `PRIORS`; or a dictionary of such a `"name"` and
            parameters. None is N(0, I) of that size.
        size: Numbers in a latent, where None is given.

    Raises:
        ValueError: If the name is unknown, or a parameter is.
    """
    if prior is None:
        return GaussianPrior(size)
    return by_name(prior, PRIORS, Prior, "prior", "a kerasgen.inputs.Prior")


def prior_and_size(prior, latent_dim, otherwise=8):
    """What a model is given for its prior and the size of its codes, made to agree.

    Args:
        prior: As for `get_prior`; None leaves it to the model.
        latent_dim: Size of a code; None is that of the prior.
        otherwise: Size of a code where neither is given.

    Returns:
        `(prior, latent_dim)`: a `Prior` or None, and an integer.
    """
    if prior is None:
        return None, otherwise if latent_dim is None else latent_dim
    prior = get_prior(prior)
    return prior, prior.size if latent_dim is None else latent_dim
