"""Likelihoods by name."""

from kerasgen.by_name import by_name, name_and_parameters
from kerasgen.losses.discretized_logistic import DiscretizedLogistic
from kerasgen.losses.likelihood import Bernoulli, Gaussian, Likelihood

LIKELIHOODS = {
    "bernoulli": Bernoulli,
    "discretized_logistic": DiscretizedLogistic,
    "gaussian": Gaussian,
}


def get_likelihood(likelihood, kind):
    """A likelihood by name, or as it is.

    Args:
        likelihood: One of `LIKELIHOODS`; a dictionary of such a `"name"` and
            parameters; a `Likelihood`; or None: Bernoulli where the values of the kind
            lie in an interval, else Gaussian.
        kind: The `kerasgen.kinds.Kind` of the samples.

    Raises:
        ValueError: If the name is unknown, or the likelihood is one of other samples.
    """
    if likelihood is None:
        likelihood = "gaussian" if kind.interval is None else "bernoulli"
    name, given = name_and_parameters(likelihood)
    if name in LIKELIHOODS:
        given = {**LIKELIHOODS[name].defaults(kind), **given}
    found = by_name(
        name, LIKELIHOODS, Likelihood, "likelihood", "a likelihood", **given
    )
    if None not in (found.interval, kind.interval) and found.interval != kind.interval:
        raise ValueError(
            f"Networks take values of {type(kind).__name__} in {kind.interval}. "
            f"Received: likelihood={found}"
        )
    return found
