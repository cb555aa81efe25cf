"""The resizing that IS and FID were defined with."""

import numpy as np
from keras import ops


def tf1_bilinear(images, size):
    """Resizes images as `tf.image.resize_bilinear` of TensorFlow 1 does.

    Pixel `i` of `m` is taken at `i * n / m` of the `n` there are, between its two
    neighbors: the first pixels lie on one another, not the middles of the images, and
    nothing is smoothed before it is made smaller.

    Args:
        images: Tensor `(batch, height, width, channels)`; height and width are known.
        size: `(height, width)` wanted.

    Returns:
        float32 tensor `(batch, *size, channels)`, not rounded.

    Reference:
        Parmar et al., 2022, arXiv:2104.11222, section 3, on what this does to FID.
    """
    height, width = size
    return _stretch(_stretch(images, width, axis=2), height, axis=1)


def tf1_bilinear_on_host(picture, size):
    """The same of one picture, uint8 `(height, width, channels)`, rounded to uint8."""
    for axis in (1, 0):
        left, right, weight = _neighbors(picture.shape[axis], size[axis])
        weight = weight.reshape([-1] + [1] * (2 - axis))
        left, right = (
            np.take(picture, index, axis=axis).astype("float32")
            for index in (left, right)
        )
        picture = left + (right - left) * weight
    return np.rint(picture).astype("uint8")


def _stretch(images, size, axis):
    length = images.shape[axis]
    if length == size:
        return ops.cast(images, "float32")
    left, right, weight = _neighbors(length, size)
    weight = ops.convert_to_tensor(weight.reshape([-1] + [1] * (3 - axis)))
    left, right = (
        ops.cast(ops.take(images, index, axis=axis), "float32")
        for index in (left, right)
    )
    return left + (right - left) * weight


def _neighbors(length, size):
    """Indices left and right of each place, and how far it is from the left one.

    In float32, as TensorFlow calculates them.
    """
    places = np.arange(size, dtype="float32") * np.float32(length / size)
    left = np.minimum(np.floor(places).astype("int32"), length - 1)
    right = np.minimum(left + 1, length - 1)
    return left, right, places - left.astype("float32")
