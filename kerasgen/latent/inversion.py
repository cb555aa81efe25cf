"""From samples back to latents."""

from typing import NamedTuple

import keras
import numpy as np
from keras import ops

from kerasgen.arguments import as_array, check_positive
from kerasgen.engine import detached, optimize
from kerasgen.inputs import answer
from kerasgen.latent.codes import draw
from kerasgen.latent.held import check_held, one_each


class Inversion(NamedTuple):
    """What `invert` found.

    Attributes:
        latents: float32 `(n, latent_dim)`.
        errors: float32 `(n,)`, mean squared error of each sample's numbers as networks
            have them: of an image its pixels in [-1, 1].
    """

    latents: np.ndarray
    errors: np.ndarray


def invert(model, samples, steps=500, restarts=4, optimizer=None, seed=0, **held):
    """Finds latents that a model decodes to given samples, as nearly as it can.

    `argmin_z |decode(z) - x|^2` by gradient descent from several random latents, of
    which the best is kept for each sample. All samples and restarts make one batch.

    Args:
        model: A model of kerasgen that is made from latents.
        samples: `(n, ...)`, of the model's kind: images uint8, or float in [-1, 1].
        steps: Updates of the latents.
        restarts: Random latents to start from, for each sample.
        optimizer: A `keras.optimizers.Optimizer` or its name; None is Adam, whose rate
            falls from 0.1 to zero along half a cosine.
        seed: Integer that fixes where to start.
        **held: The other inputs of the model, as for `generate`: `labels`, `codes`. One
            number or one row holds for all samples, else there is one for each.

    Returns:
        An `Inversion`: `latents` and `errors`.

    Raises:
        ValueError: If the samples are not of the model's kind, an input is not held, or
            a number is out of range.

    Reference:
        Lipton and Tripathi, 2017, arXiv:1702.04782; Creswell and Bharath, 2016,
        arXiv:1611.05644, section 3.
    """
    check_held(model, "latents", held)
    check_positive(restarts=restarts, steps=steps)
    kind, samples = model.sampled_kind, as_array("samples", samples)
    kind.check_given(samples)
    check_positive(number_of_samples=len(samples))
    n, axes = len(samples), tuple(range(1, samples.ndim))
    held = {name: one_each(name, value, n) for name, value in held.items()}
    starts = draw(model, n * restarts, seed, **_repeated(held, restarts))
    others = _encoded(model, n * restarts, _repeated(held, restarts))
    targets = ops.concatenate(
        [kind.to_float(ops.convert_to_tensor(samples))] * restarts
    )

    def distances(latents):  # (restarts * n,)
        inputs = [others.get(each.name, latents) for each in model.inputs]
        decoded = model.decode(tuple(inputs) if len(inputs) > 1 else latents)
        return ops.sum(ops.square(ops.cast(decoded, "float32") - targets), axis=axes)

    if optimizer is None:
        rate = keras.optimizers.schedules.CosineDecay(0.1, steps)
        optimizer = keras.optimizers.Adam(rate)
    latents, _ = optimize(lambda z: ops.sum(distances(z)), starts, steps, optimizer)
    found = ops.convert_to_numpy(detached(distances, ops.convert_to_tensor(latents)))
    best = found.reshape(restarts, n).argmin(axis=0) * n + np.arange(n)
    return Inversion(latents[best], found[best] / samples[0].size)


def _repeated(held, restarts):
    return {name: np.concatenate([each] * restarts) for name, each in held.items()}


def _encoded(model, n, held):
    """Tensors of what stays, as networks take it."""
    values = answer(model.inputs, n, 0, **held)
    return {
        each.name: ops.convert_to_tensor(each.encode(values[each.name]))
        for each in model.inputs
        if each.name in held
    }
