"""An array taken for samples of some kind: told, or the only one that fits."""

import numpy as np

from kerasgen.arguments import check_one_of
from kerasgen.kinds import Images, Kind, Pair, Sequences, Vectors, Voxels
from kerasgen.kinds.images import has_channels_first

# Axes of one sample, the last of which holds channels or features.
AXES = {"vectors": 1, "sequences": 2, "images": 3, "voxels": 4}
MADE = {
    "vectors": Vectors,
    "sequences": lambda shape: Sequences(*shape),
    "images": Images,
    "voxels": Voxels,
}
BLOCK = 1024  # samples that are checked at once


def as_kind(array, kind, origin, nonnegative=False):
    """Return an array as samples `(n, *kind.shape)`, checked, and their kind.

    Args:
        array: numbers `(n, ...)`; a last axis of one channel or feature may be missing.
        kind: a `Kind`; a name out of `AXES`, of the shape that the array has; or
            `None` for the only kind that such an array can be.
        origin: str, where the array comes from, for messages.
        nonnegative: whether float images may all lie in [0, 1].

    Returns:
        `(array, kind)`, the array of its own dtype and not copied. Images have the
        shape of the array, whatever that of `kind` is.

    Raises:
        ValueError: If no kind fits, or more than one, or the array is not of `kind`.
    """
    check_kind(kind)
    if kind is None or kind == "images":
        _check_channels_last(array, origin)
    if kind is None:
        kind = _only_kind(array, origin)
    elif isinstance(kind, (str, Images)):
        name = kind if isinstance(kind, str) else "images"
        kind = _with_shape_of(array, name, origin)
    array = _with_all_axes(array, kind, origin)
    _check_values(array, kind, origin, nonnegative)
    return array, kind


def check_kind(kind):
    """Refuse what can be no kind of the samples in one array or folder."""
    if isinstance(kind, Pair):
        raise ValueError(
            f"Pairs are loaded by `kerasgen.data.load_pairs`. Received: kind={kind}"
        )
    if kind is None or isinstance(kind, Kind):
        return
    if kind == "tokens":
        raise ValueError(
            "Tokens need the size of their vocabulary: pass "
            "`kerasgen.kinds.Tokens(length, vocabulary)`. Received: kind='tokens'"
        )
    check_one_of(list(AXES), kind=kind)


def served_dtype(dtype, kind):
    """Return the dtype of batches: that of the array, where networks can take it.

    Floats are float32, and so are integers of a kind that is float; tokens are int32.
    """
    if dtype.kind == "f" or kind.dtype == "float32":
        return np.dtype("float32")
    return np.dtype("int32") if kind.dtype == "int32" else dtype


def _only_kind(array, origin):
    """Return the kind of an array that can be of just one."""
    shape = array.shape[1:]
    if array.dtype == np.uint8 and len(shape) in (2, 3):
        return Images(shape if len(shape) == 3 else (*shape, 1))
    fitting = _fitting(array.dtype, shape)
    if len(fitting) == 1 and isinstance(fitting[0], Kind):
        return fitting[0]
    choice = " or ".join(f"`kerasgen.kinds.{kind}`" for kind in fitting)
    raise ValueError(
        "It cannot be told what one sample is. "
        + (f"Pass `kind=`, such as {choice}. " if fitting else "")
        + _advice_for_images(array)
        + f"Received: {array.dtype} {array.shape} from {origin}"
    )


def _check_channels_last(array, origin):
    """Refuse what looks like images `(n, channels, height, width)`."""
    if has_channels_first(array.shape[1:]):
        raise ValueError(
            "Images have their channels last, (n, height, width, channels): pass "
            "`np.moveaxis(images, 1, -1)`. If these are something else, `kind` must be "
            f"a `kerasgen.kinds.Kind`. Received: {array.dtype} {array.shape} from "
            f"{origin}"
        )


def _fitting(dtype, shape):
    """Return the kinds that an array of samples of a shape may be."""
    if not shape:
        return ["Vectors(1)"]
    if len(shape) == 1:
        # The tokens that occur do not say how many there are.
        tokens = f"Tokens({shape[0]}, ...)"
        return [Vectors(shape)] if dtype.kind == "f" else [tokens, Vectors(shape)]
    if len(shape) == 2:
        return [Sequences(*shape), Images((*shape, 1))]
    if len(shape) == 3:
        return [Images(shape), Voxels((*shape, 1))]
    return [Voxels(shape)] if len(shape) == 4 else []


def _advice_for_images(array):
    """Say how to turn an array that may hold images into uint8."""
    if array.ndim not in (3, 4):
        return ""
    return (
        "Images (n, height, width, channels) are uint8 from 0 to 255, or float in "
        f"[-1, 1] with `kind='images'`. {_conversion(array)} "
    )


def _conversion(images):
    if images.dtype == bool:
        return "Convert with `images.astype('uint8') * 255`."
    low, high = float(images.min()), float(images.max())
    if -1 <= low < 0 and high <= 1:
        return "For [-1, 1]: `((images + 1) * 127.5).round().astype('uint8')`."
    if low < 0 or high > 65535:
        return (
            f"For {low} to {high}: `((images - ({low})) * (255 / {high - low}))"
            ".round().astype('uint8')`."
        )
    if high <= 1:
        return "For [0, 1]: `(images * 255).round().astype('uint8')`."
    if high > 255:
        return "For 0 to 65535: `(images / 257).round().astype('uint8')`."
    return "For 0 to 255: `images.round().astype('uint8')`."


def _with_shape_of(array, name, origin):
    """Return the kind of a name, in the shape of the samples in an array."""
    shape = array.shape[1:]
    if len(shape) == AXES[name] - 1:
        shape = (*shape, 1)
    if len(shape) != AXES[name]:
        raise ValueError(
            f"Samples that are {name} have {AXES[name]} axes (the last may be missing "
            f"where it is 1). Received: kind={name!r} and {array.dtype} {array.shape} "
            f"from {origin}"
        )
    return MADE[name](shape)


def _with_all_axes(array, kind, origin):
    if array.shape[1:] == kind.shape:
        return array
    if (*array.shape[1:], 1) == kind.shape:
        return array[..., None]
    raise ValueError(
        f"Samples must have the shape of their `kind`, {kind.shape}. "
        f"Received: kind={kind} and {array.dtype} {array.shape} from {origin}"
    )


def _check_values(array, kind, origin, nonnegative):
    """Refuse values of the wrong dtype or range, a block at a time."""
    to_float = served_dtype(array.dtype, kind) == np.float32
    extremes = []
    try:
        for start in range(0, len(array), BLOCK):
            block = np.asarray(array[start : start + BLOCK])
            if to_float:
                with np.errstate(over="ignore"):  # and refused, for it is infinite
                    block = block.astype("float32", copy=False)
            kind.check(block)
            if to_float:  # bytes are not even read, where all of them are right
                extremes += [block.min(), block.max()]
        if not nonnegative:
            kind.check_set(np.array(extremes, "float32"))
    except ValueError as error:
        raise ValueError(
            f"{error}, {array.dtype} {array.shape} from {origin}"
        ) from None
