"""From images back to latents."""

from typing import NamedTuple

import keras
import numpy as np
from keras import ops

from kerasgen.engine import detached, optimize
from kerasgen.latent.codes import draw


class Inversion(NamedTuple):
    """What `invert` found.

    Attributes:
        latents: float32 `(n, latent_dim)`.
        errors: float32 `(n,)`, mean squared error of each image's pixels in [-1, 1].
    """

    latents: np.ndarray
    errors: np.ndarray


def invert(
    model, images, steps=500, restarts=4, optimizer=None, condition=None, seed=0
):
    """Finds latents that a model decodes to given images, as nearly as it can.

    `argmin_z |decode(z) - x|^2` by gradient descent from several random latents, of
    which the best is kept for each image. All images and restarts make one batch.

    Args:
        model: Has `decode`, and the attributes of a model that generates from latents.
        images: uint8 `(n, height, width, channels)`, or samples of the model's shape as
            float, images in [-1, 1].
        steps: Updates of the latents.
        restarts: Random latents to start from, for each image.
        optimizer: A `keras.optimizers.Optimizer`; None is Adam, whose rate falls
            from 0.1 to zero along half a cosine.
        condition: Array `(n, size)` that the generator takes beside latents: labels as
            zeros and ones, or codes with categories one-hot. None if it takes none.
        seed: Integer that fixes where to start.

    Returns:
        An `Inversion`: `latents` and `errors`.

    Raises:
        ValueError: If the images are not of the model's shape or range, or a number is
            out of range.

    Reference:
        Lipton and Tripathi, 2017, arXiv:1702.04782; Creswell and Bharath, 2016,
        arXiv:1611.05644, section 3.
    """
    if not isinstance(restarts, int) or restarts < 1:
        raise ValueError(
            f"`restarts` must be a positive integer. Received: restarts={restarts}"
        )
    images = np.asarray(images)
    model.kind.check(images)
    n, axes = len(images), tuple(range(1, images.ndim))
    targets = ops.concatenate(
        [model.kind.to_float(ops.convert_to_tensor(images))] * restarts
    )
    condition = _repeated(condition, n, restarts)

    def distances(latents):  # (restarts * n,)
        decoded = model.decode(latents if condition is None else (latents, condition))
        return ops.sum(ops.square(ops.cast(decoded, "float32") - targets), axis=axes)

    if optimizer is None:
        rate = keras.optimizers.schedules.CosineDecay(0.1, steps)
        optimizer = keras.optimizers.Adam(rate)
    starts = draw(model, restarts * n, seed)
    latents, _ = optimize(lambda z: ops.sum(distances(z)), starts, steps, optimizer)
    found = ops.convert_to_numpy(detached(distances, ops.convert_to_tensor(latents)))
    best = found.reshape(restarts, n).argmin(axis=0) * n + np.arange(n)
    return Inversion(latents[best], found[best] / images[0].size)


def _repeated(condition, n, restarts):
    if condition is None:
        return None
    condition = np.asarray(condition, "float32")
    if condition.ndim != 2 or len(condition) != n:
        raise ValueError(
            f"`condition` must have shape ({n}, size): one row for each image. "
            f"Received: shape {condition.shape}"
        )
    return ops.convert_to_tensor(np.concatenate([condition] * restarts))
