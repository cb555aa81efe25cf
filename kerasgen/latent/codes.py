"""Codes: points of a latent space, as arrays."""

import numpy as np

from kerasgen.arguments import as_array
from kerasgen.inputs import answer
from kerasgen.latent.held import input_named


def check_codes(name, codes):
    """`codes` in float64, `(dim,)` or `(n, dim)`.

    Raises:
        ValueError: If they have another shape, are empty or not finite.
    """
    codes = as_array(name, codes, "float64")
    if codes.ndim not in (1, 2) or codes.size == 0:
        raise ValueError(
            f"`{name}` must have shape (dim,) or (n, dim) and not be empty. "
            f"Received: shape {codes.shape}"
        )
    if not np.isfinite(codes).all():
        raise ValueError(f"`{name}` must be finite. Received: NaN or infinity")
    return codes


def float_type(*codes):
    """The type of float that results are to have: that of the arguments."""
    kind = np.result_type(*(np.asarray(c).dtype for c in codes))
    return kind if kind.kind == "f" else np.dtype("float64")


def draw(model, n, seed=0, **given):
    """The latents behind `model.generate(n, seed=seed)`.

    Args:
        model: A model of kerasgen that is made from latents.
        n: How many.
        seed: Integer.
        **given: As for `generate`, where samples are made from more than can be drawn.

    Returns:
        float32 `(n, latent_dim)`.

    Raises:
        ValueError: If the model is made from no latents, or an argument does not fit.
    """
    input_named(model, "latents")
    return answer(model.inputs, n, seed, **given)["latents"]
