"""Whether an entry's samples are new, as two rows of its `metrics.json`."""

import numpy as np

from kerasgen.metrics import nearest_images
from kerasgen.metrics.neighbors.memorization import compare

BATCH = 1000
NEAR = 0.5  # of the median distance: nearer images are taken for duplicates


def novelty(samples, train, unseen, extractor, mirrored):
    """Distances to the nearest training image, of samples and of images not seen.

    Args:
        samples: uint8 `(n, height, width, channels)`.
        train, unseen: Data sets of `kerasgen.data.load`.
        extractor: A `kerasgen.metrics.Extractor`.
        mirrored: Whether training showed its images mirrored too.

    Returns:
        `(values, dropped)`: `{space: {number: value}}` for pixels, in root mean squares
        of 0 to 255, and features; and how many unseen images were left out of each, as
        near duplicates of training images.
    """
    unseen = _images(unseen)
    train = _images(train)
    train = np.concatenate([train, train[:, :, ::-1]]) if mirrored else train
    values, dropped = {}, {}
    for space, describe in (
        ("pixels", _pixels),
        ("features", lambda images: _features(extractor, images)),
    ):
        known = [describe(batch) for batch in _batches(train)]
        of_samples, of_unseen = (
            nearest_images(describe(images), known, k=1).distances[:, 0]
            for images in (samples, unseen)
        )
        if space == "pixels":
            unit = np.sqrt(np.prod(samples.shape[1:]))
            of_samples, of_unseen = of_samples / unit, of_unseen / unit
        apart = of_unseen >= NEAR * np.median(of_unseen)
        values[space] = compare(of_samples, of_unseen[apart])._asdict()
        dropped[space] = int(np.sum(~apart))
    return values, dropped


def _images(dataset):
    return dataset.samples.get(np.arange(len(dataset.samples)))


def _batches(images):
    return (images[i : i + BATCH] for i in range(0, len(images), BATCH))


def _pixels(images):
    return images.reshape(len(images), -1)


def _features(extractor, images):
    return np.concatenate([extractor(b)["features"] for b in _batches(images)])
