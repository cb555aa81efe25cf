"""Images turned, scaled and shifted by a matrix of their own."""

from keras import ops

IDENTITY = (1.0, 0.0, 0.0, 1.0)


def product(m, n):
    """`m n` of two by two matrices, each given as its rows one after the other."""
    (a, b, c, d), (e, f, g, h) = m, n
    return a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h


def warp(images, matrix, shift):
    """Samples each image, bilinearly, where a linear map sends its pixels.

    The pixel at `p`, (row, column) from the image's center, shows what was at
    `matrix p + shift`. What would come from outside is the image's reflection.

    Args:
        images: `(batch, height, width, channels)`, float32.
        matrix: Four tensors `(batch, 1, 1, 1)` or numbers: both rows.
        shift: Two such, in pixels; or `(batch, height, width, 1)`, one for each pixel.

    Returns:
        The same shape.
    """
    height, width, channels = images.shape[1:]
    a, b, c, d = matrix
    rows = ops.reshape(ops.arange(height, dtype="float32"), (1, height, 1, 1))
    columns = ops.reshape(ops.arange(width, dtype="float32"), (1, 1, width, 1))
    middle = (height - 1) / 2, (width - 1) / 2
    rows, columns = rows - middle[0], columns - middle[1]
    y = _reflected(a * rows + b * columns + shift[0] + middle[0], height)
    x = _reflected(c * rows + d * columns + shift[1] + middle[1], width)
    top, left = ops.floor(y), ops.floor(x)
    down, right = y - top, x - left
    n = ops.shape(images)[0]
    first = ops.reshape(ops.arange(n, dtype="int32") * (height * width), (n, 1, 1, 1))
    pixels = ops.reshape(images, (-1, channels))

    def at(row, column):
        row = ops.minimum(ops.cast(row, "int32"), height - 1)
        column = ops.minimum(ops.cast(column, "int32"), width - 1)
        return ops.take(pixels, (first + row * width + column)[..., 0], axis=0)

    above = at(top, left) * (1.0 - right) + at(top, left + 1.0) * right
    below = at(top + 1.0, left) * (1.0 - right) + at(top + 1.0, left + 1.0) * right
    return above * (1.0 - down) + below * down


def _reflected(position, size):
    """A position in [0, size - 1], reflected there as often as it takes."""
    if size == 1:
        return ops.zeros_like(position)
    period = 2.0 * (size - 1)
    position = ops.mod(ops.abs(position), period)
    return ops.minimum(position, period - position)
