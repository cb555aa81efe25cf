"""The one way in: `kerasgen.data.load`."""

from kerasgen.arguments import (
    check_flags,
    check_one_of,
    check_part,
    check_positive,
    check_seeds,
)
from kerasgen.data.binarized import binarized, check_binarize
from kerasgen.data.catalog import find_source
from kerasgen.data.dataset import Dataset
from kerasgen.data.decoder import decoding, only_readable
from kerasgen.data.labels import asked_attributes, labels_of
from kerasgen.data.prepare import prepared
from kerasgen.data.selection import chosen, split_of_files, taken
from kerasgen.data.transform import transform_of


def load(
    name_or_path,
    split="train",
    image_size=None,
    batch_size=64,
    labels=False,
    attributes=None,
    *,
    kind=None,
    nonnegative=False,
    indices=False,
    crop=None,
    channels=None,
    flip=False,
    binarize=None,
    shuffle=None,
    seed=0,
    groups=1,
    drop_remainder=None,
    limit=None,
    hold_out=None,
    passes=1,
    part=(0, 1),
    on_error="raise",
    attribute_table=None,
    cache="auto",
    workers=None,
):
    """Load images, or samples of any other kind, as batches.

    A name is looked for in this order: a path, a file or folder of that name in the
    folder that the environment variable `KERASGEN_DATA` names, the embedded sets,
    `keras.datasets` (which downloads). `tfds:NAME` loads from TensorFlow Datasets.

    Args:
        name_or_path: str or path: a name out of `kerasgen.data.list()`, `tfds:NAME`,
            a folder or `.zip` of images, a `.npz` in Keras's layout, a `.npy`; or
            an array of samples or a pair `(samples, labels)`. Arrays that are uint8
            `(n, height, width)` or `(n, height, width, channels)` are images.
        split: str. In a folder or archive, the name of a folder such as `"test"` or
            `"trainA"`; without such folders everything is `"train"`. In a `.npz`,
            the `<split>` of `x_<split>`. Arrays have no splits.
        image_size: int or `(height, width)`, in pixels. Images are cropped at the
            center to this aspect ratio, then resized with Lanczos. Without it, all
            images must have one size.
        batch_size: int, samples in a minibatch.
        labels: bool, whether batches carry classes, int32 `(n,)`: those of the
            arrays, -1 where a sample has none, or the numbers of the class folders
            sorted by name.
        attributes: list of str, columns of the attribute table: batches then carry
            float32 `(n, len(attributes))` of 0 and 1.
        kind: what the samples of an array are, where that can be more than one thing: a
            `kerasgen.kinds.Kind`, which says the shape too, or `"images"`,
            `"voxels"`, `"sequences"` or `"vectors"`, of the shape of the array, in
            which a last axis of one channel or feature may be missing. All values
            are checked. Floats, and integers of a kind that is float, become
            float32, tokens int32; bytes and booleans stay. Float images lie in
            [-1, 1].
        nonnegative: bool, whether float images of which none is below 0 are meant to be
            so. Without it they are refused, for most likely they lie in [0, 1].
        indices: bool, whether batches carry the place of each sample in the set, from
            0 to one less than the set has: for models that keep something for each
            sample. Batches are then dictionaries.
        crop: int or `(height, width)`, in pixels, a center crop made before the
            resize. Of an odd margin the extra pixel is cut off right and below.
        channels: 1 for gray, 3 for color, `None` for what the images have. Then
            all must be alike. Transparent images are composited over white. This,
            `crop` and `image_size` are for uint8 images.
        flip: bool, mirror half of the images left to right, others each epoch.
        binarize: `"static"` or `"dynamic"`, draw each pixel of gray images, black or
            white, with its value as the probability of white: once, the same for
            every `seed`, each split from its own start; or anew in each epoch. Numbers
            of the two do not compare.
        shuffle: bool. Defaults to `True` for splits that begin with `"train"`.
        seed: int; order and flips are a function of `(seed, epoch)`.
        groups: int, minibatches in a batch: `batch_size * groups` samples, for models
            that take several discriminator steps a step.
        drop_remainder: bool, leave out the samples that do not fill a batch. Defaults
            to `shuffle`, since a short batch makes JAX compile the step again.
        limit: int, use this many samples, spread evenly over the sorted set (so over
            its classes too).
        hold_out: int, keep this many samples of `"train"` apart, drawn by a fixed seed
            of their own, whatever `seed` is: `split="train"` has the others,
            `split="held_out"` has these.
        passes: int, how often an epoch shows the set, each time in a new order: for
            small sets, of which an epoch is too short to look at what came of it.
        part: `(index, parts)`, for one of several processes that train a model: of
            every `parts` samples of an epoch's order this set has the one at `index`,
            and `batch_size` counts its own. All parts have the same length.
        on_error: `"raise"`, or `"skip"` to leave out images that cannot be read: all
            are then read once at the start.
        attribute_table: path of a csv file with a column `image_id`; by default the
            first such file inside the folder or archive.
        cache: `"auto"` keeps decoded images in memory if the set fits in 1 GiB; a
            number is another limit in bytes, 0 keeps none.
        workers: int, threads that decode. Defaults to the processors, at most 8.

    Returns:
        A `kerasgen.data.Dataset`, a `keras.utils.PyDataset` for `fit`. Batches are
        `(samples,)`, `(samples, labels)` or, with `indices=True`,
        `{"samples": ..., "labels": ..., "indices": ...}`; images uint8
        `(n, height, width, channels)`.

    Raises:
        ValueError: If a name, split, attribute or argument is not one there is, an
            image cannot be read, images differ in shape, there are too few, an array
            can be of several kinds, or its values do not fit its kind.
        ConnectionError: If Keras cannot download the set.
        ImportError: If `tfds:NAME` is asked for and TensorFlow Datasets is missing.

    Example:

    ```python
    train = kerasgen.data.load("fashion_mnist_6k", batch_size=32, labels=True)
    images, labels = train[0]  # uint8 (32, 28, 28, 1), int32 (32,)
    every_image_once = kerasgen.data.load("fashion_mnist_6k", shuffle=False)
    points = np.random.default_rng(0).normal(size=(256, 2))
    (points,) = kerasgen.data.load(points)[0]  # float32 (64, 2)
    ```
    """
    check_positive(batch_size=batch_size, groups=groups, passes=passes)
    check_seeds(seed=seed)
    check_part(part)
    check_one_of(["raise", "skip"], on_error=on_error)
    check_binarize(binarize)
    check_flags(labels=labels, indices=indices, nonnegative=nonnegative, flip=flip)
    check_flags(shuffle=shuffle, drop_remainder=drop_remainder)
    transform = transform_of(crop, image_size, channels)
    workers, cache_bytes = decoding(workers, cache)
    attributes = asked_attributes(labels, attributes, attribute_table)

    source = find_source(name_or_path, split_of_files(split))
    source = source.of_kind(kind, nonnegative)
    if on_error == "skip" and not source.in_memory:
        source = only_readable(source, workers)
    rows = chosen(len(source), split, hold_out, limit)
    source = taken(source, rows)
    values = labels_of(source, labels, attributes, attribute_table)
    samples = prepared(source, kind, transform, flip, workers, cache_bytes)
    samples = binarized(samples, rows, binarize)
    return Dataset(
        samples,
        values,
        indices=bool(indices),
        class_names=source.class_names,
        num_classes=source.num_classes,
        attribute_names=attributes,
        batch_size=int(batch_size),
        groups=int(groups),
        shuffle=split.startswith("train") if shuffle is None else bool(shuffle),
        drop_remainder=drop_remainder,
        flip=bool(flip),
        draw_pixels=binarize == "dynamic",
        seed=int(seed),
        places=int(passes) * len(samples),
        part=tuple(part),
    )
