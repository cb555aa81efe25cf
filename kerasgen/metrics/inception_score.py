"""The Inception score, of all probabilities at once or of a stream."""

import numpy as np

from kerasgen.arguments import check_positive
from kerasgen.metrics.estimate import Estimate
from kerasgen.metrics.features import check_features

TOLERANCE = 1e-3  # of the sum of probabilities: that of half precision


def inception_score(probs, splits=10):
    """Inception score: `exp(mean KL(p(y|x) || p(y)))` in each of several splits.

    Args:
        probs: Class probabilities, array-like `(n, classes)`, rows that sum to 1.
        splits: Number of parts, each of neighboring images as in the authors' code.

    Returns:
        `(mean, std)` over the splits, each score from 1 to the number of classes.

    Raises:
        ValueError: If rows are no probabilities or fewer than the splits.

    Example:

    ```python
    kerasgen.metrics.inception_score(np.eye(4), splits=1)  # mean=4.0, std=0.0
    ```

    Reference:
        Salimans et al., 2016, arXiv:1606.03498, section 4; Barratt and Sharma, 2018,
        arXiv:1801.01973, on what it does not tell.
    """
    probs = check_probabilities(probs)
    statistics = ScoreStatistics(len(probs), splits)
    statistics.update(probs)
    return statistics.score()


class ScoreStatistics:
    """What the Inception score needs of a stream of probabilities.

    Splits are parts of neighboring images, so their borders need the number of images
    in advance. Memory is that of one row for each split.

    Args:
        num_images: How many images there will be.
        splits: Number of parts, at most `num_images`.

    Raises:
        ValueError: If there are fewer images than splits.
    """

    def __init__(self, num_images, splits=10):
        check_positive(num_images=num_images, splits=splits)
        if num_images < splits:
            raise ValueError(
                "There must be at least one image in each split. "
                f"Received: {num_images} images and splits={splits}"
            )
        self.num_images = num_images
        self.splits = splits
        self.count = 0
        self._borders = np.arange(splits + 1) * num_images // splits
        self._batches = 0
        self._sums = None  # of p, (splits, classes)
        self._information = np.zeros(splits)  # sums of p log p

    def update(self, probs):
        """Adds the probabilities of the next images, array-like `(batch, classes)`.

        Raises:
            ValueError: If they are no probabilities, of other classes than before, or
                more than announced; the message names the batch, counted from 0.
        """
        where = f" of batch {self._batches}"
        probs = check_probabilities(probs, where)
        if self._sums is None:
            self._sums = np.zeros((self.splits, probs.shape[1]))
        if probs.shape[1] != self._sums.shape[1]:
            raise ValueError(
                f"`probs` must have {self._sums.shape[1]} columns, as before. "
                f"Received: {probs.shape[1]}{where}"
            )
        if self.count + len(probs) > self.num_images:
            raise ValueError(
                f"There must be {self.num_images} images in all, as announced. "
                f"Received: {self.count + len(probs)} with the last{where}"
            )
        for split, part in self._parts(probs):
            self._sums[split] += part.sum(axis=0)
            self._information[split] += _x_log_x(part).sum()
        self._batches += 1
        self.count += len(probs)

    def score(self):
        """`(mean, std)` over the splits.

        Raises:
            ValueError: If images are missing.
        """
        if self.count < self.num_images:
            raise ValueError(
                f"There must be {self.num_images} images, as announced. "
                f"Received: {self.count}"
            )
        sizes = np.diff(self._borders)
        # KL(p(y|x) || p(y)) is p log p less p log p(y), whose mean is p(y) log p(y).
        marginals = self._sums / sizes[:, None]
        scores = np.exp(self._information / sizes - _x_log_x(marginals).sum(axis=1))
        return Estimate(float(np.mean(scores)), float(np.std(scores)))

    def _parts(self, probs):
        borders = np.clip(self._borders - self.count, 0, len(probs))
        for split in range(self.splits):
            part = probs[borders[split] : borders[split + 1]]
            if len(part):
                yield split, part.astype("float64")


def check_probabilities(probs, where=""):
    """Probabilities `(n, classes)` as a float array.

    Raises:
        ValueError: If a row has a negative value or does not sum to 1.
    """
    probs = check_features(probs, "probs", where=where)
    sums = probs.sum(axis=1, dtype="float64")
    wrong = (np.abs(sums - 1.0) > TOLERANCE) | (probs.min(axis=1) < 0.0)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(
            "`probs` must be probabilities, at least 0 and with a sum of 1 in each "
            f"row: apply a softmax to logits. Received: row {row}{where} with the "
            f"smallest value {probs[row].min():g} and the sum {sums[row]:g}"
        )
    return probs


def _x_log_x(x):
    """`x log x`, 0 where `x` is 0."""
    return x * np.log(x, out=np.zeros_like(x), where=x > 0)
