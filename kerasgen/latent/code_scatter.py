"""Where a model puts samples whose classes are known."""

import numpy as np

from kerasgen.arguments import as_array
from kerasgen.latent.codes import check_codes
from kerasgen.pictures import save_image, scatter


def code_scatter(model, samples, labels=None, file=None, *, limits=None, **arguments):
    """Draws the codes of samples as points, in a color for each class.

    Codes of more than two numbers are seen along their first two principal components.

    Args:
        model: A model of kerasgen with an `encode`.
        samples: Array `(n, ...)` of the model's kind.
        labels: Integers `(n,)`, the classes; None for one color. A model with labels
            gets them too.
        file: Where to write the picture, in the format of the suffix; None does not.
        limits: `(low, high)` of both axes; None takes round numbers around the points.
        **arguments: As for `encode` of the model.

    Returns:
        The picture, uint8 `(height, width, 3)`.

    Raises:
        ValueError: If the model has no encoder, or an argument does not fit.

    Example:

    ```python
    model = kerasgen.models.VAE((28, 28, 1), latent_dim=2, filters=4, units=16)
    images = np.random.default_rng(0).integers(0, 256, (32, 28, 28, 1), "uint8")
    kerasgen.latent.code_scatter(model, images, np.arange(32) % 10, "codes.png")
    ```
    """
    if not hasattr(model, "encode"):
        raise ValueError(
            "`model` must have an encoder, such as a VAE. "
            f"Received: a {type(model).__name__}"
        )
    given = {} if getattr(model, "labels", None) is None else {"labels": labels}
    codes = model.encode(as_array("samples", samples), **given, **arguments)
    picture = scatter(in_plane(codes), labels, limits)
    if file is not None:
        save_image(file, picture)
    return picture


def in_plane(codes):
    """Codes `(n, dim)` along at most two directions, those of most variance.

    Returns:
        float64 `(n, 1 or 2)`; codes of one or two numbers as they are.
    """
    codes = check_codes("codes", codes)
    if codes.shape[1] <= 2:
        return codes
    centered = codes - codes.mean(axis=0)
    _, vectors = np.linalg.eigh(centered.T @ centered)
    directions = vectors[:, :-3:-1]  # eigenvalues rise
    # The sign of an eigenvector is anybody's choice: the largest part is positive.
    largest = np.take_along_axis(
        directions, np.abs(directions).argmax(axis=0)[None], axis=0
    )
    return centered @ (directions * np.sign(largest))
