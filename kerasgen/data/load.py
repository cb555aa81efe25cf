"""The one way in: `kerasgen.data.load`."""

import operator
import os

import numpy as np

from kerasgen.data.catalog import find_source
from kerasgen.data.dataset import ImageDataset
from kerasgen.data.decoder import AUTO_CACHE_BYTES, Decoder, only_readable
from kerasgen.data.order import evenly_spaced, shuffled
from kerasgen.data.transform import Transform

HELD_OUT = "held_out"
HOLD_OUT_SEED = 0  # which images are held out never changes


def load(
    name_or_path,
    split="train",
    image_size=None,
    batch_size=64,
    labels=False,
    attributes=None,
    *,
    crop=None,
    channels=None,
    flip=False,
    shuffle=None,
    seed=0,
    groups=1,
    drop_remainder=None,
    limit=None,
    hold_out=None,
    on_error="raise",
    attribute_table=None,
    cache="auto",
    workers=None,
):
    """Load a set of images as uint8 batches.

    A name is looked for in this order: a path, a file or folder of that name in the
    folder that the environment variable `KERASGEN_DATA` names, the embedded sets,
    `keras.datasets` (which downloads). `tfds:NAME` loads from TensorFlow Datasets.

    Args:
        name_or_path: str or path: a name out of `kerasgen.data.list()`, `tfds:NAME`,
            a folder or `.zip` of images, a `.npz` in Keras's layout, a `.npy`; or
            an array of images or a pair `(images, labels)`. Arrays are uint8
            `(n, height, width)` or `(n, height, width, channels)`.
        split: str. In a folder or archive, the name of a folder such as `"test"` or
            `"trainA"`; without such folders everything is `"train"`. In a `.npz`,
            the `<split>` of `x_<split>`. Arrays have no splits.
        image_size: int or `(height, width)`, in pixels. Images are cropped at the
            centre to this aspect ratio, then resized with Lanczos. Without it, all
            images must have one size.
        batch_size: int, images in a minibatch.
        labels: bool, whether batches carry classes, int32 `(n,)`: those of the
            arrays, or the numbers of the class folders sorted by name.
        attributes: list of str, columns of the attribute table: batches then carry
            float32 `(n, len(attributes))` of 0 and 1.
        crop: int or `(height, width)`, in pixels, a centre crop made before the
            resize. Of an odd margin the extra pixel is cut off right and below.
        channels: 1 for grey, 3 for colour, `None` for what the images have. Then
            all must be alike. Transparent images are composited over white.
        flip: bool, mirror half of the images left to right, others each epoch.
        shuffle: bool. Defaults to `True` for splits that begin with `"train"`.
        seed: int; order and flips are a function of `(seed, epoch)`.
        groups: int, minibatches in a batch: `batch_size * groups` images, for models
            that take several discriminator steps a step.
        drop_remainder: bool, leave out the images that do not fill a batch. Defaults
            to `shuffle`, since a short batch makes JAX compile the step again.
        limit: int, use this many images, spread evenly over the sorted set (so over
            its classes too).
        hold_out: int, keep this many images of `"train"` apart, drawn by a fixed seed
            of their own, whatever `seed` is: `split="train"` has the others,
            `split="held_out"` has these.
        on_error: `"raise"`, or `"skip"` to leave out images that cannot be read: all
            are then read once at the start.
        attribute_table: path of a csv file with a column `image_id`; by default the
            first such file inside the folder or archive.
        cache: `"auto"` keeps decoded images in memory if the set fits in 1 GiB; a
            number is another limit in bytes, 0 keeps none.
        workers: int, threads that decode. Defaults to the processors, at most 8.

    Returns:
        An `ImageDataset`, a `keras.utils.PyDataset` for `fit`. Batches are
        `(images,)` or `(images, labels)`, images uint8
        `(n, height, width, channels)`.

    Raises:
        ValueError: If a name, split, attribute or argument is not one there is, an
            image cannot be read, images differ in shape, or there are too few.
        ConnectionError: If Keras cannot download the set.
        ImportError: If `tfds:NAME` is asked for and TensorFlow Datasets is missing.

    Example:

    ```python
    train = kerasgen.data.load("fashion_mnist_6k", batch_size=32, labels=True)
    images, labels = train[0]  # uint8 (32, 28, 28, 1), int32 (32,)
    every_image_once = kerasgen.data.load("fashion_mnist_6k", shuffle=False)
    ```
    """
    batch_size = _at_least_one("batch_size", batch_size)
    groups = _at_least_one("groups", groups)
    workers = _at_least_one("workers", _processors() if workers is None else workers)
    crop = _size("crop", crop)
    image_size = _size("image_size", image_size)
    attributes = _names(attributes)
    if not isinstance(split, str):
        raise ValueError(f"`split` must be a string. Received: split={split!r}")
    if channels not in (None, 1, 3):
        raise ValueError(
            f"`channels` must be 1, 3 or None. Received: channels={channels!r}"
        )
    if on_error not in ("raise", "skip"):
        raise ValueError(
            f"`on_error` must be 'raise' or 'skip'. Received: on_error={on_error!r}"
        )
    if labels and attributes is not None:
        raise ValueError(
            "`labels` and `attributes` exclude each other. "
            f"Received: labels={labels}, attributes={attributes}"
        )
    if attribute_table is not None and attributes is None:
        raise ValueError(
            "`attribute_table` needs `attributes`. "
            f"Received: attribute_table={attribute_table!r}"
        )
    seed = operator.index(seed)
    if not 0 <= seed < 2**64:
        raise ValueError(f"`seed` must be from 0 to 2**64 - 1. Received: seed={seed}")
    cache_bytes = AUTO_CACHE_BYTES if cache == "auto" else cache
    if isinstance(cache_bytes, (bool, str)) or not cache_bytes >= 0:
        raise ValueError(
            f"`cache` must be 'auto' or a number of bytes. Received: cache={cache!r}"
        )

    source = find_source(name_or_path, "train" if split == HELD_OUT else split)
    if on_error == "skip" and not source.in_memory:
        source = only_readable(source, workers)
    if hold_out is not None or split == HELD_OUT:
        source = source.take(_apart(len(source), hold_out, split))
    if limit is not None:
        limit = _at_least_one("limit", limit)
        if limit > len(source):
            raise ValueError(
                f"`limit` must not be larger than the set of {len(source)} images. "
                f"Received: limit={limit}"
            )
        source = source.take(evenly_spaced(len(source), limit))
    values = None
    if attributes is not None:
        values = source.attributes(attributes, attribute_table)
    elif labels:
        values = source.labels
        if values is None:
            raise ValueError(
                f"`labels=True` needs class folders or an array of labels. {source} "
                "has none. Received: labels=True"
            )
    images = source
    transform = Transform(crop, image_size, channels)
    if not source.in_memory or not _fits(source.image_shape, transform):
        images = Decoder(source, transform, workers, cache_bytes)
    shuffle = split.startswith("train") if shuffle is None else bool(shuffle)
    return ImageDataset(
        images,
        values,
        class_names=source.class_names,
        num_classes=source.num_classes,
        attribute_names=attributes,
        batch_size=batch_size,
        groups=groups,
        shuffle=shuffle,
        drop_remainder=shuffle if drop_remainder is None else bool(drop_remainder),
        flip=bool(flip),
        seed=seed,
    )


def _apart(count, hold_out, split):
    """Return the indices of the images held out, or of the others."""
    if split not in ("train", HELD_OUT) or hold_out is None:
        raise ValueError(
            "`hold_out` divides the split 'train' in two, 'train' and 'held_out'. "
            f"Received: hold_out={hold_out}, split={split!r}"
        )
    hold_out = _at_least_one("hold_out", hold_out)
    if hold_out >= count:
        raise ValueError(
            f"`hold_out` must leave some of the {count} images. "
            f"Received: hold_out={hold_out}"
        )
    held, others = np.split(shuffled(count, HOLD_OUT_SEED, 0), [hold_out])
    return np.sort(held if split == HELD_OUT else others)


def _fits(shape, transform):
    """Return whether images of this shape come out of the transform unchanged."""
    height, width, channels = shape
    return (
        transform.crop in (None, (height, width))
        and transform.image_size in (None, (height, width))
        and transform.channels in (None, channels)
    )


def _at_least_one(name, value):
    if isinstance(value, bool) or not hasattr(value, "__index__") or value < 1:
        raise ValueError(
            f"`{name}` must be an integer of at least 1. Received: {name}={value!r}"
        )
    return operator.index(value)


def _size(name, value):
    if value is None:
        return None
    pair = (value, value) if hasattr(value, "__index__") else tuple(value)
    if len(pair) != 2:
        raise ValueError(
            f"`{name}` must be an integer or (height, width). "
            f"Received: {name}={value!r}"
        )
    return tuple(_at_least_one(name, side) for side in pair)


def _names(attributes):
    if attributes is None:
        return None
    names = [attributes] if isinstance(attributes, str) else list(attributes)
    if not names:
        raise ValueError(
            f"`attributes` must name at least one. Received: attributes={attributes!r}"
        )
    return names


def _processors():
    # What this process may use, which a container can make fewer than there are.
    usable = getattr(os, "sched_getaffinity", None)
    count = len(usable(0)) if usable else os.cpu_count() or 1
    return min(8, count)
