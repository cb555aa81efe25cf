"""Large pictures in parts: where the parts lie, and how they are put together."""

import numpy as np


def starts(size, tile, overlap):
    """Where tiles begin along a side, spread evenly from border to border.

    Args:
        size: Of the side, at least `tile`.
        tile: Of each part.
        overlap: What neighbors share at least, less than `tile`.

    Returns:
        int array `(n,)`.
    """
    n = 1 + -(-(size - tile) // (tile - overlap))
    return np.rint(np.linspace(0, size - tile, n)).astype(int)


def corners(shape, tile, overlap):
    """`[(top, left)]` of the tiles of a picture, row by row."""
    height, width = shape[:2]
    rows, columns = starts(height, tile, overlap), starts(width, tile, overlap)
    return [(int(top), int(left)) for top in rows for left in columns]


def cut(picture, places, tile):
    """The tiles of a picture, `(n, tile, tile, channels)`."""
    return np.stack([picture[y : y + tile, x : x + tile] for y, x in places])


def joined(tiles, places, shape, overlap):
    """A picture of its tiles; where they overlap, one turns into the other.

    Args:
        tiles: Float array `(n, tile, tile, channels)`.
        places: `[(top, left)]`, as `corners` gives them.
        shape: `(height, width)` of the picture.
        overlap: Over how many pixels a tile fades out.

    Returns:
        float32 array `(height, width, channels)`.
    """
    tile, channels = tiles.shape[1], tiles.shape[-1]
    fade = np.minimum(np.arange(tile) + 1, tile - np.arange(tile))
    fade = np.minimum(fade / (overlap + 1), 1.0)
    weight = np.outer(fade, fade)[..., None]
    total = np.zeros((*shape[:2], channels))
    weights = np.zeros((*shape[:2], 1))
    for part, (y, x) in zip(tiles, places, strict=True):
        total[y : y + tile, x : x + tile] += weight * part
        weights[y : y + tile, x : x + tile] += weight
    return (total / weights).astype("float32")
