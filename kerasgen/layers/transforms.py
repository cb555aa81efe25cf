"""Random changes of images that a gradient passes through.

Each is a function of images `(batch, height, width, channels)` in [-1, 1], of a `Draw`,
its random numbers, and of the probability of each change in it, a scalar.
"""

import math

import keras
from keras import ops

from kerasgen.layers.warp import IDENTITY, product, warp


class Draw:
    """Random numbers, one for each image: `(batch, 1, 1, 1)`.

    Args:
        n: Number of images.
        seed: A `keras.random.SeedGenerator`.
    """

    def __init__(self, n, seed):
        self.shape = (n, 1, 1, 1)
        self.seed = seed

    def uniform(self, low, high):
        """Real numbers in [low, high)."""
        return keras.random.uniform(self.shape, low, high, seed=self.seed)

    def integers(self, low, high):
        """Integers from `low` to `high`, both included."""
        return keras.random.randint(
            self.shape, low, high + 1, dtype="int32", seed=self.seed
        )

    def normal(self, stddev):
        """Normal numbers about zero."""
        return keras.random.normal(self.shape, 0.0, stddev, seed=self.seed)

    def chance(self, probability):
        """Booleans, true with a probability, which may be traced."""
        return self.uniform(0.0, 1.0) < probability


def color(images, draw, probability):
    """Adds brightness in [-0.5, 0.5), scales saturation by [0, 2) and contrast by
    [0.5, 1.5), about the gray of each pixel and the mean of the image."""
    images = images + _some(draw, probability, draw.uniform(-0.5, 0.5), 0.0)
    gray = ops.mean(images, axis=-1, keepdims=True)
    saturation = _some(draw, probability, draw.uniform(0.0, 2.0), 1.0)
    images = gray + (images - gray) * saturation
    mean = ops.mean(images, axis=(1, 2, 3), keepdims=True)
    contrast = _some(draw, probability, draw.uniform(0.5, 1.5), 1.0)
    return mean + (images - mean) * contrast


def translation(images, draw, probability):
    """Moves the image by up to an eighth of its sides, in whole pixels, over gray."""
    chosen = draw.chance(probability)
    for axis in (1, 2):
        most = round_half_up(images.shape[axis] / 8)
        shift = ops.where(chosen, draw.integers(-most, most), 0)
        images = _moved(images, shift, axis)
    return images


def cutout(images, draw, probability):
    """Grays a rectangle of half the sides about a random center."""
    cut = ops.cast(draw.chance(probability), images.dtype)
    for axis in (1, 2):
        size = images.shape[axis]
        length = round_half_up(size / 2)
        start = draw.integers(0, size - length % 2) - length // 2
        position = _positions(size, axis)
        inside = ops.logical_and(position >= start, position < start + length)
        cut = cut * ops.cast(inside, images.dtype)
    return images * (1.0 - cut)


def flip(images, draw, probability):
    """Mirrors left and right, half of the time."""
    mirrored = ops.logical_and(draw.chance(probability), draw.chance(0.5))
    return ops.where(mirrored, ops.flip(images, axis=2), images)


def quarter_turns(images, draw, probability):
    """Turns by a multiple of 90 degrees; an oblong image by one of 180."""
    chosen = draw.chance(probability)
    half = ops.logical_and(chosen, draw.chance(0.5))
    images = ops.where(half, ops.flip(images, axis=(1, 2)), images)
    if images.shape[1] != images.shape[2]:
        return images
    quarter = ops.logical_and(chosen, draw.chance(0.5))
    turned = ops.flip(ops.transpose(images, (0, 2, 1, 3)), axis=1)
    return ops.where(quarter, turned, images)


def geometry(images, draw, probability):
    """Scales, turns, stretches, turns again and shifts, in one sampling of the image.

    Factors are 2 to the power of normal numbers of deviation 0.2, shifts normal of
    deviation an eighth of the sides.
    """
    once = 1.0 - ops.sqrt(1.0 - ops.cast(probability, "float32"))  # of two rotations
    matrix = IDENTITY
    for part in (_scale, _rotation, _stretch, _rotation):
        chosen = draw.chance(once if part is _rotation else probability)
        entries = zip(part(draw), IDENTITY, strict=True)
        matrix = product(matrix, [ops.where(chosen, m, i) for m, i in entries])
    chosen = draw.chance(probability)
    shift = [
        ops.where(chosen, draw.normal(0.125) * size, 0.0) for size in images.shape[1:3]
    ]
    return warp(images, matrix, shift)


def palette(images, draw, probability):
    """Brightness, contrast, inverted grays, hue and saturation.

    In colors as (gray, what is at right angles to it): a normal number of deviation
    0.2 is added, all is scaled by 2 to the power of one of deviation 0.5, gray changes
    its sign half of the time, the rest turns by any angle and is scaled by 2 to the
    power of a number of deviation 1. Of gray images there is nothing at right angles.
    """
    images = images + _some(draw, probability, draw.normal(0.2), 0.0)
    images = images * _some(draw, probability, _lognormal(draw, 0.5), 1.0)
    gray = ops.mean(images, axis=-1, keepdims=True)
    inverted = ops.logical_and(draw.chance(probability), draw.chance(0.5))
    angle = _some(draw, probability, draw.uniform(-math.pi, math.pi), 0.0)
    saturation = _some(draw, probability, _lognormal(draw, 1.0), 1.0)
    color = images - gray
    if images.shape[-1] == 3:
        color = _turned(color, angle)
    return ops.where(inverted, -gray, gray) + saturation * color


def _turned(color, angle):
    """Colors without gray, turned about its axis."""
    red, green, blue = (color[..., i] for i in range(3))
    across = ops.stack([blue - green, red - blue, green - red], axis=-1)
    return ops.cos(angle) * color + ops.sin(angle) * across / math.sqrt(3.0)


def _scale(draw):
    factor = _lognormal(draw, 0.2)
    return factor, 0.0, 0.0, factor


def _stretch(draw):
    factor = _lognormal(draw, 0.2)
    return factor, 0.0, 0.0, 1.0 / factor


def _rotation(draw):
    angle = draw.uniform(-math.pi, math.pi)
    return ops.cos(angle), -ops.sin(angle), ops.sin(angle), ops.cos(angle)


def _lognormal(draw, stddev):
    """Two to the power of a normal number."""
    return ops.exp(math.log(2.0) * draw.normal(stddev))


def _some(draw, probability, values, neutral):
    """The values, with a probability; else the one that changes nothing."""
    return ops.where(draw.chance(probability), values, neutral)


def round_half_up(x):
    return math.floor(x + 0.5)


def _moved(images, shift, axis):
    """The image moved along an axis, as the product with a matrix of zeros and ones.

    A product is fast on all devices, and so are its gradients of any order.
    """
    size = images.shape[axis]
    position = ops.arange(size, dtype="int32")
    source = position[:, None] - shift[:, :, 0, :]  # (batch, size, 1)
    matrix = ops.cast(source == position, images.dtype)
    subscripts = "bij,bjwc->biwc" if axis == 1 else "bij,bhjc->bhic"
    return ops.einsum(subscripts, matrix, images)


def _positions(size, axis):
    shape = [1, 1, 1, 1]
    shape[axis] = size
    return ops.reshape(ops.arange(size, dtype="int32"), shape)
