"""What one coordinate of a code does."""

import numpy as np

from kerasgen.arguments import as_list, is_integer
from kerasgen.latent.codes import check_codes, float_type


def traversal(codes, coordinate, values):
    """Codes that differ in one coordinate alone, which takes the given values.

    Args:
        codes: `(dim,)` or `(n, dim)`: latents, or the codes of an InfoGAN.
        coordinate: Its index, in [-dim, dim).
        values: Numbers `(steps,)`, such as `np.linspace(-2, 2, 9)`, or `range(10)` for
            the categories of a categorical code.

    Returns:
        `(steps, dim)`, or `(n, steps, dim)`: one path for each code.

    Raises:
        ValueError: If `coordinate` is out of range or a shape does not fit.
    """
    given, codes = codes, check_codes("codes", codes)
    values = as_list("values", values, "numbers")
    values = check_codes("values", values).reshape(-1)
    dim = codes.shape[-1]
    if not is_integer(coordinate) or not -dim <= coordinate < dim:
        raise ValueError(
            f"`coordinate` must be an integer in [{-dim}, {dim}). "
            f"Received: coordinate={coordinate!r}"
        )
    paths = np.repeat(codes[..., None, :], len(values), axis=-2)
    paths[..., coordinate] = values
    return paths.astype(float_type(given))
