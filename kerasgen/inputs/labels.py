"""Classes or attributes that a sample is to have."""

import keras
import numpy as np
from keras import ops

from kerasgen.arguments import as_array, check_flags, is_integer
from kerasgen.inputs.input import Input, check_rows, is_listed
from kerasgen.registered import registered

SETS = (set, frozenset)


@registered
class Labels(Input):
    """Classes or attributes, as users give them and as networks take them.

    Users give `(n,)` integers in [0, `size`), or `(n, size)` zeros and ones: one-hot
    classes, or several attributes at once; with names also those. Networks take
    zeros and ones.

    Args:
        size: Number of classes, or of attributes, at least 2.
        several: Whether a sample may have any number of ones, rather than just one.
        names: What they are called, `size` strings; None if they have numbers only.
        drawn: Whether training draws the classes of its samples evenly, instead of
            taking them from the data.
        unlabeled: Whether data may hold samples without a class, labeled -1, which
            networks see as zeros.
    """

    name = "labels"

    def __init__(self, size, several=True, names=None, drawn=False, unlabeled=False):
        if not is_integer(size) or size < 2:
            raise ValueError(
                "`num_classes` must be an integer of at least 2; one attribute alone "
                f"is two classes, 0 and 1. Received: num_classes={size}"
            )
        self.size = int(size)
        check_flags(several=several, drawn=drawn, unlabeled=unlabeled)
        self.several = several
        self.names = None if names is None else self._checked_names(names)
        self.drawn = drawn
        self.unlabeled = unlabeled

    def adopt(self, names):
        """Takes the names that a data set has for them, where they have none yet.

        Args:
            names: List of strings, or None; others than `size` are left alone.
        """
        if self.names is None and names and len(names) == self.size:
            self.names = self._checked_names(names)

    # --- in training

    def from_batch(self, labels):
        """Tensor `(batch, size)`, float32, of labels in either form."""
        if len(labels.shape) == 2 and labels.shape[1] == self.size:
            return ops.cast(labels, "float32")
        labels = ops.reshape(ops.cast(labels, "int32"), (-1,))
        known = ops.logical_and(labels >= 0, labels < self.size)
        # -1 gives zeros; what is no class either way is for `bounds` to find.
        labels = ops.where(known, labels, -1)
        return ops.one_hot(labels, self.size, dtype="float32")

    def bounds(self, labels):
        """Yields `(name, values, low, high)` of labels as the data has them."""
        if len(labels.shape) == 2 and labels.shape[1] == self.size:
            ones = ops.cast(labels, "float32")
            yield self.name, ones, 0.0, 1.0
            if not self.several:
                yield f"{self.name}.sum(axis=1)", ops.sum(ones, axis=1), 1.0, 1.0
        else:
            yield self.name, labels, self._lowest, self.size - 1

    def in_training(self, n, seed, batch):
        if not self.drawn:
            return batch["labels"]
        classes = keras.random.randint((n,), 0, self.size, dtype="int32", seed=seed)
        return ops.one_hot(classes, self.size, dtype="float32")

    def check_batch(self, labels):
        """Refuses, on the host, what `from_batch` could not read; gives an array."""
        if labels is None:
            raise ValueError(
                f"This model is conditional and needs labels: (n,) integers below "
                f"{self.size}, or (n, {self.size}) zeros and ones. Load data with "
                "`labels=True`, or call `fit(images, labels)`. Received: no labels"
            )
        return self._checked(labels, self._lowest)

    @property
    def _lowest(self):
        return -1 if self.unlabeled else 0

    # --- in `generate`

    def count(self, given):
        # A number, a name or a set of names stands for all samples.
        alone = isinstance(given, (str, *SETS))
        return len(given) if is_listed(given) and not alone else None

    def draw(self, n, random=None):
        """All classes in turn: nothing of it is random."""
        return np.arange(n) % self.size

    def check(self, given, n):
        if self.count(given) is None:
            given = np.full(n, given)
        if _holds_names(given):
            given = np.stack([self._ones_of(names) for names in given])
        given = self._checked(given)
        check_rows(self.name, len(given), n)
        return given

    def encode(self, values):
        if values.ndim == 2 and values.shape[1] == self.size:
            return values.astype("float32")
        return np.eye(self.size, dtype="float32")[values.reshape(-1).astype(int)]

    def get_config(self):
        return {
            "size": self.size,
            "several": self.several,
            "names": self.names,
            "drawn": self.drawn,
            "unlabeled": self.unlabeled,
        }

    # --- checks

    def _checked(self, labels, lowest=0):
        if not isinstance(labels, (list, tuple)):
            labels = ops.convert_to_numpy(labels)
        labels = as_array(self.name, labels)
        if labels.ndim == 2 and labels.shape[1] == self.size:
            self._check_ones(labels)
        elif labels.ndim == 1 or (labels.ndim == 2 and labels.shape[1] == 1):
            self._check_classes(labels, lowest)
        else:
            raise ValueError(
                f"`labels` must have shape (n,) or (n, {self.size}). "
                f"Received: shape {labels.shape}"
            )
        return labels

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

    def _check_ones(self, labels):
        if not np.isin(labels, (0, 1)).all():
            raise ValueError(
                f"`labels` of shape (n, {self.size}) must hold zeros and ones. "
                f"Received: values from {labels.min()} to {labels.max()}"
            )
        if not self.several and not (labels.sum(axis=1) == 1).all():
            raise ValueError(
                "`labels` must name one class for each sample. Received: rows with "
                f"{int(labels.sum(axis=1).min())} to {int(labels.sum(axis=1).max())}"
            )

    def _check_classes(self, labels, lowest):
        if labels.dtype.kind not in "iu":
            raise ValueError(
                "`labels` of shape (n,) must be integers. "
                f"Received: dtype {labels.dtype}"
            )
        if len(labels) and (labels.min() < lowest or labels.max() >= self.size):
            unlabeled = ", or be -1 where there is none" if lowest < 0 else ""
            raise ValueError(
                f"`labels` must lie in [0, {self.size}){unlabeled}. Received: labels "
                f"from {labels.min()} to {labels.max()}"
            )


def _holds_names(labels):
    if isinstance(labels, np.ndarray) and labels.dtype.kind not in "OU":
        return False
    listed = isinstance(labels, (list, tuple, np.ndarray))
    return listed and any(isinstance(label, (str, *SETS)) for label in labels)
