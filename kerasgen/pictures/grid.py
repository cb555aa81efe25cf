"""Many pictures in one."""

import math

import numpy as np

from kerasgen.arguments import as_array, check_counts, check_positive


def image_grid(images, columns=None, padding=2):
    """Arranges images in rows on a white ground.

    Args:
        images: uint8 array `(n, height, width, channels)` with 1 or 3 channels.
        columns: Images in a row; None makes the grid as square as can be.
        padding: Pixels between neighbors and around the grid.

    Returns:
        uint8 array `(grid_height, grid_width, channels)`; places without an image
        stay white.

    Raises:
        ValueError: If `images` is not such an array or holds no image, or a number is
            out of range.
    """
    images = as_array("images", images)
    check_counts(padding=padding)
    if columns is not None:
        check_positive(columns=columns)
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


def side_by_side(left, right, padding=2):
    """Two pictures each in one, the lower one in the middle of its height.

    Args:
        left, right: uint8 arrays `(n, height, width, 1 or 3)`; sizes and channels of
            the two may differ.
        padding: White pixels between them.

    Returns:
        uint8 array `(n, height, width, 1 or 3)`, in color if one of them is.

    Raises:
        ValueError: If they are not as many pictures each.
    """
    left, right = as_array("left", left), as_array("right", right)
    if left.ndim != 4 or right.ndim != 4 or len(left) != len(right):
        raise ValueError(
            "`left` and `right` must be arrays (n, height, width, 1 or 3), as many "
            f"pictures each. Received: shapes {left.shape} and {right.shape}"
        )
    height = max(left.shape[1], right.shape[1])
    channels = max(left.shape[3], right.shape[3])
    left, right = (_enlarged(each, height, channels) for each in (left, right))
    between = np.full((len(left), height, padding, channels), 255, "uint8")
    return np.concatenate([left, between, right], axis=2)


def _enlarged(pictures, height, channels):
    above, odd = divmod(height - pictures.shape[1], 2)
    margin = [(0, 0), (above, above + odd), (0, 0), (0, 0)]
    pictures = np.pad(pictures, margin, constant_values=255)
    return np.broadcast_to(pictures, (*pictures.shape[:3], channels))
