"""From paths of codes to samples."""

import numpy as np

from kerasgen.arguments import as_array
from kerasgen.latent.held import check_held, one_each


def render(model, paths, *, along="latents", batch_size=64, **held):
    """Generates a sample for every code of every path.

    Args:
        model: A model of kerasgen.
        paths: Codes `(steps, dim)` of one path, or `(n, steps, dim)` of several.
        along: The input of the model that the paths are of: `"latents"`, or `"codes"`
            of an InfoGAN.
        batch_size: Samples at a time.
        **held: The other inputs of the model, which stay as they are along a path:
            `labels`, `latents`, `codes`. One number or one row holds for all paths,
            else there is one for each path.

    Returns:
        Samples `(n, steps, ...)`, of images uint8 `(n, steps, height, width,
        channels)`; n is 1 for one path.

    Raises:
        ValueError: If a shape does not fit, or an input is not held.

    Example:

    ```py
    digits = kerasgen.zoo.load("infogan_mnist")
    codes = kerasgen.latent.traversal([0, 0, 0], 0, range(10))
    kerasgen.latent.render(digits, codes, along="codes", latents=np.zeros((1, 62)))
    ```
    """
    paths = as_array("paths", paths)
    if paths.ndim == 2:
        paths = paths[None]
    if paths.ndim != 3 or paths.size == 0:
        raise ValueError(
            "`paths` must have shape (steps, dim) or (n, steps, dim) and not be empty. "
            f"Received: shape {paths.shape}"
        )
    check_held(model, along, held)
    n, steps, dim = paths.shape
    given = {along: paths.reshape(n * steps, dim)}
    for name, value in held.items():
        given[name] = np.repeat(one_each(name, value, n), steps, axis=0)
    samples = model.generate(batch_size=batch_size, **given)
    return samples.reshape(n, steps, *samples.shape[1:])
