"""NumPy arrays, `.npy` files and Keras-layout `.npz` files."""

import zipfile
import zlib

import numpy as np

from kerasgen.data.sources.source import Source


class ArraySource(Source):
    """Images that already lie in one array.

    Args:
        images: uint8 `(n, height, width)` or `(n, height, width, channels)`.
        labels: integers `(n,)` or `(n, 1)`, 0/1 `(n, k)`, or `None`.
        class_names: list of str in label order, or `None`.
        num_classes: int, or `None` for the largest label plus one.
        origin: str, where the array comes from, for messages.
    """

    in_memory = True

    def __init__(
        self, images, labels=None, class_names=None, num_classes=None, origin="array"
    ):
        self.images = _check_images(np.asanyarray(images), origin)
        self.labels = _check_labels(labels, len(self.images), origin)
        self.class_names = class_names
        self.num_classes = num_classes
        if num_classes is None and self.labels is not None and self.labels.ndim == 1:
            found = int(self.labels.max()) + 1
            self.num_classes = max(found, len(class_names or ()))
        self.origin = origin

    def __len__(self):
        return len(self.images)

    def __str__(self):
        return self.origin

    @property
    def image_shape(self):
        return self.images.shape[1:]

    def get(self, indices):
        return np.asarray(self.images[indices])

    def open(self, index):
        from PIL import Image

        image = np.asarray(self.images[index])
        if image.shape[-1] not in (1, 3):
            raise ValueError(
                "Only arrays of 1 or 3 channels can be cropped, resized or "
                f"converted. Received: images of shape {self.image_shape}"
            )
        return Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)

    def describe(self, index):
        return f"image {index} of {self.origin}"

    def take(self, indices):
        labels = None if self.labels is None else self.labels[indices]
        return ArraySource(
            self.images[indices],
            labels,
            self.class_names,
            self.num_classes,
            self.origin,
        )


def from_npy(path):
    """Return a source over a `.npy` file, which is mapped and not read."""
    try:
        images = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise ValueError(f"{path} is not a readable .npy file: {error}") from error
    return ArraySource(images, origin=str(path))


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
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
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
    flat = [array for array in every if array.size and array.size == len(array)]
    names = arrays["class_names"].tolist() if "class_names" in arrays else None
    counts = [int(array.max()) + 1 for array in flat] + [len(names or ())]
    return ArraySource(
        arrays[f"x_{split}"],
        arrays.get(f"y_{split}"),
        class_names=names,
        num_classes=max(counts) or None,
        origin=str(path),
    )


def _check_images(images, origin):
    received = f"Received: {images.dtype} {images.shape} from {origin}"
    if images.ndim not in (3, 4):
        raise ValueError(
            "Images must be (n, height, width) or (n, height, width, channels). "
            + received
        )
    if images.size == 0:
        raise ValueError(f"There must be at least one image. {received}")
    if images.dtype != np.uint8:
        raise ValueError(
            f"Images must be uint8 from 0 to 255. {_conversion(images)} {received}"
        )
    return images[..., None] if images.ndim == 3 else images


def _conversion(images):
    """Say how to turn `images` into uint8."""
    if images.dtype == bool:
        return "Convert with `images.astype('uint8') * 255`."
    low, high = float(images.min()), float(images.max())
    if low < 0 and high <= 1:
        return "For [-1, 1]: `((images + 1) * 127.5).round().astype('uint8')`."
    if high <= 1:
        return "For [0, 1]: `(images * 255).round().astype('uint8')`."
    return "For 0 to 255: `images.round().astype('uint8')`."


def _check_labels(labels, count, origin):
    if labels is None:
        return None
    labels = np.asarray(labels)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]  # Keras's CIFAR
    received = f"Received: {labels.dtype} {labels.shape} from {origin}"
    if len(labels) != count:
        raise ValueError(
            f"There must be one label for each of {count} images. " + received
        )
    if labels.ndim == 1 and np.issubdtype(labels.dtype, np.integer):
        if labels.min() < 0:
            raise ValueError(f"Classes must count from 0. {received}")
        return labels.astype(np.int32)
    if labels.ndim == 2 and np.isin(labels, (0, 1)).all():
        return labels.astype(np.float32)
    raise ValueError(f"Labels must be integers (n,) or 0/1 (n, k). {received}")
