"""From paths of codes to samples."""

import inspect

import numpy as np


def render(model, paths, *, along="latents", batch_size=64, **held):
    """Generates a sample for every code of every path.

    Args:
        model: Has `generate`.
        paths: Codes `(steps, dim)` of one path, or `(n, steps, dim)` of several.
        along: The argument of `generate` that the paths are of: `"latents"`, or
            `"codes"` of an InfoGAN.
        batch_size: Samples at a time.
        **held: Other arguments of `generate` that stay as they are along a path:
            `labels`, `latents`, `codes`. One number or one row holds for all paths,
            else there is one for each path. What the model would otherwise draw or take
            in turn must be here.

    Returns:
        uint8 array `(n, steps, height, width, channels)`, the data's own dtype and
        shape where it is no images; n is 1 for one path.

    Raises:
        ValueError: If a shape does not fit, or something needed is not held.

    Example:

    ```py
    digits = kerasgen.zoo.load("infogan_mnist")
    codes = kerasgen.latent.traversal([0, 0, 0], 0, range(10))
    kerasgen.latent.render(digits, codes, along="codes", latents=np.zeros((1, 62)))
    ```
    """
    paths = np.asarray(paths)
    if paths.ndim == 2:
        paths = paths[None]
    if paths.ndim != 3 or paths.size == 0:
        raise ValueError(
            "`paths` must have shape (steps, dim) or (n, steps, dim) and not be empty. "
            f"Received: shape {paths.shape}"
        )
    _check_held(model, along, held)
    n, steps, dim = paths.shape
    arguments = {along: paths.reshape(n * steps, dim)}
    for name, value in held.items():
        arguments[name] = np.repeat(_one_each(name, value, n), steps, axis=0)
    samples = model.generate(batch_size=batch_size, **arguments)
    return samples.reshape(n, steps, *samples.shape[1:])


def _check_held(model, along, held):
    """Everything that makes up a sample is given: nothing flickers along a path."""
    known = inspect.signature(model.generate).parameters
    for name in (along, *held):
        if name not in known:
            raise ValueError(
                f"The model's `generate` takes {', '.join(known)}. Received: {name}"
            )
    needed = ["latents"] + ["codes"] * ("codes" in known)
    needed += ["labels"] * hasattr(model, "num_classes")
    missing = [name for name in needed if name not in (along, *held)]
    if missing:
        raise ValueError(
            f"Along a path all but the {along} must stay: give `{missing[0]}`, one for "
            f"all paths or one for each. Received: {', '.join(held) or 'none'} held"
        )


def _one_each(name, value, n):
    value = np.atleast_1d(np.asarray(value))
    if len(value) not in (1, n):
        raise ValueError(
            f"`{name}` must be one for all paths, or one for each of the {n}. "
            f"Received: shape {value.shape}"
        )
    return np.broadcast_to(value, (n, *value.shape[1:]))
