"""Labels as users give them, and as networks take them."""

import keras
import numpy as np
from keras import ops

SETS = (set, frozenset)


class Labels:
    """Classes or attributes of a conditional model.

    Users give `(n,)` integers in [0, `size`), or `(n, size)` zeros and ones: one-hot
    classes, or several attributes at once. Networks take the latter.

    Args:
        size: Number of classes, or of attributes, at least 2.
        several: Whether a sample may have any number of ones, rather than just one.
        names: What they are called, `size` strings; None if they have numbers only.
    """

    def __init__(self, size, several=True, names=None):
        if not isinstance(size, int) or size < 2:
            raise ValueError(
                "`num_classes` must be an integer of at least 2; one attribute alone "
                f"is two classes, 0 and 1. Received: num_classes={size}"
            )
        self.size = size
        self.several = several
        self.names = None if names is None else self._checked_names(names)

    def encode(self, labels):
        """Tensor `(batch, size)`, float32, of labels in either form."""
        if len(labels.shape) == 2 and labels.shape[1] == self.size:
            return ops.cast(labels, "float32")
        labels = ops.reshape(ops.cast(labels, "int32"), (-1,))
        return ops.one_hot(labels, self.size, dtype="float32")

    def draw(self, n, seed):
        """Classes drawn evenly, a tensor `(n, size)`."""
        classes = keras.random.randint((n,), 0, self.size, dtype="int32", seed=seed)
        return ops.one_hot(classes, self.size, dtype="float32")

    def check(self, labels, name="labels"):
        """Refuses, on the host, what `encode` could not read; returns an array."""
        if labels is None:
            raise ValueError(
                f"This model is conditional and needs labels: (n,) integers below "
                f"{self.size}, or (n, {self.size}) zeros and ones. Load data with "
                "`labels=True`, or call `fit(images, labels)`. Received: no labels"
            )
        labels = np.asarray(keras.ops.convert_to_numpy(labels))
        if labels.ndim == 2 and labels.shape[1] == self.size:
            self._check_ones(labels, name)
        elif labels.ndim == 1 or (labels.ndim == 2 and labels.shape[1] == 1):
            self._check_classes(labels, name)
        else:
            raise ValueError(
                f"`{name}` must have shape (n,) or (n, {self.size}). "
                f"Received: shape {labels.shape}"
            )
        return labels

    def on_host(self, labels, n):
        """`(n, size)` float32 for `generate`: given labels, or all classes in turn."""
        if labels is None or n is not None:
            if not isinstance(n, (int, np.integer)) or n < 1:
                raise ValueError(f"`n` must be a positive integer. Received: n={n}")
        if labels is None:
            labels = np.arange(n) % self.size
        elif np.ndim(labels) == 0:  # a number, a name or a set of names
            labels = np.full(1 if n is None else n, labels)
        if _holds_names(labels):
            labels = np.stack([self._ones_of(names) for names in labels])
        labels = self.check(labels)
        if n not in (None, len(labels)):
            raise ValueError(
                "`n` must be the number of `labels`. "
                f"Received: n={n} and {len(labels)} labels"
            )
        if labels.ndim == 2 and labels.shape[1] == self.size:
            return labels.astype("float32")
        return np.eye(self.size, dtype="float32")[labels.reshape(-1).astype(int)]

    def _ones_of(self, asked):
        """Zeros and ones `(size,)` of a name, or of a set of them."""
        asked = [asked] if isinstance(asked, str) else asked
        if self.names is None:
            raise ValueError(
                "The classes of this model have no names, only numbers from 0 to "
                f"{self.size - 1}. Received: labels={asked!r}"
            )
        if not isinstance(asked, (list, *SETS)):
            raise ValueError(
                "`labels` must be all numbers, or all names and sets of names. "
                f"Received: {asked!r} among names"
            )
        unknown = sorted(str(name) for name in set(asked) - set(self.names))
        if unknown:
            raise ValueError(
                f"`labels` must be of {', '.join(self.names)}. "
                f"Received: {', '.join(unknown)}"
            )
        return np.isin(self.names, list(asked)).astype("float32")

    def _checked_names(self, names):
        names = list(names)
        fit = len(names) == len(set(names)) == self.size
        if not fit or not all(isinstance(name, str) and name for name in names):
            raise ValueError(
                "`class_names` must be a different name for each of the "
                f"{self.size} classes or attributes. Received: class_names={names}"
            )
        return names

    def _check_ones(self, labels, name):
        if not np.isin(labels, (0, 1)).all():
            raise ValueError(
                f"`{name}` of shape (n, {self.size}) must hold zeros and ones. "
                f"Received: values from {labels.min()} to {labels.max()}"
            )
        if not self.several and not (labels.sum(axis=1) == 1).all():
            raise ValueError(
                f"`{name}` must name one class for each sample. Received: rows with "
                f"{int(labels.sum(axis=1).min())} to {int(labels.sum(axis=1).max())}"
            )

    def _check_classes(self, labels, name):
        if labels.dtype.kind not in "iu":
            raise ValueError(
                f"`{name}` of shape (n,) must be integers. "
                f"Received: dtype {labels.dtype}"
            )
        if len(labels) and (labels.min() < 0 or labels.max() >= self.size):
            raise ValueError(
                f"`{name}` must lie in [0, {self.size}). Received: labels from "
                f"{labels.min()} to {labels.max()}"
            )


def _holds_names(labels):
    if isinstance(labels, np.ndarray) and labels.dtype.kind not in "OU":
        return False
    listed = isinstance(labels, (list, tuple, np.ndarray))
    return listed and any(isinstance(label, (str, *SETS)) for label in labels)
