"""Numbers of a translator: its translations of one domain beside the other."""

import numpy as np

from kerasgen.arguments import check_one_of
from kerasgen.extractors.load_extractor import load_extractor
from kerasgen.inputs import Given
from kerasgen.kinds import Images
from kerasgen.metrics.evaluation import Evaluation
from kerasgen.metrics.evaluator import METRICS, Evaluator
from kerasgen.metrics.image_pairs import l1_distance, peak_signal_to_noise_ratio
from kerasgen.metrics.samples import DrawnSamples
from kerasgen.metrics.structural_similarity import structural_similarity

OF_PAIRS = {
    "l1": l1_distance,
    "psnr": peak_signal_to_noise_ratio,
    "ssim": structural_similarity,
}


class TranslationEvaluator:
    """`kerasgen.metrics.evaluate` for translators and a data set of two domains.

    The model translates the samples of the domain that it starts from; these are
    measured against the samples of the other, as sets and, in pairs, one by one.

    Args:
        domains: A `kerasgen.data.Dataset` of pairs.
        metrics: Names of `METRICS`, and of `OF_PAIRS` where domains are paired.
        extractor, seed: As for `Evaluator`; without metrics of sets no extractor is
            needed.
        **arguments: Of `Evaluator`.

    Raises:
        ValueError: As `Evaluator`; if numbers of pairs are asked for of domains without
            pairs.
    """

    def __init__(
        self, domains, metrics=("fid",), extractor="inception", seed=0, **arguments
    ):
        metrics = [metrics] if isinstance(metrics, str) else list(metrics)
        for name in metrics:
            check_one_of([*METRICS, *OF_PAIRS], metrics=name)
        self.of_pairs = [name for name in metrics if name in OF_PAIRS]
        of_sets = [name for name in metrics if name in METRICS]
        if self.of_pairs and not (domains.paired and _alike(domains)):
            raise ValueError(
                f"{', '.join(self.of_pairs)} compare an image with the one that it "
                "should be: load images with `paired=True`. "
                f"Received: {domains.kind} without pairs"
            )
        self.domains = domains.samples
        self.seed = seed
        self.of_sets = of_sets
        self.extractor = load_extractor(extractor) if of_sets else None
        self._arguments = arguments
        self._evaluator = None

    def count(self, num_samples=None):
        """How many translations are measured: all there are, or so many."""
        n = min(map(len, self.domains))
        return n if num_samples is None else min(n, num_samples)

    def names(self, n):
        """Names of the numbers that `n` samples give, in order."""
        names = self._evaluator.names(n) if self._evaluator else []
        return [*names, *(f"{name}_{n}" for name in self.of_pairs)]

    def prepare(self, model, num_samples=None):
        """Raises what a call would raise; sees to the real samples."""
        n = self.count(num_samples)
        source, target = self._ends(model)
        self._drawn(model, source, 1).check()
        if self.of_sets and self._evaluator is None:
            real = target.get(np.arange(len(target)))
            self._evaluator = Evaluator(
                real, self.of_sets, self.extractor, self.seed, **self._arguments
            )
        if self._evaluator:
            self._evaluator.prepare(target.get(np.arange(n)))

    def __call__(self, model, num_samples=None):
        """Measures a translator."""
        n = self.count(num_samples)
        self.prepare(model, n)
        source, target = self._ends(model)
        made = np.concatenate(list(self._drawn(model, source, n).blocks()))
        found = self._evaluator(made) if self._evaluator else Evaluation({}, {})
        numbers = dict(found)
        wanted = target.get(np.arange(n))
        for name in self.of_pairs:
            numbers[f"{name}_{n}"] = OF_PAIRS[name](made, wanted)[0]
        pairs = {"translated": n, "seed": self.seed}
        return Evaluation(numbers, {**found.protocol, **pairs})

    def _ends(self, model):
        """The samples that a model starts from, and those of what it makes."""
        domain = _given(model).domain or 0
        return self.domains[domain], self.domains[1 - domain]

    def _drawn(self, model, source, n):
        given = {_given(model).name: source.get(np.arange(n))}
        return DrawnSamples(model, n, self.seed, given=given)


def _given(model):
    """The input of a model that is a sample of a domain."""
    found = [each for each in getattr(model, "inputs", ()) if isinstance(each, Given)]
    if len(found) != 1:
        raise ValueError(
            "A data set of two domains measures models that translate one into the "
            f"other. Received: a {type(model).__name__}"
        )
    return found[0]


def _alike(domains):
    return all(isinstance(domain.kind, Images) for domain in domains.samples)
