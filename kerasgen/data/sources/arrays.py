"""NumPy arrays, `.npy` files and Keras-layout `.npz` files."""

import copy
import zipfile
import zlib

import numpy as np

from kerasgen.data.sources.as_kind import as_kind, served_dtype
from kerasgen.data.sources.source import Source

UNLABELED = -1
UNREADABLE = (  # what NumPy raises of damaged files
    OSError,
    ValueError,
    EOFError,
    MemoryError,  # of a shape that the file cannot hold
    zipfile.BadZipFile,
    zlib.error,
)


class ArraySource(Source):
    """Samples that already lie in one array.

    Args:
        samples: array `(n, ...)`, of numbers.
        labels: integers `(n,)` or `(n, 1)`, -1 where there is none; 0/1 `(n, k)`; or
            `None`.
        class_names: list of str in label order, or `None`.
        num_classes: int, or `None` for the largest label plus one.
        origin: str, where the array comes from, for messages.
    """

    in_memory = True

    def __init__(
        self, samples, labels=None, class_names=None, num_classes=None, origin="array"
    ):
        self.samples = _check_samples(np.asanyarray(samples), origin)
        self.labels = _check_labels(labels, len(self.samples), origin)
        self.class_names = class_names
        self.num_classes = num_classes
        if num_classes is None and self.labels is not None and self.labels.ndim == 1:
            found = int(self.labels.max()) + 1
            self.num_classes = max(found, len(class_names or ())) or None
        self.origin = origin

    def __len__(self):
        return len(self.samples)

    def __str__(self):
        return self.origin

    def of_kind(self, kind, nonnegative=False):
        if kind is None and self.kind is not None:
            return self
        source = copy.copy(self)
        source.samples, source.kind = as_kind(
            self.samples, kind, self.origin, nonnegative
        )
        return source

    def get(self, indices):
        """Return the samples at `indices`, `(n, *kind.shape)`, a new array."""
        dtype = served_dtype(self.samples.dtype, self.kind)
        return np.asarray(self.samples[indices]).astype(dtype, copy=False)

    def open(self, index):
        from PIL import Image

        image = np.asarray(self.samples[index])
        if image.dtype != np.uint8 or image.shape[-1] not in (1, 3):
            raise ValueError(
                "Only uint8 images of 1 or 3 channels can be cropped, resized or "
                f"converted. Received: {image.dtype} images of shape {image.shape} "
                f"from {self.origin}"
            )
        return Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)

    def describe(self, index):
        return f"image {index} of {self.origin}"

    def take(self, indices):
        taken = copy.copy(self)
        taken.samples = self.samples[indices]
        taken.labels = None if self.labels is None else self.labels[indices]
        return taken


def from_npy(path):
    """Return a source over a `.npy` file, which is mapped and not read."""
    try:
        samples = np.load(path, mmap_mode="r", allow_pickle=False)
    except UNREADABLE as error:
        raise ValueError(f"{path} is not a readable .npy file: {error}") from error
    return ArraySource(samples, origin=str(path))


def from_npz(path, split):
    """Return a source over one split of a `.npz` file in Keras's layout.

    Args:
        path: `pathlib.Path` of a file with the arrays `x_<split>` and, where there
            are labels, `y_<split>`; optionally `class_names`, an array of str.
        split: str.
    """
    try:
        # Opened here, since NumPy leaves a broken file open.
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            keys = archive.files
            wanted = [f"x_{split}", *(k for k in keys if k.startswith("y_"))]
            wanted.append("class_names")
            arrays = {key: archive[key] for key in wanted if key in keys}
    except UNREADABLE as error:
        raise ValueError(
            f"{path} is not a readable .npz file (cut off, or holding Python "
            f"objects): {error}"
        ) from error
    if f"x_{split}" not in arrays:
        splits = sorted(key[2:] for key in keys if key.startswith("x_"))
        raise ValueError(
            f"`split` must name an array x_<split> of {path}. It has the splits: "
            f"{', '.join(splits) or 'none'}. Received: split={split!r}"
        )
    # All splits count, so that a small test split gives the same number of classes.
    every = [array for key, array in arrays.items() if key.startswith("y_")]
    flat = [a for a in every if a.dtype.kind in "iu" and a.size == len(a) > 0]
    names = _class_names(arrays.get("class_names"), path)
    counts = [int(array.max()) + 1 for array in flat] + [len(names or ())]
    return ArraySource(
        arrays[f"x_{split}"],
        arrays.get(f"y_{split}"),
        class_names=names,
        num_classes=max(counts) or None,
        origin=str(path),
    )


def _class_names(names, origin):
    """Return the names of classes in a file, a list of str or `None`."""
    if names is None:
        return None
    if names.ndim != 1 or names.dtype.kind != "U":
        raise ValueError(
            "`class_names` must be an array of str (classes,). "
            f"Received: {names.dtype} {names.shape} from {origin}"
        )
    return names.tolist()


def _check_samples(samples, origin):
    if samples.ndim == 0 or samples.size == 0 or samples.dtype.kind not in "fiub":
        advice = (
            "Of a table pass the columns of numbers: "
            "`table.select_dtypes('number').to_numpy('float32')`. "
            if samples.dtype == object and samples.ndim == 2
            else ""
        )
        raise ValueError(
            "There must be at least one sample, an array of numbers (n, ...). "
            f"{advice}Received: {samples.dtype} {samples.shape} from {origin}"
        )
    return samples


def _check_labels(labels, count, origin):
    if labels is None:
        return None
    labels = np.atleast_1d(labels)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]  # Keras's CIFAR
    received = f"Received: {labels.dtype} {labels.shape} from {origin}"
    if len(labels) != count:
        raise ValueError(
            f"There must be one label for each of {count} samples. " + received
        )
    if labels.ndim == 1 and np.issubdtype(labels.dtype, np.integer):
        if labels.min() < UNLABELED:
            raise ValueError(
                f"Classes must count from 0, and be -1 where there is none. {received}"
            )
        return labels.astype(np.int32)
    if labels.ndim == 2 and np.isin(labels, (0, 1)).all():
        return labels.astype(np.float32)
    advice = (
        "Number them: `names, labels = np.unique(labels, return_inverse=True)`. "
        if labels.ndim == 1
        else ""
    )
    raise ValueError(f"Labels must be integers (n,) or 0/1 (n, k). {advice}{received}")
