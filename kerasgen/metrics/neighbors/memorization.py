"""Whether a generator repeats its training images."""

from typing import NamedTuple

import numpy as np

from kerasgen import data
from kerasgen.metrics.features import host_array
from kerasgen.metrics.neighbors.nearest_images import (
    check_alike,
    flat_rows,
    nearest_images,
)


class Memorization(NamedTuple):
    """How near samples are to the training set, and images it has not seen.

    Attributes:
        sample_median, held_out_median: Median distance to the nearest training image.
        sample_percentile_1, held_out_percentile_1: 1st percentiles of the same.
        ratio: `sample_median / held_out_median`; well below 1 if samples are copies.
        share_below: Share of samples nearer to the training set than the held-out 1st
            percentile: 0.01 for samples no nearer than held-out images.
    """

    sample_median: float
    held_out_median: float
    sample_percentile_1: float
    held_out_percentile_1: float
    ratio: float
    share_below: float


def memorization(samples, train, held_out):
    """Compares the distances of samples to the training set with those of new images.

    A model of the distribution is as far from the training images as other images of
    the distribution are. One that is nearer has learned them by heart; one that is
    farther makes poor images, and may still have copies among them: `share_below`.

    Args:
        samples: Generated ones, array-like `(n, ...)`: features or pixels.
        train: The same for the training set, an array or an iterable of batches, as in
            `nearest_images`.
        held_out: The same for real images that are not in it, at least 100.

    Returns:
        `Memorization`, distances in the features' unit.

    Raises:
        ValueError: If shapes differ, a value is not finite, held-out images are too few
            or half of them are in the training set.

    Reference:
        Meehan et al., 2020, arXiv:2004.05675 (distances of held-out images as the
        measure of copying).
    """
    samples, held_out = flat_rows(samples, "samples"), flat_rows(held_out, "held_out")
    _check_counts(samples, held_out)
    check_alike(samples, held_out, "held_out")
    # Together, for an iterable of batches can be read once.
    both = np.concatenate([samples, held_out])
    distances = nearest_images(both, train, k=1).distances[:, 0]
    return compare(distances[: len(samples)], distances[len(samples) :])


def compare(sample_distances, held_out_distances):
    """`Memorization` from distances to the nearest training image, `(n,)` each.

    Raises:
        ValueError: If held-out images are too few or half of them are in the set.
    """
    _check_counts(sample_distances, held_out_distances)
    sample_1, sample_50 = np.percentile(sample_distances, (1, 50))
    held_out_1, held_out_50 = np.percentile(held_out_distances, (1, 50))
    if held_out_50 == 0.0:
        raise ValueError(
            "`held_out` must hold images that are not in `train`. "
            "Received: at least half of them are"
        )
    return Memorization(
        float(sample_50),
        float(held_out_50),
        float(sample_1),
        float(held_out_1),
        float(sample_50 / held_out_50),
        float(np.mean(sample_distances < held_out_1)),
    )


def _check_counts(samples, held_out):
    if len(held_out) < 100 or not len(samples):
        raise ValueError(
            "`held_out` must hold at least 100 images, for a 1st percentile, and "
            f"`samples` one. Received: {len(held_out)} and {len(samples)}"
        )


def neighbor_rows(samples, train, *indices):
    """Images for a picture with a row for each sample: itself, then its neighbors.

    Args:
        samples: uint8 `(n, height, width, channels)`.
        train: Images to take the neighbors from: uint8 `(m, height, width, channels)`
            or a data set of `kerasgen.data.load`.
        *indices: Integers `(n, k)`, the `indices` of `nearest_images` in features, in
            pixels, or any others, from left to right.

    Returns:
        uint8 `(n * columns, height, width, channels)`, where `columns` is one more
        than all `k` together.

    Raises:
        ValueError: If shapes do not fit.

    Example:

    ```python
    images = np.random.default_rng(0).integers(0, 255, (9, 8, 8, 1)).astype("uint8")
    samples, train = images[:3], images[3:]
    near = kerasgen.metrics.nearest_images(samples, train, k=2)
    rows = kerasgen.metrics.neighbor_rows(samples, train, near.indices)
    picture = kerasgen.pictures.image_grid(rows, columns=3)
    ```
    """
    samples = host_array(samples, "samples")
    for each in indices:
        if np.ndim(each) != 2 or len(each) != len(samples):
            raise ValueError(
                f"`indices` must have shape ({len(samples)}, k), a row for each "
                f"sample. Received: shape {np.shape(each)}"
            )
    neighbors = np.concatenate([np.asarray(each) for each in indices], axis=1)
    images = _take(train, neighbors.ravel())
    if images.shape[1:] != samples.shape[1:] or images.dtype != samples.dtype:
        raise ValueError(
            "`samples` and `train` must be images of one shape and dtype. Received: "
            f"{samples.dtype} {samples.shape[1:]} and {images.dtype} {images.shape[1:]}"
        )
    images = images.reshape(*neighbors.shape, *samples.shape[1:])
    rows = np.concatenate([samples[:, None], images], axis=1)
    return rows.reshape(-1, *samples.shape[1:])


def _take(train, indices):
    if isinstance(train, data.Dataset):  # which may be on disk
        return train.samples.get(indices)
    return host_array(train, "train")[indices]
