"""Objectives: what the players of a game, or a likelihood, minimize."""

from kerasgen.by_name import by_name
from kerasgen.losses.categorical import Categorical
from kerasgen.losses.discretized_logistic import DiscretizedLogistic
from kerasgen.losses.elbo import (
    ELBO,
    gaussian_kl,
    gaussian_log_density,
    gaussian_log_prob,
    get_bound,
    log_mean_exp,
)
from kerasgen.losses.energy import BoundaryEquilibrium, EnergyMargin, pulling_away
from kerasgen.losses.f_divergence import (
    FGANGAN,
    FGANKL,
    FDivergence,
    FGANJensenShannon,
    FGANPearson,
    FGANReverseKL,
    FGANSquaredHellinger,
    FGANTotalVariation,
)
from kerasgen.losses.feature_matching import FeatureMatching, feature_matching
from kerasgen.losses.hinge import Hinge
from kerasgen.losses.laplacian_pyramid import laplacian_pyramid_distance
from kerasgen.losses.least_squares import LeastSquares
from kerasgen.losses.likelihood import (
    Bernoulli,
    Gaussian,
    Likelihood,
)
from kerasgen.losses.likelihoods import LIKELIHOODS, get_likelihood
from kerasgen.losses.logistic_mixture import LogisticMixture
from kerasgen.losses.maximum_mean_discrepancy import maximum_mean_discrepancy
from kerasgen.losses.minimax import MaximumLikelihood, Minimax, NonSaturating
from kerasgen.losses.objective import Objective, per_sample, weighted_mean
from kerasgen.losses.perceptual import Perceptual, perceptual
from kerasgen.losses.reconstruction import (
    RECONSTRUCTIONS,
    AbsoluteError,
    NegativeLogLikelihood,
    PerceptualError,
    Reconstruction,
    SquaredError,
    get_reconstruction,
)
from kerasgen.losses.relativistic import RelativisticAverage
from kerasgen.losses.spike_and_slab import spike_and_slab_kl
from kerasgen.losses.squared_error import squared_error
from kerasgen.losses.wasserstein import Wasserstein

OBJECTIVES = {
    "minimax": Minimax,
    "non_saturating": NonSaturating,
    "maximum_likelihood": MaximumLikelihood,
    "least_squares": LeastSquares,
    "hinge": Hinge,
    "wasserstein": Wasserstein,
    "f_gan_kl": FGANKL,
    "f_gan_reverse_kl": FGANReverseKL,
    "f_gan_pearson": FGANPearson,
    "f_gan_squared_hellinger": FGANSquaredHellinger,
    "f_gan_jensen_shannon": FGANJensenShannon,
    "f_gan_gan": FGANGAN,
    "f_gan_total_variation": FGANTotalVariation,
    "ebgan": EnergyMargin,
    "began": BoundaryEquilibrium,
    "feature_matching": FeatureMatching,
    "relativistic_average": RelativisticAverage,
}


def get(name, **parameters):
    """An objective by name.

    Args:
        name: One of `kerasgen.losses.OBJECTIVES`; a dictionary of such a `"name"` and
            parameters; or an `Objective`, returned as it is.
        **parameters: Arguments of the objective, such as `label_smoothing`.

    Returns:
        An `Objective`.

    Raises:
        ValueError: If the name is unknown (the nearest are listed), or a parameter is.

    Example:

    ```py
    loss = kerasgen.losses.get("non_saturating", label_smoothing=0.1)
    model.compile(loss=loss)
    ```
    """
    return by_name(name, OBJECTIVES, Objective, "loss", "an objective", **parameters)


__all__ = [
    "AbsoluteError",
    "Bernoulli",
    "BoundaryEquilibrium",
    "Categorical",
    "DiscretizedLogistic",
    "ELBO",
    "EnergyMargin",
    "FDivergence",
    "FGANGAN",
    "FGANJensenShannon",
    "FGANKL",
    "FGANPearson",
    "FGANReverseKL",
    "FGANSquaredHellinger",
    "FGANTotalVariation",
    "FeatureMatching",
    "Gaussian",
    "Hinge",
    "LIKELIHOODS",
    "LeastSquares",
    "Likelihood",
    "LogisticMixture",
    "MaximumLikelihood",
    "Minimax",
    "NegativeLogLikelihood",
    "NonSaturating",
    "OBJECTIVES",
    "Objective",
    "Perceptual",
    "PerceptualError",
    "RECONSTRUCTIONS",
    "Reconstruction",
    "RelativisticAverage",
    "SquaredError",
    "Wasserstein",
    "feature_matching",
    "gaussian_kl",
    "gaussian_log_density",
    "gaussian_log_prob",
    "get",
    "get_bound",
    "get_likelihood",
    "get_reconstruction",
    "laplacian_pyramid_distance",
    "log_mean_exp",
    "maximum_mean_discrepancy",
    "per_sample",
    "perceptual",
    "pulling_away",
    "spike_and_slab_kl",
    "squared_error",
    "weighted_mean",
]
