"""Which arrays of an HDF5 file can be read without harm, whoever wrote it."""

import contextlib
import math

# What h5py raises where a file is damaged.
DAMAGE = (OSError, RuntimeError, KeyError, TypeError, OverflowError, ValueError)


@contextlib.contextmanager
def opened(path):
    """An HDF5 file, for reading.

    Raises:
        ValueError: Where it is damaged, whatever h5py makes of that.
    """
    import h5py

    try:
        with h5py.File(path, "r") as file:
            yield file
    except DAMAGE as error:
        if isinstance(error, ValueError) and str(path) in str(error):
            raise  # one of ours, which name the file
        raise ValueError(f"{path} is not HDF5, or is damaged: {error}") from error


def is_plain(item):
    """Whether a dataset is numbers in one piece of the file, all of them written.

    Virtual and external ones could make HDF5 read other files of this machine;
    compressed ones, and ones that were never written, can be larger than memory.
    """
    return (
        not item.is_virtual
        and not item.external
        and item.chunks is None
        and item.shape is not None
        and item.dtype.kind in "fiub"
        and item.id.get_storage_size() == bytes_of(item)
    )


def bytes_of(item):
    """Size of a dataset's values."""
    # Not the product that NumPy computes: it overflows.
    return math.prod(item.shape) * item.dtype.itemsize
