"""Sequences as a score is written: time to the right, features upwards."""

import numpy as np

from kerasgen.arguments import as_array

LIGHT, DARK = 245, 15
WIDTH, HEIGHT = 384, 96  # pixels that short and low scores are enlarged to
LARGEST = 16  # pixels of a cell's side


def scores(sequences, limits=None):
    """Draws sequences like piano rolls, larger numbers darker.

    Small ones are enlarged so that each number is a cell of several pixels.

    Args:
        sequences: Array `(n, length, features)`.
        limits: Numbers `(low, high)` that are lightest and darkest; None takes the
            smallest and the largest of all sequences.

    Returns:
        uint8 array `(n, height, width, 1)`.

    Raises:
        ValueError: If `sequences` is not such an array.
    """
    sequences = as_array("sequences", sequences, "float64")
    if sequences.ndim != 3 or sequences.size == 0:
        raise ValueError(
            "`sequences` must have shape (n, length, features) and not be empty. "
            f"Received: shape {sequences.shape}"
        )
    shades = _shades(sequences, limits or _range(sequences))
    cells = shades.transpose(0, 2, 1)[:, ::-1]  # (n, features, length), lowest last
    across = _side(cells.shape[2], WIDTH)
    # A cell is at most four times as high as wide: few voices make no towers.
    up = min(_side(cells.shape[1], HEIGHT), 4 * across)
    return cells.repeat(up, axis=1).repeat(across, axis=2)[..., None]


def _range(sequences):
    finite = sequences[np.isfinite(sequences)]
    return (finite.min(), finite.max()) if finite.size else (0.0, 1.0)


def _shades(values, limits):
    low, high = limits
    parts = (values - low) / (high - low if high > low else 1.0)
    parts = np.clip(np.nan_to_num(parts, posinf=1.0, neginf=0.0), 0.0, 1.0)
    return np.rint(LIGHT + parts * (DARK - LIGHT)).astype("uint8")


def _side(cells, pixels):
    return int(np.clip(pixels // cells, 1, LARGEST))
