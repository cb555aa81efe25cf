"""What one continuous code does to samples of every category."""

import numpy as np

from kerasgen.arguments import is_integer
from kerasgen.inputs import answer
from kerasgen.latent.held import input_named
from kerasgen.latent.pictures import picture
from kerasgen.latent.traversal import traversal

VALUES = np.linspace(-2.0, 2.0, 9)  # twice the range of training


def code_traversal(model, code, values=VALUES, file=None, *, seed=0, padding=2):
    """A picture with a row for each category and a column for each value of a code.

    Other codes are zero, and all samples have one noise.

    Args:
        model: A model of kerasgen with `codes` among its inputs, such as an InfoGAN.
            Rows are the categories of its first categorical code; without one there is
            one row.
        code: Which continuous code, counted from 0.
        values: Numbers `(steps,)` that it takes.
        file: Where to write it, in the format of the suffix; None does not.
        seed: Integer that fixes the noise.
        padding: Pixels between neighbors.

    Returns:
        The picture, uint8 `(height, width, channels)`.

    Raises:
        ValueError: If the model has no such code.

    Example:

    ```python
    model = kerasgen.models.InfoGAN((28, 28, 1), filters=4, dense_width=16)
    kerasgen.latent.code_traversal(model, 1, [-1.0, 0.0, 1.0], "second_code.png")
    ```

    Reference:
        Chen et al., 2016, arXiv:1606.03657, figure 2.
    """
    codes = input_named(model, "codes")
    if not is_integer(code) or not 0 <= code < codes.continuous:
        raise ValueError(
            f"`code` must be one of the {codes.continuous} continuous codes, counted "
            f"from 0. Received: code={code!r}"
        )
    rows = codes.categorical[0] if codes.categorical else 1
    starts = np.zeros((rows, len(codes.categorical) + codes.continuous), "float32")
    if codes.categorical:
        starts[:, 0] = np.arange(rows)
    paths = traversal(starts, len(codes.categorical) + code, values)
    held = answer(model.inputs, 1, seed)
    del held["codes"]
    return picture(model, paths, file, along="codes", padding=padding, **held)
