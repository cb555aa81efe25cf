"""Which arrays of an HDF5 file can be read without harm, whoever wrote it."""

import math

# What h5py raises where a file is damaged, besides `ValueError`.
DAMAGE = (OSError, RuntimeError, KeyError, TypeError, OverflowError, UnicodeError)


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
