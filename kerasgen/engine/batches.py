"""What a batch may look like, checked on the host: a compiled step cannot raise."""

import itertools

import keras
import numpy as np


def first_batch(data, batch_size=None):
    """The first batch of anything `fit` takes, and the data to go on with.

    Returns:
        `(batch, data, whole)`: `batch` is what Keras would unpack; `data` replaces a
        generator, which can be read only once; `whole` says that `batch` holds
        everything there is.
    """
    if _is_arrays(data):
        return data, data, True
    if isinstance(data, keras.utils.PyDataset):
        return data[0], data, False
    if hasattr(data, "__next__"):
        try:
            batch = next(data)
        except StopIteration:
            raise ValueError(
                "The data is empty: the generator yielded no batch."
            ) from None
        # Keras takes a generator, not any iterator.
        return batch, (b for b in itertools.chain([batch], data)), False
    for batch in data:
        return batch, data, False
    raise ValueError(f"The data is empty. Received: {data}")


def _is_arrays(data):
    leaves = keras.tree.flatten(data)
    return all(x is None or hasattr(x, "shape") for x in leaves)


def check_images(images, shape, name="images"):
    """Refuses a batch a model of `shape` cannot learn from.

    Args:
        images: Array `(batch, *shape)`; for images, that is three-dimensional shapes,
            uint8 or float in [-1, 1].
        shape: Shape of one sample.
        name: What to call the array in messages.

    Raises:
        ValueError: If rank, size, channels, dtype or range are wrong, or a value is
            not finite.
    """
    found = tuple(images.shape)
    if len(found) != len(shape) + 1:
        raise ValueError(
            f"`{name}` must have shape (batch, {', '.join(map(str, shape))}). "
            f"Received: shape {found}"
        )
    if len(shape) == 3 and found[1:3] == shape[:2] and found[3] != shape[2]:
        raise ValueError(
            f"The model was made for {_channels(shape[2])} and the data has "
            f"{_channels(found[3])}. Received: `{name}` of shape {found}, expected "
            f"(batch, {', '.join(map(str, shape))})"
        )
    if found[1:] != tuple(shape):
        raise ValueError(
            f"`{name}` must have shape (batch, {', '.join(map(str, shape))}): load "
            f"them with `image_size={tuple(shape[:2])}` or build the model with "
            f"`image_shape={found[1:]}`. Received: shape {found}"
        )
    dtype = keras.backend.standardize_dtype(images.dtype)
    if dtype == "uint8" and len(shape) == 3:
        return
    if "float" not in dtype:
        kinds = "uint8 or float" if len(shape) == 3 else "float"
        raise ValueError(f"`{name}` must be {kinds}. Received: dtype {dtype}")
    _check_values(keras.ops.convert_to_numpy(images), len(shape) == 3, name)


def _channels(n):
    return {1: "grey images (1 channel)", 3: "colour images (3 channels)"}.get(
        n, f"{n} channels"
    )


def _check_values(values, are_images, name):
    values = values.astype("float32", copy=False)
    low, high = float(np.min(values)), float(np.max(values))
    if not np.isfinite(low + high):
        bad = int(np.count_nonzero(~np.isfinite(values)))
        raise ValueError(f"`{name}` must be finite. Received: {bad} values are not")
    if are_images and (low < -1.001 or high > 1.001):
        raise ValueError(
            f"Float `{name}` must lie in [-1, 1]; pass uint8 in [0, 255] to have them "
            f"scaled. Received: values in [{low:g}, {high:g}]"
        )


def check_groups(size, groups):
    """Refuses a batch that cannot be split into `groups` equal minibatches."""
    if size % groups:
        below = size - size % groups
        nearest = f"{below} or {below + groups}" if below else f"{groups}"
        raise ValueError(
            f"A batch must split into {groups} minibatches, one for each discriminator "
            f"step; the nearest sizes are {nearest}. Received: batch size {size}"
        )
