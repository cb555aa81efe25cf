"""How far images are from what they should be, pixel by pixel."""

import numpy as np

from kerasgen.arguments import check_flags
from kerasgen.kinds import Images
from kerasgen.metrics.estimate import Estimate
from kerasgen.metrics.features import host_array


def l1_distance(images, targets, *, nonnegative=False):
    """Mean absolute difference, of the range from 0 to 1.

    Args:
        images: Array-like `(n, height, width, channels)`, uint8 or float in [-1, 1].
        targets: The same, each beside its image.
        nonnegative: Whether float images of which none is below 0 are meant to be so.

    Returns:
        `(mean, std)` over the pairs of means over pixels, from 0 to 1.

    Raises:
        ValueError: If range or shapes do not fit.

    Example:

    ```python
    black, gray = np.zeros((2, 8, 8, 1), "uint8"), np.full((2, 8, 8, 1), 51, "uint8")
    kerasgen.metrics.l1_distance(black, gray)  # (0.2, 0.0)
    ```
    """
    x, y = checked_pairs(images, targets, nonnegative)
    return _estimate(_means(np.abs(in_255(x) - in_255(y))) / 255.0)


def peak_signal_to_noise_ratio(images, targets, *, nonnegative=False):
    """PSNR, `10 log10(255^2 / mean square difference)`, in decibels.

    Args:
        images: Array-like `(n, height, width, channels)`, uint8 or float in [-1, 1].
        targets: The same, each beside its image.
        nonnegative: Whether float images of which none is below 0 are meant to be so.

    Returns:
        `(mean, std)` over the pairs; infinite where two are equal.

    Raises:
        ValueError: If range or shapes do not fit.

    Example:

    ```python
    black, gray = np.zeros((2, 8, 8, 1), "uint8"), np.full((2, 8, 8, 1), 51, "uint8")
    kerasgen.metrics.peak_signal_to_noise_ratio(black, gray)  # (13.98, 0.0)
    ```
    """
    x, y = checked_pairs(images, targets, nonnegative)
    squares = _means((in_255(x) - in_255(y)) ** 2)
    if not squares.all():
        return Estimate(float("inf"), float("nan"))
    return _estimate(10.0 * np.log10(255.0**2 / squares))


def checked_pairs(images, targets, nonnegative=False):
    """Images and what they should be as arrays.

    Raises:
        ValueError: If they are no images, or not of one shape.
    """
    check_flags(nonnegative=nonnegative)
    images, targets = host_array(images, "images"), host_array(targets, "targets")
    if images.ndim != 4 or images.shape != targets.shape or not len(images):
        raise ValueError(
            "`images` and `targets` must have one shape (n, height, width, channels). "
            f"Received: shapes {images.shape} and {targets.shape}"
        )
    for name, each in (("images", images), ("targets", targets)):
        kind = Images(each.shape[1:])
        kind.check(each, name)
        if not nonnegative:
            kind.check_set(each, name)
    return images, targets


def in_255(images):
    """Images as float64 in [0, 255]."""
    floats = images.astype("float64")
    return floats if images.dtype == "uint8" else (floats + 1.0) * 127.5


def _means(values):
    return values.mean(axis=(1, 2, 3))


def _estimate(values):
    return Estimate(float(values.mean()), float(values.std()))
