"""The whole latent plane in one picture."""

import numpy as np

from kerasgen.arguments import check_positive
from kerasgen.latent.held import input_named
from kerasgen.latent.pictures import picture


def manifold(model, steps=20, file=None, *, padding=0, **held):
    """A picture of all that a model makes from latents of two numbers.

    The coordinates are evenly spread quantiles of the latents' distribution: the
    middles of `steps` parts of equal probability. The first number grows to the right
    and the second upwards.

    Args:
        model: A model of kerasgen whose latents have two numbers.
        steps: Samples in a row, and rows.
        file: Where to write it, in the format of the suffix; None does not.
        padding: Pixels between neighbors.
        **held: The other inputs of the model, which stay, as for
            `kerasgen.latent.render`: `labels=3`.

    Returns:
        The picture, uint8 `(height, width, channels)`.

    Raises:
        ValueError: If the latents do not have two numbers, or `steps` is out of range.

    Example:

    ```python
    model = kerasgen.models.DCGAN((28, 28, 1), latent_dim=2, filters=4)
    kerasgen.latent.manifold(model, 5, "manifold.png")
    ```

    Reference:
        Kingma and Welling, 2014, arXiv:1312.6114, appendix A, figure 4.
    """
    check_positive(steps=steps)
    latents = input_named(model, "latents")
    if latents.size != 2:
        raise ValueError(
            "A manifold is drawn of a model whose latents have two numbers. "
            f"Received: latents of {latents.size}"
        )
    values = latents.quantiles((np.arange(steps) + 0.5) / steps)  # (steps, 2)
    across, up = np.meshgrid(values[:, 0], values[::-1, 1])  # rows from the top
    paths = np.stack([across, up], axis=-1).astype("float32")  # (rows, columns, 2)
    return picture(model, paths, file, padding=padding, **held)
