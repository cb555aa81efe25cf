"""What is added to a player's loss, by name or as objects; a file for each idea."""

from kerasgen.adversarial.terms.auxiliary_classifier import AuxiliaryClassifier
from kerasgen.adversarial.terms.historical_averaging import HistoricalAveraging
from kerasgen.adversarial.terms.mutual_information import MutualInformation
from kerasgen.adversarial.terms.penalty import (
    R1,
    R2,
    DRAGANPenalty,
    GradientPenalty,
    Penalty,
)
from kerasgen.adversarial.terms.pulling_away import PullingAway
from kerasgen.adversarial.terms.term import Term
from kerasgen.by_name import by_name

TERMS = {
    "auxiliary_classifier": AuxiliaryClassifier,
    "dragan": DRAGANPenalty,
    "historical_averaging": HistoricalAveraging,
    "mutual_information": MutualInformation,
    "pulling_away": PullingAway,
    "r1": R1,
    "r2": R2,
    "wgan_gp": GradientPenalty,
}


def get(term, **parameters):
    """A term by name, with the weight of its paper, or a `Term` as it is.

    Args:
        term: One of `TERMS`; a dictionary of such a `"name"` and parameters; or a
            `Term`.
        **parameters: Arguments of a term that is named, such as `weight`.

    Raises:
        ValueError: If the name is unknown (the nearest are listed), or a parameter is.
    """
    return by_name(
        term, TERMS, Term, "term", "a kerasgen.adversarial.Term", **parameters
    )


__all__ = [
    "AuxiliaryClassifier",
    "DRAGANPenalty",
    "GradientPenalty",
    "HistoricalAveraging",
    "MutualInformation",
    "Penalty",
    "PullingAway",
    "R1",
    "R2",
    "TERMS",
    "Term",
    "get",
]
