"""Batches for `fit`, in an order fixed by the seed and the epoch."""

import collections
import concurrent.futures
import os
import threading

import keras
import numpy as np

from kerasgen.data.order import coin_tosses, shuffled

AHEAD = 2  # batches made in the background while one is in use


class ImageDataset(keras.utils.PyDataset):
    """uint8 batches of images, and labels where asked for.

    Made by `kerasgen.data.load`. `dataset[i]` is `(images,)` or `(images, labels)`,
    `len(dataset)` the number of batches. The order is a function of `(seed, epoch)`:
    the same in every process and on every backend. A training that resumes at epoch
    `e` calls `set_epoch(e)`.

    kerasgen's models do the following by themselves; with a plain `keras.Model`, pass
    `shuffle=False` to `fit`, for Keras otherwise draws its own order of the batches
    from Python's `random`, and call `set_epoch` at the start of each epoch, for Keras
    ends an epoch once before it starts the first.

    Args:
        images: what offers `len`, `image_shape`, `in_memory` and `get(indices)`.
        labels: int32 `(n,)`, float32 `(n, k)`, or `None`.
        class_names: list of str in label order, or `None`.
        num_classes: int, or `None`.
        attribute_names: list of str, the columns of `(n, k)` labels, or `None`.
        batch_size: int, images in a minibatch.
        groups: int, minibatches in a batch.
        shuffle: bool, a new order each epoch.
        drop_remainder: bool, leave out the images that do not fill a batch.
        flip: bool, mirror half of the images, chosen anew each epoch.
        seed: int from 0 to 2**64 - 1.

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
        images,
        labels=None,
        *,
        class_names=None,
        num_classes=None,
        attribute_names=None,
        batch_size=64,
        groups=1,
        shuffle=False,
        drop_remainder=False,
        flip=False,
        seed=0,
    ):
        super().__init__()
        self.images = images
        self.labels = labels
        self.class_names = class_names
        self.num_classes = num_classes
        self.attribute_names = attribute_names
        self.batch_size = batch_size
        self.groups = groups
        self.shuffle = shuffle
        self.drop_remainder = drop_remainder
        self.flip = flip
        self.seed = seed
        self._epoch = 0
        self._drawn = (None, None, None)
        self._start_threads_lazily()
        if drop_remainder and len(self) == 0:
            raise ValueError(
                f"A batch must not be larger than the set of {len(images)} images. "
                "Load more, lower `batch_size` or `groups`, or pass "
                f"`drop_remainder=False`. Received: batch_size={batch_size}, "
                f"groups={groups}"
            )

    @property
    def image_shape(self):
        """`(height, width, channels)` of every image."""
        return tuple(self.images.image_shape)

    @property
    def num_images(self):
        """Number of images in the set, before any remainder is left out."""
        return len(self.images)

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
        if not isinstance(epoch, (int, np.integer)) or not 0 <= epoch < 2**64:
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
            return len(self.images) // size
        return -(-len(self.images) // size)

    def __getitem__(self, index):
        count = len(self)
        if not -count <= index < count:
            raise IndexError(f"There are {count} batches. Received: index={index}")
        index, epoch = index % count, self._epoch
        if self.images.in_memory:
            return self._batch(epoch, index)
        return self._prefetched(epoch, index)

    def _batch(self, epoch, index):
        order, mirrored = self._draw(epoch)
        size = self.batch_size * self.groups
        indices = order[index * size : (index + 1) * size]
        images = self.images.get(indices)
        if mirrored is not None:
            flipped = mirrored[indices]
            images[flipped] = images[flipped, :, ::-1]
        if self.labels is None:
            return (images,)
        return images, self.labels[indices]

    def _draw(self, epoch):
        """Return the order of an epoch, and which images are mirrored."""
        drawn, order, mirrored = self._drawn
        if drawn != epoch:
            count = len(self.images)
            order = (
                shuffled(count, self.seed, epoch) if self.shuffle else np.arange(count)
            )
            mirrored = coin_tosses(count, self.seed, epoch) if self.flip else None
            self._drawn = (epoch, order, mirrored)
        return order, mirrored

    def _prefetched(self, epoch, index):
        """Return a batch, and have the next ones made in the background."""
        with self._lock:
            if self._maker is None or self._maker[0] != os.getpid():
                # Threads do not survive a fork: a child starts its own.
                maker = concurrent.futures.ThreadPoolExecutor(
                    1, thread_name_prefix="kerasgen_batch"
                )
                self._maker, self._pending = (os.getpid(), maker), {}
            maker = self._maker[1]
            # Keras's `fit` asks in no order unless told `shuffle=False`. And several
            # passes may run at once: TensorFlow starts one it throws away.
            in_order = index == 0 or (epoch, index - 1) in self._asked
            self._asked.append((epoch, index))
            last = min(index + AHEAD, len(self) - 1) if in_order else index
            wanted = [(epoch, i) for i in range(index, last + 1)]
            for key in self._pending.keys() - set(wanted):
                self._pending.pop(key).cancel()
            for key in wanted:
                if key not in self._pending:
                    self._pending[key] = maker.submit(self._batch, *key)
            future = self._pending.pop(wanted[0])
        return future.result()

    def _start_threads_lazily(self):
        self._lock = threading.Lock()
        self._maker = None
        self._pending = {}
        self._asked = collections.deque(maxlen=4)

    def __getstate__(self):
        state = self.__dict__.copy()
        for name in ("_lock", "_maker", "_pending", "_asked"):
            del state[name]
        return state

    def __setstate__(self, state):
        self.__dict__.update(state)
        self._start_threads_lazily()
