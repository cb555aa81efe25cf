"""Diversity of images as the MS-SSIM of random pairs."""

import numpy as np

from kerasgen.arguments import check_flags, check_positive, check_seeds
from kerasgen.data.order import shuffled
from kerasgen.kinds import Images
from kerasgen.metrics.estimate import Estimate
from kerasgen.metrics.features import host_array
from kerasgen.metrics.image_pairs import in_255
from kerasgen.metrics.structural_similarity import (
    BLOCK,
    WINDOW,
    check_sides,
    similarity_maps,
)

WEIGHTS = np.array([0.0448, 0.2856, 0.3001, 0.2363, 0.1333])  # Wang 2003, section 3.2


def multiscale_similarity(images, pairs=100, scales=None, seed=0, *, nonnegative=False):
    """MS-SSIM of random pairs of images: the less alike they are, the lower.

    ACGAN compares images of one class: call this for each class. What counts is the
    difference to the same number for real images.

    Each scale halves the one before by averaging 2x2 pixels. The structural similarity
    of channels has a Gaussian window of 11x11 pixels that lies within the image; its
    means, negative ones as 0, are raised to the weights of the scales and multiplied.
    The result is a mean over channels, then pairs.

    Args:
        images: Array-like `(n, height, width, channels)`, uint8 or float in [-1, 1].
        pairs: How many pairs, no image in two of them; at most `n / 2`.
        scales: How many scales, 1 to 5; None takes as many as leave 11 pixels: five
            from 176 pixels, three for 64, two for 28 and 32. The weights of fewer than
            five are divided by their sum, so numbers with other scales do not compare.
        seed: Integer from 0 that fixes the pairs.
        nonnegative: Whether float images of which none is below 0 are meant to be so.

    Returns:
        `(mean, std)` over the pairs, from 0 to 1.

    Raises:
        ValueError: If there are too few images, they are too small, or their range or
            shape do not fit.

    Reference:
        Wang, Simoncelli and Bovik, Multiscale structural similarity for image quality
        assessment, 2003; Odena et al., 2016, arXiv:1610.09585, section 4.2.
    """
    check_positive(pairs=pairs)
    check_seeds(seed=seed)
    check_flags(nonnegative=nonnegative)
    images = host_array(images, "images")
    if images.ndim != 4 or len(images) < 2 * pairs:
        raise ValueError(
            f"`images` must have shape (n, height, width, channels), two for each of "
            f"{pairs} pairs. Received: shape {images.shape}"
        )
    kind = Images(images.shape[1:])
    kind.check(images)
    if not nonnegative:
        kind.check_set(images)
    scales = _check_scales(scales, images.shape[1:3])
    first, second = shuffled(len(images), seed, 0)[: 2 * pairs].reshape(2, pairs)
    size = max(1, BLOCK // images[0].size)
    blocks = [slice(i, i + size) for i in range(0, pairs, size)]
    values = np.concatenate(
        [_similarity(images[first[b]], images[second[b]], scales) for b in blocks]
    )
    return Estimate(float(values.mean()), float(values.std()))


def _check_scales(scales, sides):
    most = 1
    while most < len(WEIGHTS) and min(sides) // 2**most >= WINDOW:
        most += 1
    check_sides(sides)
    if scales is None:
        return most
    check_positive(scales=scales)
    if scales > most:
        raise ValueError(
            f"`scales` must be at most {most} for images of {sides[0]}x{sides[1]} "
            f"pixels. Received: scales={scales}"
        )
    return scales


def _similarity(x, y, scales):
    """MS-SSIM of each pair, `(pairs,)`."""
    # (pairs, channels, height, width)
    x, y = (np.moveaxis(in_255(each), -1, 1) for each in (x, y))
    weights = WEIGHTS[:scales] / WEIGHTS[:scales].sum()
    product = 1.0
    for scale, weight in enumerate(weights):
        if scale:
            x, y = _halved(x), _halved(y)
        luminance, structure = similarity_maps(x, y)
        last = scale == scales - 1
        similarity = luminance * structure if last else structure
        means = similarity.mean(axis=(2, 3))
        product = product * np.maximum(means, 0.0) ** weight
    return product.mean(axis=1)


def _halved(x):
    """Means of 2x2 pixels; an odd side is lengthened by its last pixel."""
    odd = [(0, side % 2) for side in x.shape[2:]]
    x = np.pad(x, [(0, 0), (0, 0), *odd], mode="edge")
    x = (x[:, :, ::2] + x[:, :, 1::2]) / 2.0
    return (x[..., ::2] + x[..., 1::2]) / 2.0
