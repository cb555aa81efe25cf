"""Samples to measure: stored ones, or those of a model, block by block."""

import hashlib

import numpy as np

from kerasgen import data
from kerasgen.data.catalog import find_source
from kerasgen.data.decoder import decoding
from kerasgen.data.order import evenly_spaced, shuffled
from kerasgen.data.prepare import prepared
from kerasgen.data.selection import chosen, split_of_files, taken
from kerasgen.data.transform import Transform
from kerasgen.engine import GenerativeModel
from kerasgen.inputs import answer, philox
from kerasgen.kinds import Images, Pair
from kerasgen.metrics.alike import alike

BLOCK = 256  # samples at a time; those of a seed depend on it, so it never changes
CACHE_BYTES = 2**28
AS_THEY_ARE = Transform()


class StoredSamples:
    """Samples of an array, a folder, an archive or a data set, each once.

    Pictures of several sizes are brought to one, and gray ones among color ones are
    taken for color, since a metric can do nothing else with them.

    Args:
        samples: What `kerasgen.data.load` takes or returns; float arrays are images in
            [-1, 1] unless a kind says otherwise.
        split: Where `samples` is a name or a path.
        what: What to call them in messages.
        kind: A `kerasgen.kinds.Kind`; None takes images of any shape.
        nonnegative: Whether float images of which none is below 0 are meant to be so.
        transform: What to do with pictures, a `Transform` of `kerasgen.data`.
        resize: Of an `Extractor`: for pictures of several sizes, where `transform`
            does not bring them to one.

    Attributes:
        preparation: What was done to make pictures alike, for protocols; None if
            nothing was.
    """

    def __init__(
        self,
        samples,
        split="train",
        what=None,
        kind=None,
        *,
        nonnegative=False,
        transform=AS_THEY_ARE,
        resize=None,
    ):
        self.what = what or (kind.noun if kind else "images")
        workers, cache = decoding(None, CACHE_BYTES)
        try:
            source, self.labels = _source(samples, split, kind, nonnegative)
            transform, self.preparation = alike(source, transform, resize, workers)
            self._samples = prepared(source, kind, transform, False, workers, cache)
        except ValueError as error:
            raise ValueError(f"In the {self.what}: {error}") from None
        self.kind = self._samples.kind
        self._rows = np.arange(len(self._samples))

    def __len__(self):
        return len(self._rows)

    def take(self, n, seed):
        """`n` of them, spread evenly over the set, in an order fixed by the seed."""
        if n > len(self):
            raise ValueError(
                f"`num_samples` must not be larger than the {len(self)} {self.what}. "
                f"Received: num_samples={n}"
            )
        rows = evenly_spaced(len(self), n)
        self._rows = self._rows[rows[shuffled(n, seed, epoch=0)]]
        return self

    def blocks(self):
        """The samples in order, as their kind has them, at most `BLOCK` at a time."""
        for start in range(0, len(self), BLOCK):
            yield self._get(self._rows[start : start + BLOCK])

    def spread(self, n):
        """`n` of them, spread evenly, or all if there are fewer."""
        return self._get(self._rows[evenly_spaced(len(self), min(n, len(self)))])

    def digest(self):
        """sha256 of all values."""
        digest = hashlib.sha256(f"{len(self)} {self.kind.shape}".encode())
        for block in self.blocks():
            digest.update(np.ascontiguousarray(block))
        return digest.hexdigest()

    def _get(self, rows):
        return self.kind.as_data(self._samples.get(rows))


class DrawnSamples:
    """Samples of a model, the same for the same seed.

    Args:
        model: Has `generate(n, seed=...)`, and where it takes labels, `labels`.
        n: How many.
        seed: Integer.
        labels: Labels of the real samples, whose frequencies those of the model's
            follow; None leaves the choice to the model.
        kind: What they must be, a `kerasgen.kinds.Kind`; None takes the model's word,
            and images where it says nothing.
        given: What `generate` is given, by name: arrays, whose rows come in turn, or
            one value for all samples.
    """

    def __init__(self, model, n, seed, labels=None, kind=None, given=None):
        self.model = model
        self.n = n
        self.seed = seed
        self.inputs = model.inputs if isinstance(model, GenerativeModel) else ()
        self.given = dict(given or {})
        asks = getattr(model, "labels", None) and "labels" not in self.given
        self.labels = _labeled(labels) if asks else None
        self.kind = getattr(model, "sampled_kind", None) or kind
        if self.kind is None:
            self.kind = Images(_images(model.generate(1, seed=0)).shape[1:])

    def __len__(self):
        return self.n

    def check(self):
        """Refuses, before anything is drawn, what the model cannot take."""
        if self.labels is not None:
            self.model.labels.check(self.labels, len(self.labels))
        if self.inputs:
            answer(self.inputs, min(BLOCK, self.n), self.seed, **self._asked(0))

    def blocks(self):
        """Samples in blocks, each from a seed of its own."""
        random = philox(self.seed)
        for start in range(0, self.n, BLOCK):
            n = min(BLOCK, self.n - start)
            seed = int(random.integers(2**63))
            asked = self._asked(start)
            if self.labels is not None:
                asked["labels"] = self.labels[random.integers(len(self.labels), size=n)]
            yield self._checked(self.model.generate(n, seed=seed, **asked))

    def _asked(self, start):
        """What is given for the block that starts there."""
        rows = np.arange(start, min(start + BLOCK, self.n))
        counts = {each.name: each.count for each in self.inputs}
        asked = {}
        for name, value in self.given.items():
            many = counts[name](value) if name in counts else np.ndim(value)
            asked[name] = np.asarray(value)[rows % len(value)] if many else value
        return asked

    def _checked(self, samples):
        if isinstance(self.kind, Images):
            return _images(samples)
        self.kind.check(samples, f"{self.kind.noun} of the model's `generate`")
        return samples


def _source(samples, split, kind, nonnegative):
    """Samples in their own order, and their labels or None."""
    if isinstance(samples, data.Dataset):
        if isinstance(samples.kind, Pair):
            raise ValueError(
                "Only samples of one domain can be measured: load it alone. "
                f"Received: kind={samples.kind}"
            )
        return samples.samples, samples.labels
    if kind is None and isinstance(samples, np.ndarray) and samples.dtype.kind == "f":
        kind = "images"  # of which bytes are taken for images without a word
    source = find_source(samples, split_of_files(split)).of_kind(kind, nonnegative)
    source = taken(source, chosen(len(source), split, None, None))
    return source, source.labels if source.num_classes else None


def _labeled(labels):
    """Labels that can be asked for: -1 stands for none."""
    if labels is None or labels.ndim != 1:
        return labels
    labels = labels[labels >= 0]
    return labels if len(labels) else None


def _images(samples):
    samples = np.asarray(samples)
    if samples.ndim != 4 or samples.dtype != "uint8":
        raise ValueError(
            "A model's `generate` must give uint8 images (n, height, width, channels). "
            f"Received: {samples.dtype} of shape {samples.shape}"
        )
    return samples
