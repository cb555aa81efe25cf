"""What a model is given to make samples from: drawn, or asked for by the user."""

from kerasgen.inputs.codes import Codes
from kerasgen.inputs.fitted_codes import FittedCodes
from kerasgen.inputs.fitted_mixture import FittedMixture
from kerasgen.inputs.given import Given
from kerasgen.inputs.input import Input, philox
from kerasgen.inputs.labels import Labels
from kerasgen.inputs.latents import Latents, latents_of
from kerasgen.inputs.priors import (
    GaussianPrior,
    MixturePrior,
    Prior,
    SpikeAndSlabPrior,
    SwissRollPrior,
    get_prior,
    prior_and_size,
)
from kerasgen.inputs.request import answer

__all__ = [
    "Codes",
    "FittedCodes",
    "FittedMixture",
    "GaussianPrior",
    "Given",
    "Input",
    "Labels",
    "Latents",
    "MixturePrior",
    "Prior",
    "SpikeAndSlabPrior",
    "SwissRollPrior",
    "answer",
    "get_prior",
    "latents_of",
    "philox",
    "prior_and_size",
]
