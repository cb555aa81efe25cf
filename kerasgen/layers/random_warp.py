"""Images bent a little, as by the random warp of face swapping."""

import keras
import numpy as np
from keras import ops

from kerasgen.layers.warp import IDENTITY, warp


def random_warp(images, seed, deviation=5.0 / 160.0, points=5):
    """Moves a grid of points by normal numbers, and what is between them with it.

    Args:
        images: `(batch, height, width, channels)`, float32.
        seed: A `keras.random.SeedGenerator`.
        deviation: Standard deviation of a point's move along height and along width,
            as a part of these; a number or a tensor.
        points: Of the grid along each side, its corners in those of the image; at
            least 2.

    Returns:
        The same shape. What would come from outside is the image's reflection.

    Reference:
        deepfakes/faceswap: a grid of 5x5 points over 160 pixels, deviation 5.
    """
    n, (height, width) = ops.shape(images)[0], images.shape[1:3]
    moves = deviation * keras.random.normal((2, n, points, points), seed=seed)
    rows, columns = (_between(size, points) for size in (height, width))
    # Bilinear between the points, as products with matrices that are mostly zeros.
    field = ops.einsum("hi,dbij,wj->dbhw", rows, moves, columns)[..., None]
    return warp(images, IDENTITY, (height * field[0], width * field[1]))


def _between(size, points):
    """`(size, points)`: the weights of points for each position between them."""
    position = np.linspace(0.0, points - 1.0, size)[:, None]
    weights = np.clip(1.0 - np.abs(position - np.arange(points)), 0.0, 1.0)
    return ops.convert_to_tensor(weights, "float32")
