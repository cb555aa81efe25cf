"""For each sample the training images nearest to it."""

from typing import NamedTuple

import numpy as np

from kerasgen.arguments import check_positive
from kerasgen.metrics.features import check_features, host_array
from kerasgen.metrics.neighbors.distances import Points
from kerasgen.metrics.neighbors.nearest_points import NearestPoints


class NearestImages(NamedTuple):
    """Euclidean distances, ascending, and places in the training set, `(n, k)` each."""

    distances: np.ndarray
    indices: np.ndarray


def nearest_images(samples, train, k=5):
    """The `k` training images nearest to each sample, in features or in pixels.

    Args:
        samples: Array-like `(n, ...)`: features, or images as they are.
        train: The same for the training set, an array or an iterable of batches, such
            as a `kerasgen.data.load(..., shuffle=False)`; of a batch that is a tuple
            the first part counts. Only one batch is in memory at a time.
        k: How many.

    Returns:
        `(distances, indices)`, float64 and integer arrays `(n, k)`; indices count the
        training images from 0 in the order they come. Of images at one distance the
        earlier is nearer.

    Raises:
        ValueError: If there are fewer training images than `k`, shapes differ, or a
            value is not finite.
    """
    check_positive(k=k)
    samples = flat_rows(samples, "samples")
    nearest = NearestPoints(Points(samples), k)
    for i, batch in enumerate(_batches(train)):
        batch = flat_rows(batch, "train", f" of batch {i}")
        check_alike(samples, batch, "train")
        nearest.update(Points(batch))
    if nearest.count < k:
        raise ValueError(
            f"`train` must hold at least k={k} images. Received: {nearest.count}"
        )
    return NearestImages(np.sqrt(nearest.squares), nearest.indices)


def flat_rows(values, name, where=""):
    """Any array with a row for each image: uint8, or finite float, `(n, size)`."""
    values = host_array(values, name)
    rows = values.reshape(len(values), -1) if values.ndim > 1 else values
    if rows.ndim == 2 and rows.dtype == "uint8":
        return np.ascontiguousarray(rows)
    return check_features(rows, name, where=where)


def check_alike(samples, others, name):
    """Refuses rows of another size, and uint8 together with floats."""
    sizes = samples.shape[1], others.shape[1]
    dtypes = samples.dtype, others.dtype
    if sizes[0] != sizes[1] or (dtypes[0] == "uint8") != (dtypes[1] == "uint8"):
        raise ValueError(
            f"`samples` and `{name}` must be of one size and both uint8 or both float. "
            f"Received: {sizes[0]} numbers of {dtypes[0]} and {sizes[1]} of {dtypes[1]}"
        )


def _batches(train):
    if hasattr(train, "shape"):
        return (train,)
    return (batch[0] if isinstance(batch, tuple) else batch for batch in train)
