"""What every input of a model says of itself."""

import numpy as np

from kerasgen.arguments import check_seeds
from kerasgen.described import Described


class Input(Described):
    """One thing that a sample is made from: a latent, a label, a code.

    It is drawn on the host by NumPy, so that a seed gives the same samples on every
    backend, and in training steps by `keras.random`.

    Attributes:
        name: The argument of `generate` by which the user gives it.
        size: Numbers a network gets for each sample.
        drawable: Whether `draw` can draw it, or the user has to give it.
    """

    name = "inputs"
    size = None
    drawable = True

    def count(self, given):
        """How many samples a value stands for; None where it fits any number."""
        return len(given) if is_listed(given) else None

    def draw(self, n, random):
        """`n` values in the form that users give, drawn by a NumPy generator.

        Raises:
            ValueError: If it cannot be drawn, only given.
        """
        raise NotImplementedError(f"{type(self).__name__} must define `draw`.")

    def check(self, given, n):
        """What the user gave as an array of `n` rows.

        Raises:
            ValueError: If shape or range are wrong.
        """
        raise NotImplementedError(f"{type(self).__name__} must define `check`.")

    def encode(self, values):
        """Checked or drawn values as networks take them, a NumPy array `(n, size)`."""
        return values

    def in_training(self, n, seed, batch):
        """A tensor `(n, size)` for a step of training.

        Args:
            n: Samples to make.
            seed: `keras.random.SeedGenerator`.
            batch: The minibatch, `{"samples": ..., "labels": ...}`.
        """
        raise NotImplementedError(f"{type(self).__name__} must define `in_training`.")


def is_listed(given):
    """Whether a value holds others, one after the other."""
    return hasattr(given, "__len__") and getattr(given, "ndim", 1) > 0


def philox(seed):
    """The host's random numbers, the same on every backend and machine.

    Args:
        seed: Integer; None draws other numbers each time.

    Raises:
        ValueError: If it is anything else.
    """
    if seed is not None:
        check_seeds(seed=seed)
    return np.random.Generator(np.random.Philox(seed))


def check_rows(name, found, n):
    """Refuses another number of rows than there are samples."""
    if found != n or n < 1:
        raise ValueError(
            f"`n` must be the number of `{name}`, at least 1. "
            f"Received: n={n} and {found} {name}"
        )
