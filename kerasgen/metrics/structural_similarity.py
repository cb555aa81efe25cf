"""How alike two images are in structure: SSIM."""

import numpy as np

from kerasgen.metrics.estimate import Estimate
from kerasgen.metrics.image_pairs import checked_pairs, in_255

WINDOW, SIGMA = 11, 1.5  # Wang et al. 2004, section III.C
STABILIZERS = (0.01 * 255) ** 2, (0.03 * 255) ** 2  # C1, C2 of the same
BLOCK = 2**21  # numbers in the pairs compared together


def structural_similarity(images, targets, *, nonnegative=False):
    """SSIM of images and what they should be.

    `(2 mx my + C1) (2 sxy + C2) / ((mx^2 + my^2 + C1) (sx^2 + sy^2 + C2))` of means,
    variances and covariance in a Gaussian window of 11x11 pixels that lies within the
    image; a mean over places and channels, then pairs.

    Args:
        images: Array-like `(n, height, width, channels)`, uint8 or float in [-1, 1].
        targets: The same, each beside its image.
        nonnegative: Whether float images of which none is below 0 are meant to be so.

    Returns:
        `(mean, std)` over the pairs, at most 1.

    Raises:
        ValueError: If images are smaller than 11x11, or range or shapes do not fit.

    Example:

    ```python
    images = np.random.default_rng(0).integers(0, 256, (4, 16, 16, 3)).astype("uint8")
    kerasgen.metrics.structural_similarity(images, images)  # (1.0, 0.0)
    ```

    Reference:
        Wang, Bovik, Sheikh and Simoncelli, Image quality assessment: from error
        visibility to structural similarity, 2004, equation 13.
    """
    images, targets = checked_pairs(images, targets, nonnegative)
    check_sides(images.shape[1:3])
    size = max(1, BLOCK // images[0].size)
    values = []
    for start in range(0, len(images), size):
        rows = slice(start, start + size)
        x, y = (np.moveaxis(in_255(each[rows]), -1, 1) for each in (images, targets))
        luminance, structure = similarity_maps(x, y)
        values.append((luminance * structure).mean(axis=(1, 2, 3)))
    values = np.concatenate(values)
    return Estimate(float(values.mean()), float(values.std()))


def check_sides(sides):
    """Refuses images that the window does not fit into."""
    if min(sides) < WINDOW:
        raise ValueError(
            f"`images` must have sides of at least {WINDOW} pixels. "
            f"Received: {tuple(sides)}"
        )


def similarity_maps(x, y):
    """Maps of luminance `l` and of contrast and structure `c s`.

    Args:
        x, y: float64 in [0, 255], `(pairs, channels, height, width)`.
    """
    c1, c2 = STABILIZERS
    mean_x, mean_y = _blurred(x), _blurred(y)
    squares, products = mean_x**2 + mean_y**2, mean_x * mean_y
    variances = _blurred(x**2 + y**2) - squares
    covariance = _blurred(x * y) - products
    luminance = (2.0 * products + c1) / (squares + c1)
    return luminance, (2.0 * covariance + c2) / (variances + c2)


def _blurred(x):
    """Weighted means within the window, where it lies within the image."""
    return _band(x.shape[2]) @ x @ _band(x.shape[3]).T


def _band(size):
    """The window along an axis as a matrix `(size - 10, size)`."""
    places = np.arange(WINDOW) - WINDOW // 2
    window = np.exp(-(places**2) / (2.0 * SIGMA**2))
    band = np.zeros((size - WINDOW + 1, size))
    for row in range(len(band)):
        band[row, row : row + WINDOW] = window / window.sum()
    return band
