"""Many images in one."""

import math

import numpy as np


def image_grid(images, columns=None, padding=2):
    """Arranges images in rows on a white ground.

    Args:
        images: uint8 array `(n, height, width, channels)` with 1 or 3 channels.
        columns: Images in a row; None makes the grid as square as can be.
        padding: Pixels between neighbours and around the grid.

    Returns:
        uint8 array `(grid_height, grid_width, channels)`; places without an image
        stay white.

    Raises:
        ValueError: If `images` is not such an array or holds no image.
    """
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[-1] not in (1, 3) or images.dtype != "uint8":
        raise ValueError(
            "`images` must be a uint8 array (n, height, width, 1 or 3). "
            f"Received: {images.dtype} array of shape {images.shape}"
        )
    n, height, width, channels = images.shape
    if n == 0:
        raise ValueError("`images` must hold at least one image. Received: none")
    columns = min(n, columns or math.ceil(math.sqrt(n)))
    rows = math.ceil(n / columns)
    grid = np.full(
        (
            rows * (height + padding) + padding,
            columns * (width + padding) + padding,
            channels,
        ),
        255,
        "uint8",
    )
    for i, image in enumerate(images):
        top = padding + (i // columns) * (height + padding)
        left = padding + (i % columns) * (width + padding)
        grid[top : top + height, left : left + width] = image
    return grid
