"""Mean and covariance of a stream of features."""

import zipfile
import zlib

import numpy as np

from kerasgen.arguments import check_positive
from kerasgen.files import replacing
from kerasgen.metrics.features import check_features

BLOCK = 1024  # rows gathered before a product, whatever the batches


class FeatureStatistics:
    """Count, mean and covariance of features, batch after batch, in float64.

    Memory is `8 * (size + 1024) * size` bytes, however many the images: 50 MB for
    2,048 features. Rows are gathered into blocks, so the size of the batches makes no
    difference at all, and their order none beyond rounding.

    Args:
        size: Numbers in a feature; None takes it from the first batch.

    Example:

    ```python
    statistics = kerasgen.metrics.FeatureStatistics()
    for batch in np.random.default_rng(0).normal(size=(10, 32, 4)):
        statistics.update(batch)
    statistics.count, statistics.mean.shape, statistics.covariance.shape
    ```

    Reference:
        Chan, Golub and LeVeque, Algorithms for computing the sample variance, 1983
        (merging two samples, here for matrices).
    """

    def __init__(self, size=None):
        self._size = None
        self._batches = 0
        if size is not None:
            check_positive(size=size)
            self._start(size)

    def update(self, features):
        """Adds a batch.

        Args:
            features: Array-like `(batch, size)`.

        Raises:
            ValueError: If the size differs from that of earlier batches or a value is
                not finite; the message names the batch, counted from 0. Nothing is
                added then.
        """
        where = f" of batch {self._batches}"
        features = check_features(features, least=0, where=where)
        if self._size is None:
            self._start(features.shape[1])
        if features.shape[1] != self._size:
            raise ValueError(
                f"`features` must have {self._size} columns, as before. "
                f"Received: {features.shape[1]}{where}"
            )
        self._batches += 1
        while len(features):
            taken = features[: BLOCK - self._filled]
            self._rows[self._filled : self._filled + len(taken)] = taken
            self._filled += len(taken)
            features = features[len(taken) :]
            if self._filled == BLOCK:
                self._fold()

    def merge(self, other):
        """Adds all that another `FeatureStatistics` has seen, and leaves it as it is.

        Raises:
            ValueError: If its features are of another size.
        """
        if other._size is None:
            return
        if self._size is None:
            self._start(other._size)
        if other._size != self._size:
            raise ValueError(
                f"`other` must have features of size {self._size}. "
                f"Received: {other._size}"
            )
        rows = other._rows[: other._filled]
        self._combine(other._count, other._mean, other._scatter)
        self.update(rows)

    @property
    def count(self):
        """Number of rows so far."""
        return self._count + self._filled if self._size is not None else 0

    @property
    def mean(self):
        """float64 `(size,)`."""
        self._check_count(1, "A mean")
        self._fold()
        return self._mean.copy()

    @property
    def covariance(self):
        """float64 `(size, size)`, unbiased: divided by the count less one."""
        self._check_count(2, "A covariance")
        self._fold()
        return self._scatter / (self._count - 1)

    def save(self, path):
        """Writes an `.npz` file, whole or not at all."""
        self._check_count(1, "A file of statistics")
        self._fold()
        with replacing(path) as temporary, open(temporary, "wb") as file:
            np.savez(file, count=self._count, mean=self._mean, scatter=self._scatter)

    @classmethod
    def load(cls, path):
        """Reads what `save` wrote; more may be added.

        Raises:
            ValueError: If the file is damaged or holds something else.
        """
        try:
            with (
                open(path, "rb") as opened,
                np.load(opened, allow_pickle=False) as file,
            ):
                count, mean, scatter = (file[k] for k in ("count", "mean", "scatter"))
            statistics = cls(len(mean))
            statistics._set(int(count), mean, scatter)
        except FileNotFoundError:
            raise
        except (
            ValueError,
            TypeError,
            KeyError,
            OSError,
            EOFError,
            zipfile.BadZipFile,
            zlib.error,
        ) as error:
            raise ValueError(
                "`path` must be a file written by `FeatureStatistics.save`, whole. "
                f"Received: path={str(path)!r} ({error})"
            ) from error
        return statistics

    def _start(self, size):
        self._size = size
        self._count = 0
        self._mean = np.zeros(size)
        self._scatter = np.zeros((size, size))  # sum of (x - mean) (x - mean)'
        self._rows = np.empty((BLOCK, size))
        self._filled = 0

    def _set(self, count, mean, scatter):
        wanted = ((self._size,), (self._size, self._size))
        if count < 1 or (mean.shape, scatter.shape) != wanted:
            raise ValueError(f"shapes {mean.shape} and {scatter.shape}, count {count}")
        if not (np.isfinite(mean).all() and np.isfinite(scatter).all()):
            raise ValueError("values that are not finite")
        self._count = count
        self._mean[:] = mean
        self._scatter[:] = scatter

    def _fold(self):
        """Takes the gathered rows into mean and scatter."""
        rows = self._rows[: self._filled]
        self._filled = 0
        if len(rows):
            mean = rows.mean(axis=0)
            rows = rows - mean
            self._combine(len(rows), mean, rows.T @ rows)

    def _combine(self, count, mean, scatter):
        total = self._count + count
        if not count:
            return
        apart = mean - self._mean
        self._scatter += scatter
        self._scatter += np.outer(apart, apart * (self._count * count / total))
        self._mean += apart * (count / total)
        self._count = total

    def _check_count(self, least, what):
        if self.count < least:
            raise ValueError(
                f"{what} needs at least {least} sample{'s' if least > 1 else ''}. "
                f"Received: {self.count}"
            )
