"""The sliced Wasserstein distance of patches at several resolutions."""

from typing import NamedTuple

import numpy as np

from kerasgen.arguments import check_positive, check_seeds
from kerasgen.kinds import Images
from kerasgen.metrics.features import host_array

PATCH = 7  # pixels; section 5 of the paper, as the next
COARSEST = 16
BINOMIAL = np.array([1, 4, 6, 4, 1], "float32") / 16  # Burt and Adelson, 1983
BLOCK = 256  # images whose patches are taken together
TOGETHER = 16  # directions whose projections are sorted together


class SlicedWasserstein(NamedTuple):
    """Mean over resolutions, and each of them, the finest first; 1,000 times each."""

    mean: float
    levels: tuple


def sliced_wasserstein_distance(
    real, fake, patches_per_image=128, directions=512, seed=0
):
    """Distance of the patches of two sets of images, for each level of a pyramid.

    Each image becomes a Laplacian pyramid: what a halving of the image loses, the same
    of the halved one, and so on while both sides keep 16 pixels; the coarsest level is
    an image as it is. Each level gives random patches of 7x7 pixels, whose channels are
    brought to mean 0 and deviation 1 over the whole set. The distance is the mean over
    random directions of that between the sorted projections, times 1,000 as in the
    paper's tables.

    Args:
        real, fake: Images, array-like `(n, height, width, channels)`, equally many,
            uint8 or float in [-1, 1]; 16,384 of each in the paper.
        patches_per_image: Patches from each image at each level.
        directions: Number of random directions.
        seed: Integer from 0 that fixes patches and directions.

    Returns:
        `(mean, levels)`: one level for 28 pixels, two for 32 (32 and 16), four for 128.
        For two samples of one distribution it is not 0, but falls with `n`. Memory is
        about `200 * patches_per_image * channels` bytes for each image of either set.

    Raises:
        ValueError: If the sets differ in shape, are too small, or leave their range.

    Reference:
        Karras et al., 2017, arXiv:1710.10196, section 5.
    """
    check_positive(patches_per_image=patches_per_image, directions=directions)
    check_seeds(seed=seed)
    sets = _check_pair(host_array(real, "real"), host_array(fake, "fake"))
    distances = []
    for level in range(_depth(sets[0].shape)):
        random = _random(seed, level)
        patches = [_patches(x, level, patches_per_image, random) for x in sets]
        distances.append(1000.0 * _sliced_distance(*patches, directions, random))
    return SlicedWasserstein(float(np.mean(distances)), tuple(distances))


def _check_pair(real, fake):
    if real.ndim != 4 or min(real.shape[1:3]) < COARSEST:
        raise ValueError(
            "`real` must have shape (n, height, width, channels), sides of at least "
            f"{COARSEST} pixels. Received: shape {real.shape}"
        )
    if real.shape != fake.shape or not len(real):
        raise ValueError(
            "`real` and `fake` must be equally many images of one shape. "
            f"Received: shapes {real.shape} and {fake.shape}"
        )
    kind = Images(real.shape[1:])
    kind.check(real, "real")
    kind.check(fake, "fake")
    return real, fake


def _random(seed, level):
    key = np.array([seed, level], "uint64")
    return np.random.Generator(np.random.Philox(key=key))


def _depth(shape):
    depth = 1
    while min(shape[1:3]) // 2**depth >= COARSEST:
        depth += 1
    return depth


def _patches(images, level, count, random):
    """Normalized patches of a level, float32 `(images * count, channels * 49)`."""
    last = level == _depth(images.shape) - 1
    patches = np.concatenate(
        [
            _random_windows(
                _pyramid_level(images[i : i + BLOCK], level, last), count, random
            )
            for i in range(0, len(images), BLOCK)
        ]
    )
    patches -= patches.mean(axis=(0, 2, 3), dtype="float64", keepdims=True)
    # A channel that is the same everywhere is 0 already.
    deviation = patches.std(axis=(0, 2, 3), dtype="float64", keepdims=True)
    patches /= np.where(deviation > 0.0, deviation, 1.0)
    return patches.reshape(len(patches), -1)


def _random_windows(images, count, random):
    """`(images * count, channels, 7, 7)`, anywhere within each image."""
    windows = np.lib.stride_tricks.sliding_window_view(images, (PATCH, PATCH), (1, 2))
    size = (len(images), count)
    top = random.integers(windows.shape[1], size=size)
    left = random.integers(windows.shape[2], size=size)
    which = np.arange(len(images))[:, None]
    return windows[which, top, left].reshape(-1, *windows.shape[3:])


def _pyramid_level(images, level, last):
    images = _to_float(images)
    for _ in range(level):
        images = _halved(images)
    return images if last else images - _doubled(_halved(images), images.shape)


def _to_float(images):
    floats = images.astype("float32")
    return floats if images.dtype == "uint8" else (floats + 1.0) * 127.5


def _halved(images):
    return _blurred(images, BINOMIAL)[:, ::2, ::2]


def _doubled(images, shape):
    spread = np.zeros(shape, "float32")
    spread[:, ::2, ::2] = images
    return _blurred(spread, 2.0 * BINOMIAL)  # three of four pixels are empty


def _blurred(images, weights):
    from scipy.ndimage import correlate1d

    for axis in (1, 2):
        images = correlate1d(images, weights, axis, mode="mirror")
    return images


def _sliced_distance(x, y, count, random):
    """Mean 1-Wasserstein distance of the projections of equally many rows."""
    directions = random.standard_normal((count, x.shape[1])).astype("float32")
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    total = 0.0
    for i in range(0, count, TOGETHER):
        along = directions[i : i + TOGETHER]
        apart = np.sort(along @ x.T, axis=1) - np.sort(along @ y.T, axis=1)
        total += np.abs(apart).mean(axis=1, dtype="float64").sum()
    return float(total / count)
