"""Images to measure: stored ones, or samples of a model, block by block."""

import hashlib

import numpy as np

from kerasgen import data
from kerasgen.data.order import evenly_spaced, shuffled
from kerasgen.kinds import Images

BLOCK = 256  # images at a time; the samples of a seed depend on it, so it never changes
CACHE_BYTES = 2**28


class StoredImages:
    """Images of an array, a folder, an archive or a data set, each once.

    Args:
        images: What `kerasgen.data.load` takes, a `Dataset`, or a float array of images
            in [-1, 1].
        split: Where `images` is a name or a path.
        what: What to call them in messages.
    """

    def __init__(self, images, split="train", what="images"):
        self.what = what
        dataset = _dataset(images, split, what)
        self.labels = dataset.labels
        self.shape = dataset.image_shape
        self._images = dataset.samples
        self._rows = np.arange(len(self._images))

    def __len__(self):
        return len(self._rows)

    def take(self, n, seed):
        """`n` of them, spread evenly over the set, in an order fixed by the seed."""
        if n > len(self):
            raise ValueError(
                f"`num_samples` must not be larger than the {len(self)} {self.what}. "
                f"Received: num_samples={n}"
            )
        rows = evenly_spaced(len(self), n)
        self._rows = self._rows[rows[shuffled(n, seed, epoch=0)]]
        return self

    def blocks(self):
        """The images in order, uint8 arrays of at most `BLOCK`."""
        for start in range(0, len(self), BLOCK):
            yield self._images.get(self._rows[start : start + BLOCK])

    def digest(self):
        """sha256 of all pixels."""
        digest = hashlib.sha256(f"{len(self)} {self.shape}".encode())
        for block in self.blocks():
            digest.update(np.ascontiguousarray(block))
        return digest.hexdigest()


class DrawnImages:
    """Samples of a model, the same for the same seed.

    Args:
        model: Has `generate(n, seed=...)`, and where it takes labels, `labels`.
        n: How many.
        seed: Integer.
        labels: Labels of the real images, whose frequencies those of the samples
            follow; None leaves the choice to the model.
    """

    def __init__(self, model, n, seed, labels=None):
        self.model = model
        self.n = n
        self.seed = seed
        self.labels = labels if getattr(model, "labels", None) else None
        self.shape = _shape_of(model)

    def __len__(self):
        return self.n

    def blocks(self):
        """Samples in blocks, uint8, each block from a seed of its own."""
        random = np.random.Generator(np.random.Philox(self.seed))
        for start in range(0, self.n, BLOCK):
            n = min(BLOCK, self.n - start)
            seed = int(random.integers(2**63))
            asked = {}
            if self.labels is not None:
                asked["labels"] = self.labels[random.integers(len(self.labels), size=n)]
            samples = self.model.generate(n, seed=seed, **asked)
            yield _checked_samples(samples)


def _dataset(images, split, what):
    if isinstance(images, data.Dataset):
        return images
    if isinstance(images, np.ndarray) and images.dtype.kind == "f":
        images = _to_uint8(images, what)
    load = {"split": split, "shuffle": False, "cache": CACHE_BYTES}
    dataset = data.load(images, **load)
    if dataset.num_classes:
        dataset = data.load(images, labels=True, **load)
    return dataset


def _to_uint8(images, what):
    if images.ndim != 4:
        raise ValueError(
            f"`{what}` must have shape (n, height, width, channels). "
            f"Received: shape {images.shape}"
        )
    kind = Images(images.shape[1:])
    converted = np.empty(images.shape, "uint8")
    for start in range(0, len(images), BLOCK):
        block = images[start : start + BLOCK]
        kind.check(block, what)
        converted[start : start + BLOCK] = kind.to_host(block)
    return converted


def _shape_of(model):
    if hasattr(model, "sampled_kind"):
        return model.sampled_kind.shape
    return _checked_samples(model.generate(1, seed=0)).shape[1:]


def _checked_samples(samples):
    samples = np.asarray(samples)
    if samples.ndim != 4 or samples.dtype != "uint8":
        raise ValueError(
            "A model's `generate` must give uint8 images (n, height, width, channels). "
            f"Received: {samples.dtype} of shape {samples.shape}"
        )
    return samples
