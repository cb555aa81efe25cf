"""Numbers for generated samples: extractors, statistics, metrics."""

from kerasgen.extractors.extractor import Extractor
from kerasgen.extractors.inception_v3 import InceptionV3
from kerasgen.extractors.load_extractor import load_extractor
from kerasgen.metrics.estimate import Estimate
from kerasgen.metrics.evaluate import evaluate
from kerasgen.metrics.evaluation import Evaluation
from kerasgen.metrics.feature_statistics import FeatureStatistics
from kerasgen.metrics.frechet_distance import frechet_distance
from kerasgen.metrics.image_pairs import l1_distance, peak_signal_to_noise_ratio
from kerasgen.metrics.inception_score import ScoreStatistics, inception_score
from kerasgen.metrics.kernel_distance import kernel_distance
from kerasgen.metrics.multiscale_similarity import multiscale_similarity
from kerasgen.metrics.neighbors.density_coverage import (
    DensityCoverage,
    density_coverage,
)
from kerasgen.metrics.neighbors.memorization import (
    Memorization,
    memorization,
    neighbor_rows,
)
from kerasgen.metrics.neighbors.nearest_images import NearestImages, nearest_images
from kerasgen.metrics.neighbors.prdc import PRDC, prdc
from kerasgen.metrics.neighbors.precision_recall import (
    PrecisionRecall,
    precision_recall,
)
from kerasgen.metrics.sliced_wasserstein_distance import (
    SlicedWasserstein,
    sliced_wasserstein_distance,
)
from kerasgen.metrics.structural_similarity import structural_similarity

__all__ = [
    "PRDC",
    "DensityCoverage",
    "Estimate",
    "Evaluation",
    "Extractor",
    "FeatureStatistics",
    "InceptionV3",
    "Memorization",
    "NearestImages",
    "PrecisionRecall",
    "ScoreStatistics",
    "SlicedWasserstein",
    "density_coverage",
    "evaluate",
    "frechet_distance",
    "inception_score",
    "kernel_distance",
    "l1_distance",
    "load_extractor",
    "memorization",
    "multiscale_similarity",
    "nearest_images",
    "neighbor_rows",
    "peak_signal_to_noise_ratio",
    "prdc",
    "precision_recall",
    "sliced_wasserstein_distance",
    "structural_similarity",
]
