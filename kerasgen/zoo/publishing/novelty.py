"""Whether an entry's samples are new, as two rows of its `metrics.json`."""

import numpy as np

from kerasgen.kinds import Images
from kerasgen.metrics import nearest_images
from kerasgen.metrics.neighbors.memorization import compare

BATCH = 1000
NEAR = 0.5  # of the median distance: what is nearer is taken for a duplicate


def novelty(samples, train, unseen, extractor, mirrored, batch_size=64):
    """Distances to the nearest training sample, of made ones and of ones not seen.

    Args:
        samples: `(n, *shape)`, as `generate` returns them.
        train, unseen: Data sets of `kerasgen.data.load`.
        extractor: A `kerasgen.metrics.Extractor`.
        mirrored: Whether training showed its images mirrored too.
        batch_size: Samples that the extractor gets at a time.

    Returns:
        `(values, dropped)`: `{space: {number: value}}` for the values themselves, in
        root mean squares, and for features; and how many unseen samples were left out
        of each, as near duplicates of training samples. The first space is called
        `"pixels"` where samples are images, from 0 to 255, else `"values"`.
    """
    raw = values_of(train.kind)
    train, unseen = _samples(train), _samples(unseen)
    train = np.concatenate([train, train[:, :, ::-1]]) if mirrored else train
    values, dropped = {}, {}
    for space, describe in (
        (raw, _flat),
        ("features", lambda batch: _features(extractor, batch, batch_size)),
    ):
        known = [describe(batch) for batch in _batches(train)]
        of_samples, of_unseen = (
            nearest_images(describe(some), known, k=1).distances[:, 0]
            for some in (samples, unseen)
        )
        if space == raw:
            unit = np.sqrt(np.prod(samples.shape[1:]))
            of_samples, of_unseen = of_samples / unit, of_unseen / unit
        apart = of_unseen >= NEAR * np.median(of_unseen)
        values[space] = compare(of_samples, of_unseen[apart])._asdict()
        dropped[space] = int(np.sum(~apart))
    return values, dropped


def values_of(kind):
    """What the values of a kind of sample are called."""
    return "pixels" if isinstance(kind, Images) else "values"


def _samples(dataset):
    return dataset.kind.as_data(dataset.samples.get(np.arange(len(dataset.samples))))


def _batches(samples):
    return (samples[i : i + BATCH] for i in range(0, len(samples), BATCH))


def _flat(samples):
    return samples.reshape(len(samples), -1)


def _features(extractor, samples, batch_size):
    return np.concatenate(
        [extractor(b, batch_size)["features"] for b in _batches(samples)]
    )
