"""Batches of decoded images: threads, and a memory of what was decoded."""

import concurrent.futures
import dataclasses
import os
import threading
from numbers import Real

import numpy as np

from kerasgen.arguments import check_positive
from kerasgen.data.order import evenly_spaced
from kerasgen.data.sources.source import Source, UnreadableImage
from kerasgen.data.transform import to_8_bit
from kerasgen.kinds import Images
from kerasgen.warned import warn

AUTO_CACHE_BYTES = 2**30
PROBES = 16


class Decoder(Source):
    """Reads images of a source as uint8 batches of one shape.

    Args:
        source: a `Source`.
        transform: a `Transform`; without `channels`, all images must have as many
            as the first.
        workers: int, decoding threads.
        cache_bytes: number; a set that is no larger once decoded is kept.

    Raises:
        ValueError: If images differ in shape or one cannot be read. Some images,
            spread over the set, are tried at once, the others when they are read.
    """

    def __init__(self, source, transform, workers, cache_bytes):
        self.source = source
        self._asked = transform
        self._mixed = transform.channels is not None
        first = source.open(0)
        if transform.channels is None:
            bands = len(self._named(0, to_8_bit, first).getbands())
            transform = dataclasses.replace(transform, channels=bands)
        self.transform = transform
        self.kind = Images(self._named(0, transform, first).shape)
        self._workers = workers
        self._cache_bytes = cache_bytes
        self._pool = None
        self._lock = threading.Lock()
        self._cache = None
        self._known = np.zeros(len(source), dtype=bool)
        if len(source) * np.prod(self.kind.shape, dtype=np.int64) <= cache_bytes:
            # Pages are only taken when first written, so an unread set is free.
            self._cache = np.empty((len(source), *self.kind.shape), dtype=np.uint8)
        self.get(evenly_spaced(len(source), min(PROBES, len(source))))

    def __len__(self):
        return len(self.source)

    def __str__(self):
        return str(self.source)

    def __getstate__(self):
        state = self.__dict__.copy()
        del state["_pool"], state["_lock"]
        if self._cache is not None:
            # A copy decodes again: a gigabyte has no place in a pickle.
            state["_cache"] = None
            state["_known"] = None
        return state | {"_cached": self._cache is not None}

    def __setstate__(self, state):
        cached = state.pop("_cached")
        self.__dict__.update(state)
        self._pool, self._lock = None, threading.Lock()
        if cached:
            self._cache = np.empty((len(self), *self.kind.shape), dtype=np.uint8)
            self._known = np.zeros(len(self), dtype=bool)

    @property
    def in_memory(self):
        return self._cache is not None and bool(self._known.all())

    @property
    def stems(self):
        return self.source.stems

    def open(self, index):
        from PIL import Image

        pixels = self.get(np.array([index]))[0]
        return Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)

    def describe(self, index):
        return self.source.describe(index)

    def take(self, indices):
        taken = self.source.take(indices)
        return Decoder(taken, self._asked, self._workers, self._cache_bytes)

    def get(self, indices):
        """Return the images at `indices`, uint8 `(n, height, width, channels)`."""
        if self._cache is None:
            batch = np.empty((len(indices), *self.kind.shape), dtype=np.uint8)
            self._decode_into(batch, range(len(indices)), indices)
            return batch
        missing = indices[~self._known[indices]]
        if len(missing):
            self._decode_into(self._cache, missing, missing)
            self._known[missing] = True
        return self._cache[indices]

    def _decode_into(self, batch, rows, indices):
        def decode(start):
            for row, index in zip(
                rows[start : start + share], indices[start : start + share], strict=True
            ):
                batch[row] = self._decode(index)

        # One task per thread: a task per image costs as much as a small image.
        share = -(-len(indices) // self._workers)
        for _ in self._threads().map(decode, range(0, len(indices), share)):
            pass  # the loop raises what a thread has raised

    def _decode(self, index):
        image = self.source.open(index)
        if not self._mixed:
            image = self._named(index, to_8_bit, image)
            if len(image.getbands()) != self.transform.channels:
                raise ValueError(
                    "Images must be all gray or all in color, or `channels` must be "
                    f"1 or 3. {self.source.describe(0)} has "
                    f"{self.transform.channels} channels, "
                    f"{self.source.describe(index)} has {len(image.getbands())}"
                )
        pixels = self._named(index, self.transform, image)
        if pixels.shape != self.kind.shape:
            raise ValueError(
                "Images must all have one size, or `image_size` must be given. "
                f"{self.source.describe(0)} is {self.kind.shape}, "
                f"{self.source.describe(index)} is {pixels.shape} "
                "(height, width, channels)"
            )
        return pixels

    def _named(self, index, function, image):
        try:
            return function(image)
        except ValueError as error:
            raise ValueError(f"{self.source.describe(index)} {error}") from error

    def _threads(self):
        # Threads do not survive a fork: a child starts its own.
        with self._lock:
            if self._pool is None or self._pool[0] != os.getpid():
                pool = concurrent.futures.ThreadPoolExecutor(
                    self._workers, thread_name_prefix="kerasgen_decode"
                )
                self._pool = (os.getpid(), pool)
            return self._pool[1]


def decoding(workers, cache):
    """Return `(workers, cache_bytes)` of arguments as users give them.

    Args:
        workers: int, or `None` for the processors, at most 8.
        cache: number of bytes, or `"auto"`.

    Raises:
        ValueError: If one is anything else.
    """
    workers = _processors() if workers is None else workers
    check_positive(workers=workers)
    if cache == "auto":
        return workers, AUTO_CACHE_BYTES
    if isinstance(cache, bool) or not isinstance(cache, Real) or not cache >= 0:
        raise ValueError(
            f"`cache` must be 'auto' or a number of bytes. Received: cache={cache!r}"
        )
    return workers, cache


def _processors():
    # What this process may use, which a container can make fewer than there are.
    usable = getattr(os, "sched_getaffinity", None)
    count = len(usable(0)) if usable else os.cpu_count() or 1
    return min(8, count)


def only_readable(source, workers):
    """Return the source without the images that cannot be read, and warn of them.

    Every image is read once, so that the number of batches is known beforehand.
    """

    def broken(index):
        try:
            source.open(index)
        except UnreadableImage:
            return True
        return False

    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        bad = np.array(list(pool.map(broken, range(len(source)))))
    if not bad.any():
        return source
    names = [source.describe(index) for index in np.flatnonzero(bad)]
    if bad.all():
        raise ValueError(f"None of the {len(names)} images in {source} can be read")
    listed = ", ".join(names[:10]) + (", ..." if len(names) > 10 else "")
    warn(
        f"{len(names)} of {len(source)} images cannot be read and are left out: "
        f"{listed}"
    )
    return source.take(np.flatnonzero(~bad))
