"""Whether an entry's samples are new, as two rows of its `metrics.json`."""

import numpy as np

from kerasgen.metrics import memorisation, nearest_images

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
    unit = np.sqrt(np.prod(samples.shape[1:]))
    values, dropped = {}, {}
    for space, describe in (
        ("pixels", lambda images: images.reshape(len(images), -1)),
        ("features", lambda images: _features(extractor, images)),
    ):
        known = [describe(batch) for batch in _batches(train)]
        others = describe(unseen)
        distances = nearest_images(others, known, k=1).distances[:, 0]
        apart = distances >= NEAR * np.median(distances)
        found = memorisation(describe(samples), known, others[apart])._asdict()
        scale = unit if space == "pixels" else 1.0
        for number in found:
            if number not in ("ratio", "share_below"):
                found[number] /= scale
        values[space] = found
        dropped[space] = int(np.sum(~apart))
    return values, dropped


def _images(dataset):
    return dataset.images.get(np.arange(len(dataset.images)))


def _batches(images):
    return (images[i : i + BATCH] for i in range(0, len(images), BATCH))


def _features(extractor, images):
    return np.concatenate([extractor(b)["features"] for b in _batches(images)])
