"""What every kind of sample says of itself."""

import math

import keras
import numpy as np
from keras import ops

from kerasgen.arguments import is_integer
from kerasgen.described import Described
from kerasgen.pictures import image_grid
from kerasgen.warned import warn


class Kind(Described):
    """One kind of sample, as data holds it and as networks take it.

    A subclass defines `noun`, `check_dtype` and `views`, and what else differs from
    floats of any range.

    Args:
        shape: Of one sample, positive integers.

    Attributes:
        shape: The same, a tuple.
        noun: What several samples are called in messages.
        dtype: Of what `to_host` returns.
        interval: `(low, high)` in which networks take and make values; None for any.
    """

    noun = "samples"
    dtype = "float32"
    interval = None

    def __init__(self, shape):
        given, shape = shape, _as_tuple(shape)
        if not shape or not all(is_integer(n) and n > 0 for n in shape):
            raise ValueError(
                f"`shape` must hold positive integers. Received: shape={given}"
            )
        self.shape = tuple(int(n) for n in shape)

    def check(self, samples, name=None):
        """Refuses, on the host, a batch of anything else.

        Args:
            samples: Array or tensor `(batch, *shape)`.
            name: What to call it in messages.

        Raises:
            ValueError: If shape, dtype or range are wrong, or a value is not finite.
        """
        name = name or self.noun
        if not hasattr(samples, "shape") or not hasattr(samples, "dtype"):
            several = isinstance(samples, (list, tuple))
            table = hasattr(samples, "to_numpy")
            raise ValueError(
                f"`{name}` must be one array of shape {self._batch_shape()}"
                f"{': pass `.to_numpy()` of the table' if table else ''}"
                f"{': numpy.stack makes one of several' if several else ''}. "
                f"Received: a {type(samples).__name__}"
                f"{f' of {len(samples)}' if several else ''}"
            )
        self.check_shape(tuple(samples.shape), name)
        self.check_dtype(_dtype_of(samples), name)
        self.check_values(on_host(samples), name)

    def check_given(self, samples, name=None):
        """Refuses what `check` does and warns of what `check_set` would refuse.

        For the samples that a trained model is handed: so few may look so by chance.

        Args:
            samples, name: As for `check`.
        """
        self.check(samples, name)
        try:
            self.check_set(samples, name, "pass them as uint8, or ignore this")
        except ValueError as error:
            warn(str(error))

    def check_set(self, samples, name=None, if_meant="pass `nonnegative=True`"):
        """Refuses samples that were most likely scaled to another range.

        What each value alone does not betray, all of them together do; a kind that
        has no such mistake to fear takes everything.

        Args:
            samples: As `check` accepted them, as many as there are.
            name: What to call them in messages.
            if_meant: What to do where they are right, for the message.

        Raises:
            ValueError: If they look like data of another range.
        """

    def check_shape(self, found, name):
        """Refuses the shape of a batch."""
        if found[1:] != self.shape:
            raise ValueError(
                f"`{name}` must have shape {self._batch_shape()}. "
                f"Received: shape {found}"
            )

    def check_dtype(self, dtype, name):
        """Refuses a dtype."""
        if "float" not in dtype:
            raise ValueError(f"`{name}` must be float. Received: dtype {dtype}")

    def check_values(self, values, name):
        """Refuses values, a NumPy array of a dtype that was accepted."""
        check_finite(values, name)

    def limits(self, dtype):
        """`(low, high)` of data of an accepted dtype; None where all is fine."""
        return -math.inf, math.inf

    def bounds(self, samples, name=None):
        """Yields `(name, values, low, high)` of what a step is to keep an eye on.

        Args:
            samples: As for `to_float`.
            name: What to call them in messages.
        """
        for leaf in keras.tree.flatten(samples):
            limits = self.limits(keras.backend.standardize_dtype(leaf.dtype))
            if limits is not None:
                yield name or self.noun, leaf, *limits

    def to_float(self, samples):
        """Data as networks take it, inside a compiled step."""
        return ops.cast(samples, "float32")

    def to_host(self, samples):
        """What networks made as data holds it, a NumPy array."""
        return np.asarray(samples, self.dtype)

    def as_data(self, samples):
        """Data of any dtype that `check` accepts, in the one that `to_host` gives."""
        samples = np.asarray(samples)
        return samples if samples.dtype == self.dtype else self.to_host(samples)

    def views(self, samples):
        """A picture of each sample, all of one size.

        Args:
            samples: `(n, *shape)`, as `to_host` returns them.

        Returns:
            uint8 array `(n, height, width, 1 or 3)`.
        """
        raise NotImplementedError(f"{type(self).__name__} must define `views`.")

    def picture(self, samples, columns=None, padding=2):
        """Samples in one picture: their views in rows, unless a kind has a better one.

        Args:
            samples: `(n, *shape)`, as `to_host` returns them.
            columns: Samples in a row, where each has a place of its own; None makes
                the picture as square as can be.
            padding: Pixels between them.

        Returns:
            uint8 array `(height, width, 1 or 3)`.
        """
        return image_grid(self.views(samples), columns, padding)

    def get_config(self):
        return {"shape": self.shape}

    def _batch_shape(self):
        return f"(batch, {', '.join(map(str, self.shape))})"


def kind_of(shape):
    """The kind that samples of a shape most likely are.

    One axis is a vector, two a sequence, three an image, four voxels; the last axis
    holds channels or features.

    Args:
        shape: Of one sample.

    Raises:
        ValueError: If there is no such kind.
    """
    from kerasgen.kinds import Images, Sequences, Vectors, Voxels

    given, shape = shape, _as_tuple(shape)
    kinds = {1: Vectors, 2: lambda s: Sequences(*s), 3: Images, 4: Voxels}
    if len(shape) not in kinds:
        raise ValueError(
            "A sample has one axis (a vector), two (a sequence), three (an image) or "
            f"four (voxels): say which `kind` it is. Received: shape {given}"
        )
    return kinds[len(shape)](shape)


def check_kinds(**kinds):
    """Refuses what is no kind: a name, a shape."""
    for name, kind in kinds.items():
        if not isinstance(kind, Kind):
            raise ValueError(
                f"`{name}` must be a kerasgen.kinds.Kind, such as "
                f"kerasgen.kinds.Images((64, 64, 3)). Received: {name}={kind!r}"
            )


def on_host(samples):
    """An array or tensor as a NumPy array."""
    return samples if isinstance(samples, np.ndarray) else ops.convert_to_numpy(samples)


def _dtype_of(samples):
    """The name of a dtype, also of one that Keras does not know: strings, objects."""
    try:
        return keras.backend.standardize_dtype(samples.dtype)
    except ValueError:
        return str(samples.dtype)


def _as_tuple(shape):
    """A shape as a tuple, which is empty for what is no shape at all."""
    return tuple(shape) if hasattr(shape, "__iter__") else ()


def check_finite(values, name):
    """Refuses NaN and infinity."""
    if not np.isfinite(values).all():
        bad = int(np.count_nonzero(~np.isfinite(values)))
        raise ValueError(f"`{name}` must be finite. Received: {bad} values are not")


def check_range(values, low, high, rule):
    """Refuses values outside `[low, high]`; `rule` is the sentence that says so."""
    if values.size and (values.min() < low or values.max() > high):
        raise ValueError(
            f"{rule} Received: values in [{values.min():g}, {values.max():g}]"
        )
