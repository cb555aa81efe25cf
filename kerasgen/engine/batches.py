"""What a batch may look like, checked on the host: a compiled step cannot raise."""

import itertools

import keras
import numpy as np

PARTS = ("samples", "labels", "indices", "weights")  # of a batch, by name


def first_batch(data):
    """The first batch of anything `fit` takes, and the data to go on with.

    Returns:
        `(batch, data, whole)`: `batch` is what Keras would unpack; `data` replaces a
        generator, which can be read only once; `whole` says that `batch` holds
        everything there is.
    """
    if is_arrays(data):
        return keras.utils.pack_x_y_sample_weight(data), data, True
    if isinstance(data, keras.utils.PyDataset):
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
    leaves = keras.tree.flatten(data)
    return all(x is None or hasattr(x, "shape") for x in leaves)


def parts_of(batch):
    """A batch as Keras hands it on, by the names in `PARTS`.

    Args:
        batch: Samples; `(samples, labels, weights)`, of which the last may be missing;
            or a dictionary by the names in `PARTS`, with samples.

    Returns:
        A dictionary: samples, and what else there is.

    Raises:
        ValueError: If a dictionary has other names.
    """
    samples, labels, weights = keras.utils.unpack_x_y_sample_weight(batch)
    named = samples if isinstance(samples, dict) else {"samples": samples}
    if not {"samples"} <= named.keys() <= set(PARTS):
        raise ValueError(
            "A batch that is a dictionary must hold samples, and may hold labels, "
            f"indices and weights. Received: {', '.join(map(repr, named)) or '{}'}"
        )
    parts = {"labels": labels, "weights": weights, **named}
    return {k: part for k, part in parts.items() if part is not None or k == "samples"}


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


def check_groups(size, groups):
    """Refuses a batch that cannot be split into `groups` equal minibatches."""
    if size % groups:
        below = size - size % groups
        nearest = f"{below} or {below + groups}" if below else f"{groups}"
        raise ValueError(
            f"A batch must split into {groups} minibatches, one for each discriminator "
            f"step; the nearest sizes are {nearest}. Received: batch size {size}"
        )
