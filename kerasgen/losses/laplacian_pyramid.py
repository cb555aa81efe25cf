"""How far images are from one another, at all scales of a Laplacian pyramid."""

import numpy as np
from keras import ops

from kerasgen.arguments import check_positive

BINOMIAL = np.array([1.0, 4.0, 6.0, 4.0, 1.0]) / 16.0


def laplacian_pyramid_distance(x, y, levels=None):
    """The L1 distance of two Laplacian pyramids.

        sum_j 2^{2j} |L^j(x) - L^j(y)|_1 / N,   N = height * width * channels

    where `L^j` is the difference between level j of the Gaussian pyramid and the next
    one enlarged, the last the level that remains. The binomial kernel (1, 4, 6, 4, 1),
    along height and then along width, comes before each halving and after each
    doubling; at the border its weights are scaled to sum to one. `L^j` has `N / 4^j`
    values, so every scale counts alike: the distance is the sum of the mean absolute
    errors of the levels.

    Args:
        x, y: Images `(batch, height, width, channels)`, float.
        levels: Of the pyramid, at least 1, which is the mean absolute error; None
            halves until the shorter side is below 8.

    Returns:
        `(batch,)`, float32, in units of the values.

    Raises:
        ValueError: If `levels` is no positive integer, or a level would be empty.

    Reference:
        Bojanowski et al., 2017, arXiv:1707.05776, equation 3; Ling and Okada, 2006;
        the pyramid: Burt and Adelson, 1983.

    Differences:
        The paper does not divide by N, which a rate can make up for.
    """
    # The pyramid is linear: that of the difference is the difference of both.
    rest = ops.cast(x, "float32") - ops.cast(y, "float32")
    values = int(np.prod(rest.shape[1:]))
    distance = 0.0
    levels = _levels(rest.shape[1:3], levels)
    for j in range(levels):
        band = rest
        if j < levels - 1:
            rest = halved(band)
            band = band - enlarged(rest, band.shape[1:3])
        distance = distance + 4.0**j * ops.sum(ops.abs(band), axis=(1, 2, 3)) / values
    return distance


def halved(images):
    """The next level of the Gaussian pyramid: blurred, and every other pixel kept."""
    height, width = images.shape[1:3]
    return _product(_halving(height), images, _halving(width))


def enlarged(images, size):
    """A level of the Gaussian pyramid at the size `(height, width)` of the last."""
    height, width = size
    return _product(_doubling(height), images, _doubling(width))


def _product(rows, images, columns):
    """`rows images columns^T` of each channel.

    Both matrices are mostly zeros; as a product it is fast on all devices.
    """
    rows, columns = (ops.convert_to_tensor(m, "float32") for m in (rows, columns))
    return ops.einsum("hi,bijc,wj->bhwc", rows, images, columns)


def _halving(size):
    """`(ceil(size / 2), size)`: the kernel about every other position."""
    offsets = np.arange(size)[None] - 2 * np.arange(-(-size // 2))[:, None] + 2
    return _normalized(offsets)


def _doubling(size):
    """`(size, ceil(size / 2))`: zeros between the values, then twice the kernel."""
    offsets = np.arange(size)[:, None] - 2 * np.arange(-(-size // 2))[None] + 2
    return _normalized(offsets)


def _normalized(offsets):
    inside = (offsets >= 0) & (offsets < len(BINOMIAL))
    weights = np.where(inside, BINOMIAL[offsets.clip(0, len(BINOMIAL) - 1)], 0.0)
    return weights / weights.sum(axis=1, keepdims=True)


def _levels(size, levels):
    shorter = min(size)
    if levels is None:
        return max(1, int(shorter // 8).bit_length() + 1)
    check_positive(levels=levels)
    if 2 ** (levels - 1) > shorter:
        raise ValueError(
            f"`levels` must leave something of images of {size[0]}x{size[1]}. "
            f"Received: levels={levels}"
        )
    return levels
