"""Distributions of a number of an image, by name."""

from kerasgen.by_name import by_name
from kerasgen.losses import Bernoulli, Categorical, Likelihood

LEVELS = {"bernoulli": Bernoulli, "categorical": Categorical}


def get_levels(likelihood):
    """A likelihood that gives each level of a number a probability, by logits alone.

    Args:
        likelihood: One of `LEVELS`; a dictionary of such a `"name"` and parameters; or
            a `kerasgen.losses.Likelihood` that has levels.

    Raises:
        ValueError: If the name is unknown, or the likelihood is a density.
    """
    noun = "a likelihood with levels"
    found = by_name(likelihood, LEVELS, Likelihood, "likelihood", noun)
    if (
        found.levels is None
        or found.names != ("logits",)
        or found.interval != (-1.0, 1.0)
    ):
        raise ValueError(
            "`likelihood` must give each level of an image from -1 to 1 a probability, "
            f"as {' and '.join(LEVELS)} do. Received: likelihood={found}"
        )
    return found
