"""Orders and coin tosses that depend on nothing but the seed and the epoch."""

import numpy as np


def shuffled(count, seed, epoch):
    """Return a permutation of `range(count)`, fixed by `(seed, epoch)`."""
    # Two equal draws among 64-bit numbers keep their places: the sort is stable.
    return np.argsort(_draw(count, seed, epoch, stream=0), kind="stable")


def coin_tosses(count, seed, epoch):
    """Return `count` booleans, each true half of the time."""
    return (_draw(count, seed, epoch, stream=1) >> np.uint64(63)).astype(bool)


def evenly_spaced(total, count):
    """Return `count` positions spread evenly over `range(total)`."""
    return np.arange(count, dtype=np.int64) * total // count


def _draw(count, seed, epoch, stream):
    # What Philox puts out is fixed for ever; how `Generator.permutation` uses it
    # may change with the NumPy version, and with it every resumed training.
    philox = np.random.Philox(
        key=np.array([seed, epoch], dtype=np.uint64),
        counter=np.array([0, 0, 0, stream], dtype=np.uint64),
    )
    return philox.random_raw(count)
