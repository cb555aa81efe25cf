"""What a batch may look like, checked on the host: a compiled step cannot raise."""

import itertools
import os

import keras
import numpy as np
from keras import ops

from kerasgen.kinds.kind import check_finite

PARTS = ("samples", "labels", "indices", "weights")  # of a batch, by name
# What data sets of others call them.
SYNONYMS = {
    "sample": "samples",
    "image": "samples",
    "images": "samples",
    "label": "labels",
    "index": "indices",
    "weight": "weights",
}


def first_batch(data, argument="x"):
    """The first batch of anything `fit` takes, and the data to go on with.

    Args:
        data: Arrays or a data set.
        argument: What to call it in messages.

    Returns:
        `(batch, data, whole)`: `batch` is what Keras would unpack; `data` replaces a
        generator, which can be read only once, and tables, which become arrays;
        `whole` says that `batch` holds everything there is.

    Raises:
        ValueError: If it is neither arrays nor a data set, or empty.
    """
    if is_arrays(data):
        data = arrays_of(data)
        return keras.utils.pack_x_y_sample_weight(data), data, True
    _check_iterable(data, argument)
    if isinstance(data, keras.utils.PyDataset):
        if data.num_batches == 0:
            raise ValueError(f"The data is empty. Received: {argument} of 0 batches")
        return data[0], data, False
    if hasattr(data, "__next__"):
        try:
            batch = next(data)
        except StopIteration:
            raise ValueError(
                "The data is empty: the generator yielded no batch."
            ) from None
        # Keras takes a generator, not any iterator, and of tuples alone.
        rest = itertools.chain([batch], data)
        return batch, (_as_tuple(b) for b in rest), False
    for batch in data:
        return batch, data, False
    raise ValueError(f"The data is empty. Received: {data}")


def _as_tuple(batch):
    return tuple(batch) if isinstance(batch, (tuple, list)) else (batch,)


def is_arrays(data):
    """Whether data is an array or a nest of arrays, rather than a data set."""
    leaves = [x for x in keras.tree.flatten(data) if x is not None]
    return bool(leaves) and all(hasattr(x, "shape") for x in leaves)


def arrays_of(data):
    """The same nest with arrays for tables and columns of pandas and its like."""
    return keras.tree.map_structure(
        lambda x: x.to_numpy() if hasattr(x, "to_numpy") else x, data
    )


def labels_of(given, argument):
    """Labels or weights as an array: of a table's column, or of a list of numbers.

    Raises:
        ValueError: If they are none.
    """
    if given is None:
        return None
    if isinstance(given, (list, tuple)) and not is_arrays(given):
        given = np.asarray(given)
    if not is_arrays(given):
        raise ValueError(
            f"`{argument}` must be an array. "
            f"Received: {argument} of type {type(given).__name__}"
        )
    return arrays_of(given)


def _check_iterable(data, argument):
    """Refuses what yields no batches: a path, a list of numbers, nothing at all."""
    text = isinstance(data, (str, bytes, os.PathLike))
    nest = isinstance(data, (list, tuple, dict))
    if text or nest or not hasattr(data, "__iter__"):
        found = f"{type(data).__name__} {data!r}" if text else f"{type(data).__name__}"
        raise ValueError(
            f"`{argument}` must be an array, a nest of arrays or a data set of batches;"
            " kerasgen.data.load makes one of a name, a folder or a file. "
            f"Received: {argument} of type {found}"
        )


def parts_of(batch):
    """A batch as Keras hands it on, by the names in `PARTS`.

    Args:
        batch: Samples; `(samples, labels, weights)`, of which the last may be missing;
            or a dictionary by the names in `PARTS` or `SYNONYMS`, with samples.

    Returns:
        A dictionary: samples, and what else there is.

    Raises:
        ValueError: If a dictionary has other names, or a tuple more parts.
    """
    if isinstance(batch, (tuple, list)) and not 1 <= len(batch) <= 3:
        raise ValueError(
            "A batch must be samples, a tuple (samples, labels, weights) or a "
            f"dictionary of these. Received: a {type(batch).__name__} of {len(batch)}"
        )
    samples, labels, weights = keras.utils.unpack_x_y_sample_weight(batch)
    named = _by_name(samples) if isinstance(samples, dict) else {"samples": samples}
    parts = {"labels": labels, "weights": weights, **named}
    return {k: part for k, part in parts.items() if part is not None or k == "samples"}


def _by_name(batch):
    """A dictionary by the names in `PARTS`."""
    named = {SYNONYMS.get(name, name): part for name, part in batch.items()}
    if len(named) < len(batch) or not {"samples"} <= named.keys() <= set(PARTS):
        raise ValueError(
            'A batch that is a dictionary must hold samples (or "image"), and may hold '
            'labels (or "label"), indices and weights, each once and '
            f"nothing else. Received: {', '.join(map(repr, batch)) or '{}'}"
        )
    return named


def size_of(batch):
    """Number of samples in a nested batch, which all its leaves must have.

    Raises:
        ValueError: If two leaves differ, or there is none.
    """
    leaves = [leaf for leaf in keras.tree.flatten(batch) if leaf is not None]
    sizes = {int(leaf.shape[0]) for leaf in leaves if len(leaf.shape)}
    if len(sizes) != 1:
        shapes = ", ".join(str(tuple(leaf.shape)) for leaf in leaves)
        raise ValueError(
            "All parts of a batch must hold as many samples. "
            f"Received: shapes {shapes or 'none'}"
        )
    return sizes.pop()


def room_for(n, part):
    """Arrays for `n` samples like those of a batch, not filled yet.

    Args:
        n: How many samples.
        part: NumPy array `(batch, ...)` or a nest of such arrays.
    """
    return keras.tree.map_structure(
        lambda x: np.empty((n, *x.shape[1:]), x.dtype), part
    )


def put(part, whole, start):
    """Writes a batch into arrays from a row on; what goes beyond their end is dropped.

    Args:
        part: NumPy array `(batch, ...)` or a nest of such arrays.
        whole: What `room_for` made.
        start: The row of the first sample.
    """

    def write(values, rows):
        rows[start : start + len(values)] = values[: len(rows) - start]

    keras.tree.map_structure(write, part, whole)


def check_weights(weights, size, argument="weights"):
    """Refuses weights of samples that are none.

    Raises:
        ValueError: If there is not one for each of `size` samples, or one is negative
            or not finite.
    """
    weights = np.asarray(ops.convert_to_numpy(weights))
    if weights.shape not in ((size,), (size, 1)):
        raise ValueError(
            f"`{argument}` must hold a number for each of the {size} samples. "
            f"Received: shape {weights.shape}"
        )
    if weights.dtype.kind not in "fiub":
        raise ValueError(
            f"`{argument}` must be numbers. Received: dtype {weights.dtype}"
        )
    check_finite(weights, argument)
    if weights.min() < 0:
        raise ValueError(
            f"`{argument}` must be at least 0. Received: {weights.min():g}"
        )


def check_groups(size, groups):
    """Refuses a batch that cannot be split into `groups` equal minibatches."""
    if size % groups:
        below = size - size % groups
        nearest = f"{below} or {below + groups}" if below else f"{groups}"
        raise ValueError(
            f"A batch must split into {groups} minibatches, one for each discriminator "
            f"step: kerasgen.data.load(..., groups={groups}) makes batches of {groups} "
            f"times `batch_size`; else the nearest sizes are {nearest}. "
            f"Received: batch size {size}"
        )
