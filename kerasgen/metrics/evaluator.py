"""Measures sets of samples, one after the other, against one set of real ones."""

import contextlib
import dataclasses
from collections.abc import Callable, Iterable, Mapping

import keras

from kerasgen._version import __version__
from kerasgen.arguments import check_flags, check_positive, check_seeds, check_verbose
from kerasgen.data.transform import transform_of
from kerasgen.engine import GenerativeModel
from kerasgen.extractors.load_extractor import load_extractor
from kerasgen.kinds import Images
from kerasgen.metrics.evaluation import Evaluation
from kerasgen.metrics.features import check_pair
from kerasgen.metrics.frechet_distance import frechet_distance
from kerasgen.metrics.kernel_distance import kernel_distance
from kerasgen.metrics.samples import DrawnSamples, StoredSamples
from kerasgen.metrics.summary import (
    DENSITY_K,
    PRECISION_K,
    SPLITS,
    cached_summary,
    summarize,
)
from kerasgen.nearest import nearest
from kerasgen.warned import warn

SAMPLES = 50_000  # the count of published numbers
SUBSETS, SUBSET_SIZE = 100, 1000


@dataclasses.dataclass(frozen=True)
class _Metric:
    """How a metric is computed.

    Attributes:
        numbers: Names of what it gives.
        real, generated: What it needs of a `Summary` of either set.
        least: Samples it needs in each of these sets.
        compute: Called with both summaries and the seed, gives the numbers in order.
        settings: Called with the number of samples in the smaller set, what the
            protocol says of it.
    """

    numbers: tuple
    real: tuple
    generated: tuple
    least: int
    compute: Callable
    settings: Callable = lambda smaller: {}


def _fid(real, generated, seed):
    sets = (real.statistics, generated.statistics)
    moments = [moment for s in sets for moment in (s.mean, s.covariance)]
    return (frechet_distance(*moments),)


def _is(real, generated, seed):
    return generated.scores.score()


def _kid(real, generated, seed):
    a, b = real.features, generated.features
    settings = _kid_settings(min(len(a), len(b)))
    return kernel_distance(a, b, *settings.values(), seed=seed)


def _kid_settings(smaller):
    return {"kid_subsets": SUBSETS, "kid_subset_size": min(SUBSET_SIZE, smaller)}


def _prdc(real, generated, seed):
    check_pair(real.features, generated.features)
    return real.neighborhoods(generated.features)


METRICS = {
    "fid": _Metric(
        numbers=("fid",),
        real=("statistics",),
        generated=("statistics",),
        least=2,
        compute=_fid,
    ),
    "is": _Metric(
        numbers=("is", "is_std"),
        real=(),
        generated=("scores",),
        least=SPLITS,
        compute=_is,
        settings=lambda smaller: {"is_splits": SPLITS},
    ),
    "kid": _Metric(
        numbers=("kid", "kid_std"),
        real=("features",),
        generated=("features",),
        least=2,
        compute=_kid,
        settings=_kid_settings,
    ),
    "prdc": _Metric(
        numbers=("precision", "recall", "density", "coverage"),
        real=("features",),
        generated=("features",),
        least=DENSITY_K + 1,
        compute=_prdc,
        settings=lambda smaller: {
            "precision_recall_k": PRECISION_K,
            "density_coverage_k": DENSITY_K,
        },
    ),
}


class Evaluator:
    """`kerasgen.metrics.evaluate` for several sets against the same real samples.

    What is needed of the real samples is computed, or read from the cache, when the
    first set is measured.

    Args:
        real, metrics, extractor, seed, split, batch_size, cache, verbose, given,
            nonnegative, image_size, channels: As for `evaluate`.

    Raises:
        ValueError: As `evaluate`, for what concerns the real samples.
    """

    def __init__(
        self,
        real,
        metrics=("fid", "is", "kid"),
        extractor="inception",
        seed=0,
        *,
        split="train",
        batch_size=64,
        cache=True,
        verbose="auto",
        given=None,
        nonnegative=False,
        image_size=None,
        channels=None,
    ):
        check_positive(batch_size=batch_size)
        check_seeds(seed=seed)
        check_flags(cache=cache, nonnegative=nonnegative)
        check_verbose(verbose)
        if not isinstance(given, Mapping | None):
            raise ValueError(
                "`given` must be a dictionary by the names of the model's inputs. "
                f"Received: given={given!r}"
            )
        self.metrics = _known(metrics)
        self.seed = int(seed)
        self.batch_size = batch_size
        self.cache = cache
        self.verbose = verbose
        self.given = given
        self.extractor = load_extractor(extractor)
        kind = self.extractor.kind
        self.noun = kind.noun if kind else "images"
        self.transform = transform_of(None, image_size, channels)
        self._stored = {
            "kind": kind,
            "nonnegative": nonnegative,
            "transform": self.transform,
            "resize": self.extractor.resize,
        }
        self.real = StoredSamples(real, split, what=f"real {self.noun}", **self._stored)
        self._check_count(len(self.real), "real")
        self.extractor.check_kind(self.real.kind, f"real {self.real.kind.noun}")
        self._check_logits()
        self._summary = None
        self._warned = False

    def names(self, n):
        """Names of the numbers that `n` samples give, in order."""
        return [
            f"{number}_{self.extractor.name}_{n}"
            for metric in self.metrics
            for number in METRICS[metric].numbers
        ]

    def __call__(self, model_or_samples, num_samples=None):
        """Measures a model or a set of samples; see `evaluate`."""
        generated = self._generated(model_or_samples, num_samples)
        real = self._real_summary()
        self._warn_of_few(len(generated))
        needs = self._needs("generated")
        with _at_one_moment(model_or_samples):
            found = summarize(
                generated,
                self.extractor,
                needs,
                self.batch_size,
                self._verbosity(generated),
            )
        values = [
            float(value)
            for metric in self.metrics
            for value in METRICS[metric].compute(real, found, self.seed)
        ]
        names = self.names(len(generated))
        return Evaluation(zip(names, values, strict=True), self._protocol(generated))

    def prepare(self, model_or_samples, num_samples=None):
        """Raises what a call would raise of its arguments; sees to the real samples."""
        generated = self._generated(model_or_samples, num_samples)
        self._real_summary()
        self._warn_of_few(len(generated))

    def _generated(self, model_or_samples, num_samples):
        if num_samples is not None:
            check_positive(num_samples=num_samples)
        kind = self.extractor.kind
        if hasattr(model_or_samples, "generate"):
            n, real = num_samples or SAMPLES, self.real
            samples = DrawnSamples(
                model_or_samples, n, self.seed, real.labels, kind, self.given
            )
            samples.check()
        else:
            what = f"generated {self.noun}"
            samples = StoredSamples(model_or_samples, what=what, **self._stored)
            samples = samples.take(num_samples or len(samples), self.seed)
        self._check_count(len(samples), "generated")
        self._check_alike(samples.kind)
        return samples

    def _check_count(self, n, which):
        for name in self.metrics:
            metric = METRICS[name]
            if getattr(metric, which) and n < metric.least:
                raise ValueError(
                    f"The metric {name!r} needs at least {metric.least} {which} "
                    f"{self.noun}. Received: {n}"
                )

    def _check_logits(self):
        if "scores" not in self._needs("generated"):
            return
        if "logits" not in self.extractor.outputs(self.real.kind):
            raise ValueError(
                "The metric 'is' needs an extractor with logits. "
                f"Received: extractor={self.extractor.name!r} without"
            )

    def _check_alike(self, generated):
        real = self.real.kind
        images = isinstance(real, Images) and isinstance(generated, Images)
        if images and generated.shape[-1] != real.shape[-1]:
            raise ValueError(
                "Generated and real images must have the same number of channels: gray "
                "against color measures color. `channels=1` makes stored ones gray, "
                "`channels=3` color. Received: "
                f"{generated.shape[-1]} generated, {real.shape[-1]} real"
            )
        self.extractor.check_kind(generated, f"generated {generated.noun}")

    def _needs(self, which):
        """What all metrics together need of a set."""
        needs = [n for m in self.metrics for n in getattr(METRICS[m], which)]
        return sorted(set(needs))

    def _real_summary(self):
        if self._summary is None:
            summarizer = cached_summary if self.cache else summarize
            self._summary = summarizer(
                self.real,
                self.extractor,
                self._needs("real"),
                self.batch_size,
                self._verbosity(self.real),
            )
        return self._summary

    def _warn_of_few(self, n):
        """Warns, once, of an FID whose covariances are of fewer samples than features.

        They are singular then: the number says less of quality than of the count.
        """
        statistics = self._real_summary().statistics
        if self._warned or statistics is None:
            return
        features, fewest = len(statistics.mean), min(n, statistics.count)
        if fewest < features:
            self._warned = True
            warn(
                "FID of fewer samples than the extractor has features is mostly bias: "
                "compare it with FIDs of as many samples alone, or take 'kid', which "
                f"has none. Received: {n} generated and {statistics.count} real "
                f"{self.noun}, {features} features"
            )

    def _verbosity(self, samples):
        return int(len(samples) >= 1000) if self.verbose == "auto" else self.verbose

    def _protocol(self, generated):
        smaller = min(len(self.real), len(generated))
        settings = {}
        for metric in self.metrics:
            settings |= METRICS[metric].settings(smaller)
        size = self.transform.image_size
        prepared = {
            "image_size": size and list(size),
            "channels": self.transform.channels,
            "real_preparation": self.real.preparation,
            "generated_preparation": getattr(generated, "preparation", None),
            "gray": self._of_gray(),
        }
        return {
            **self.extractor.protocol,
            f"real_{self.noun}": len(self.real),
            "real_shape": list(self.real.kind.shape),
            f"generated_{self.noun}": len(generated),
            "generated_shape": list(generated.kind.shape),
            **{name: value for name, value in prepared.items() if value is not None},
            "seed": self.seed,
            **settings,
            "backend": keras.backend.backend(),
            "kerasgen": __version__,
            "keras": keras.__version__,
        }

    def _of_gray(self):
        """What became of gray images, for an extractor of color ones."""
        if self.extractor.kind is None:
            channels = self.real.kind.shape[-1]
            if channels < self.extractor.channels:
                return f"repeated into {self.extractor.channels} channels"
        return None


def _at_one_moment(samples):
    """A context in which a model stays as it is, as far as the backend can."""
    if isinstance(samples, GenerativeModel):
        return samples.beside_training()
    return contextlib.nullcontext()


def _known(metrics):
    metrics = [metrics] if isinstance(metrics, str) else metrics
    if not isinstance(metrics, Iterable):
        raise ValueError(
            f"`metrics` must be of {list(METRICS)}. Received: metrics={metrics!r}"
        )
    metrics = list(metrics)
    for name in metrics:
        if name not in list(METRICS):  # a list, for names that cannot be hashed
            raise ValueError(
                f"`metrics` must be of {list(METRICS)}. {nearest(name, METRICS)}"
                f"Received: metrics with {name!r}"
            )
    if not metrics:
        raise ValueError(
            f"`metrics` must name at least one of {list(METRICS)}. Received: none"
        )
    return list(dict.fromkeys(metrics))
