"""Batches for `fit`, in an order fixed by the seed and the epoch."""

import keras
import numpy as np

from kerasgen.arguments import is_integer
from kerasgen.data.binarized import drawn
from kerasgen.data.order import Order
from kerasgen.data.prefetch import Prefetcher
from kerasgen.kinds import Images, Pair


class Dataset(keras.utils.PyDataset):
    """Batches of samples, and of labels or indices where asked for.

    Made by `kerasgen.data.load` and `load_pairs`. `len(dataset)` is the number of
    batches, and `dataset[i]` is one of

    - `(samples,)`;
    - `(samples, labels)`;
    - `{"samples": ..., "labels": ..., "indices": ...}`, the labels where asked for,
      with `indices=True`;
    - `((a, b),)`, where samples are pairs.

    The order is a function of `(seed, epoch)`: the same in every process and on every
    backend. A training that resumes at epoch `e` calls `set_epoch(e)`.

    kerasgen's models do the following by themselves; with a plain `keras.Model`, pass
    `shuffle=False` to `fit`, for Keras otherwise draws its own order of the batches
    from Python's `random`, and call `set_epoch` at the start of each epoch, for Keras
    ends an epoch once before it starts the first.

    Args:
        samples: what offers `len`, `kind`, `in_memory` and `get(indices)`; or a tuple
            of two, the domains of pairs.
        labels: int32 `(n,)`, float32 `(n, k)`, or `None`.
        indices: bool, whether batches carry the place of each sample in the set, int32
            `(n,)` from 0 to `num_samples - 1`.
        class_names: list of str in label order, or `None`.
        num_classes: int, or `None`.
        attribute_names: list of str, the columns of `(n, k)` labels, or `None`.
        batch_size: int, samples in a minibatch.
        groups: int, minibatches in a batch.
        shuffle: bool, a new order each epoch.
        drop_remainder: bool, leave out the samples that do not fill a batch; `None`
            where they are shuffled.
        flip: bool, mirror half of the images, chosen anew each epoch.
        draw_pixels: bool, make gray images black and white, drawn anew each epoch.
        seed: int from 0 to 2**64 - 1.
        paired: bool, whether two domains come in one order, and mirrored alike.
        places: int, samples of each domain in an epoch; `None` for those of the first.
        part: `(index, parts)`, which of as many equal parts of each epoch this is.

    Attributes:
        kind: a `kerasgen.kinds.Kind`, what one sample is.

    Raises:
        ValueError: If the remainder is dropped and the set fills no batch.

    Example:

    ```python
    train = kerasgen.data.load("fashion_mnist_6k", batch_size=64, seed=1)
    train.set_epoch(3)
    (images,) = train[0]  # uint8 (64, 28, 28, 1), the first batch of epoch 3
    ```
    """

    def __init__(
        self,
        samples,
        labels=None,
        *,
        indices=False,
        class_names=None,
        num_classes=None,
        attribute_names=None,
        batch_size=64,
        groups=1,
        shuffle=False,
        drop_remainder=None,
        flip=False,
        draw_pixels=False,
        seed=0,
        paired=True,
        places=None,
        part=(0, 1),
    ):
        super().__init__()
        self.samples = samples
        self.labels = labels
        self.indices = indices
        self.class_names = class_names
        self.num_classes = num_classes
        self.attribute_names = attribute_names
        self.batch_size = batch_size
        self.groups = groups
        self.shuffle = shuffle
        self.drop_remainder = bool(
            shuffle if drop_remainder is None else drop_remainder
        )
        self.flip = flip
        self.draw_pixels = draw_pixels
        self.seed = seed
        self.paired = paired
        self._domains = samples if isinstance(samples, tuple) else (samples,)
        places = len(self._domains[0]) if places is None else places
        self._orders = [
            Order(
                len(domain), places, shuffle, flip, seed, 0 if paired else number, part
            )
            for number, domain in enumerate(self._domains)
        ]
        self._epoch = 0
        self._drawn = (None, None)
        self._prefetcher = Prefetcher(self._batch)
        if self.drop_remainder and len(self) == 0:
            raise ValueError(
                f"A batch must not be larger than the set of {self.num_samples} "
                f"{self.kind.noun}. Load more, lower `batch_size` or `groups`, or "
                f"pass `drop_remainder=False`. Received: batch_size={batch_size}, "
                f"groups={groups}"
            )

    @property
    def kind(self):
        kinds = [domain.kind for domain in self._domains]
        return Pair(*kinds) if len(kinds) == 2 else kinds[0]

    @property
    def image_shape(self):
        """`(height, width, channels)` of every image, in a set of images."""
        if not isinstance(self.kind, Images):
            # An AttributeError, so that `hasattr` tells images from other kinds.
            raise AttributeError(
                "Only a set of images has an `image_shape`: see `kind`. "
                f"Received: kind={self.kind}"
            )
        return self.kind.shape

    @property
    def num_samples(self):
        """Samples in an epoch of this part, before any remainder is left out."""
        return len(self._orders[0])

    @property
    def epoch(self):
        """The epoch whose order and flips are in force."""
        return self._epoch

    def set_epoch(self, epoch):
        """Put the order and the flips of an epoch in force.

        Args:
            epoch: int, 0 for the first.

        Raises:
            ValueError: If it is no integer or below 0.
        """
        if not is_integer(epoch) or not 0 <= epoch < 2**64:
            raise ValueError(
                f"`epoch` must be a non-negative integer. Received: epoch={epoch!r}"
            )
        self._epoch = int(epoch)

    def on_epoch_end(self):
        # Keras also calls this once before training, so a plain Keras model starts
        # at epoch 1; kerasgen's models call `set_epoch` at the start of each epoch.
        self.set_epoch(self._epoch + 1)

    def __len__(self):
        size = self.batch_size * self.groups
        if self.drop_remainder:
            return self.num_samples // size
        return -(-self.num_samples // size)

    def __getitem__(self, index):
        count = len(self)
        if not is_integer(index):
            raise ValueError(
                "`index` must be the number of one batch; for a part of the set pass "
                f"`limit` to `load`. Received: index={index!r}"
            )
        if not -count <= index < count:
            raise IndexError(f"There are {count} batches. Received: index={index}")
        index, epoch = index % count, self._epoch
        if all(domain.in_memory for domain in self._domains):
            return self._batch(epoch, index)
        return self._prefetcher.get(epoch, index, count)

    def _batch(self, epoch, index):
        size = self.batch_size * self.groups
        places = slice(index * size, (index + 1) * size)
        orders = self._draw(epoch)
        samples = tuple(
            _take(domain, order, places)
            for domain, order in zip(self._domains, orders, strict=True)
        )
        if len(samples) == 2:
            return (samples,)
        (samples,), indices = samples, orders[0][0][places]
        if self.draw_pixels:
            samples = drawn(samples, indices, [1, self.seed, epoch])
        return self._with_labels(samples, indices)

    def _with_labels(self, samples, indices):
        """Return what a batch holds of the samples at `indices`."""
        labels = None if self.labels is None else self.labels[indices]
        if not self.indices:
            return (samples,) if labels is None else (samples, labels)
        batch = {"samples": samples, "indices": indices.astype(np.int32)}
        return batch if labels is None else {**batch, "labels": labels}

    def _draw(self, epoch):
        """Return the order of each domain in an epoch, which are mirrored, and where
        they are cropped."""
        drawn, orders = self._drawn
        if drawn != epoch:
            orders = [
                (*order(epoch), order.corners(epoch) if _crops(domain) else None)
                for domain, order in zip(self._domains, self._orders, strict=True)
            ]
            self._drawn = (epoch, orders)
        return orders


def _crops(domain):
    """Return whether each epoch shows other parts of the samples."""
    return hasattr(domain, "cropped")


def _take(domain, order, places):
    """Return the samples of a domain at some places of an epoch."""
    indices, mirrored, corners = order
    if corners is None:
        samples = domain.get(indices[places])
    else:
        samples = domain.cropped(indices[places], corners[places])
    if mirrored is not None:
        flipped = mirrored[places]
        samples[flipped] = samples[flipped, :, ::-1]
    return samples
