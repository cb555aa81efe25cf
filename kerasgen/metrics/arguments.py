"""Arguments that several metrics take, checked."""

import numpy as np


def check_positive(**arguments):
    """Refuses what is not an integer of at least 1."""
    for name, value in arguments.items():
        if not isinstance(value, (int, np.integer)) or value < 1:
            raise ValueError(
                f"`{name}` must be a positive integer. Received: {name}={value!r}"
            )


def check_seed(seed):
    """Refuses what cannot be the key of NumPy's Philox."""
    if not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**64:
        raise ValueError(
            f"`seed` must be an integer from 0 to 2**64 - 1. Received: seed={seed!r}"
        )
