"""Resizing with a cubic kernel, the same on every backend."""

import numpy as np
from keras import ops


def bicubic(images, size):
    """Resizes images with Keys' kernel, antialiased, with half-pixel centers.

    As Pillow does it in float, clipped to [0, 255], which a cubic kernel leaves where
    edges are sharp.

    Args:
        images: Tensor `(batch, height, width, channels)`, 0 to 255; height and width
            are known.
        size: `(height, width)` wanted.

    Returns:
        float32 tensor `(batch, *size, channels)`, not rounded.

    Reference:
        Keys, Cubic convolution interpolation for digital image processing, 1981, with
        a = -1/2. Antialiasing: Parmar et al., 2022, arXiv:2104.11222, section 3.
    """
    x = ops.transpose(ops.cast(images, "float32"), (0, 2, 1, 3))
    x = _stretch(x, size[1])
    x = _stretch(ops.transpose(x, (0, 2, 1, 3)), size[0])
    return ops.clip(x, 0.0, 255.0)


def bicubic_on_host(picture, size):
    """The same of one picture, uint8 `(height, width, channels)`, rounded to uint8."""
    rows, columns = (_weights(n, m) for n, m in zip(picture.shape, size, strict=False))
    resized = np.einsum("ih,hwc,jw->ijc", rows, picture, columns, optimize=True)
    return np.rint(resized).clip(0, 255).astype("uint8")


def _stretch(x, size):
    """The axis after the batch brought to a size: one product of matrices."""
    _, length, other, channels = x.shape
    weights = ops.convert_to_tensor(_weights(length, size).astype("float32"))
    x = ops.matmul(weights, ops.reshape(x, (-1, length, other * channels)))
    return ops.reshape(x, (-1, size, other, channels))


def _weights(length, size):
    """What each of `size` pixels takes of the `length` there are, `(size, length)`."""
    step = length / size
    centers = (np.arange(size)[:, None] + 0.5) * step
    places = np.arange(length) + 0.5
    weights = _keys((places - centers) / max(step, 1.0))
    return weights / weights.sum(axis=1, keepdims=True)


def _keys(x):
    x = np.abs(x)
    near = 1.5 * x**3 - 2.5 * x**2 + 1.0
    far = -0.5 * x**3 + 2.5 * x**2 - 4.0 * x + 2.0
    return np.where(x < 1.0, near, np.where(x < 2.0, far, 0.0))
