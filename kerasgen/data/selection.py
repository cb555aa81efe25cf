"""Which samples of a source are used, and what batches carry beside them."""

import numpy as np

from kerasgen.arguments import check_positive
from kerasgen.data.order import evenly_spaced, shuffled

HELD_OUT = "held_out"
HOLD_OUT_SEED = 0  # which samples are held out never changes


def split_of_files(split):
    """Return the split that files must have: what is held out is of `"train"`."""
    if not isinstance(split, str):
        raise ValueError(f"`split` must be a string. Received: split={split!r}")
    return "train" if split == HELD_OUT else split


def chosen(count, split, hold_out, limit):
    """Return the rows of the samples asked for, `(n,)`.

    Args:
        count: int, samples in the split of the source.
        split: str; with `hold_out`, `"train"` or `"held_out"`.
        hold_out: int, samples of `"train"` that are kept apart, or `None`.
        limit: int, samples to use, spread evenly over the rest, or `None`.

    Raises:
        ValueError: If there are not as many, or the split cannot be divided.
    """
    rows = np.arange(count)
    if hold_out is not None or split == HELD_OUT:
        rows = _apart(count, hold_out, split)
    if limit is None:
        return rows
    check_positive(limit=limit)
    if limit > len(rows):
        raise ValueError(
            f"`limit` must not be larger than the set of {len(rows)} samples. "
            f"Received: limit={limit}"
        )
    return rows[evenly_spaced(len(rows), limit)]


def taken(source, rows):
    """Return a source with the samples of some rows alone."""
    return source if len(rows) == len(source) else source.take(rows)


def _apart(count, hold_out, split):
    """Return the indices of the samples held out, or of the others."""
    if split not in ("train", HELD_OUT) or hold_out is None:
        raise ValueError(
            "`hold_out` divides the split 'train' in two, 'train' and 'held_out'. "
            f"Received: hold_out={hold_out}, split={split!r}"
        )
    check_positive(hold_out=hold_out)
    if hold_out >= count:
        raise ValueError(
            f"`hold_out` must leave some of the {count} samples. "
            f"Received: hold_out={hold_out}"
        )
    held, others = np.split(shuffled(count, HOLD_OUT_SEED, 0), [hold_out])
    return np.sort(held if split == HELD_OUT else others)
