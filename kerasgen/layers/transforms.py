"""Random changes of images that a gradient passes through.

Each is a function of images `(batch, height, width, channels)` in [-1, 1] and of a
`Draw`, its random numbers. What comes from outside an image is zero, grey.
"""

import math

import keras
from keras import ops


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

    def chance(self, probability):
        """Booleans, true with a probability, which may be traced."""
        return self.uniform(0.0, 1.0) < probability


def brightness(images, draw):
    """Adds a number from [-0.5, 0.5) to the whole image."""
    return images + draw.uniform(-0.5, 0.5)


def saturation(images, draw):
    """Scales the distance of each colour from its grey by a factor from [0, 2)."""
    grey = ops.mean(images, axis=-1, keepdims=True)
    return grey + (images - grey) * draw.uniform(0.0, 2.0)


def contrast(images, draw):
    """Scales the distance from the image's mean by a factor from [0.5, 1.5)."""
    mean = ops.mean(images, axis=(1, 2, 3), keepdims=True)
    return mean + (images - mean) * draw.uniform(0.5, 1.5)


def translation(images, draw):
    """Moves the image by up to an eighth of its sides, in whole pixels."""
    for axis in (1, 2):
        size = images.shape[axis]
        most = round_half_up(size / 8)
        images = _moved(images, draw.integers(-most, most), axis)
    return images


def cutout(images, draw):
    """Blanks a rectangle of half the sides about a random centre."""
    kept = 1.0
    for axis in (1, 2):
        size = images.shape[axis]
        length = round_half_up(size / 2)
        start = draw.integers(0, size - length % 2) - length // 2
        position = _positions(size, axis)
        inside = ops.logical_and(position >= start, position < start + length)
        kept = kept * ops.cast(inside, images.dtype)
    return images * (1.0 - kept)


def flip(images, draw):
    """Mirrors left and right, half of the time."""
    mirrored = draw.chance(0.5)
    return ops.where(mirrored, ops.flip(images, axis=2), images)


def quarter_turns(images, draw):
    """Turns by a multiple of 90 degrees; an oblong image by one of 180."""
    half = draw.chance(0.5)
    images = ops.where(half, ops.flip(images, axis=(1, 2)), images)
    if images.shape[1] != images.shape[2]:
        return images
    quarter = draw.chance(0.5)
    turned = ops.flip(ops.transpose(images, (0, 2, 1, 3)), axis=1)
    return ops.where(quarter, turned, images)


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
