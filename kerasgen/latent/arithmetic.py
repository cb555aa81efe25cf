"""Sums and differences of codes."""

from kerasgen.arguments import as_list
from kerasgen.latent.codes import check_codes, float_type


def arithmetic(add, subtract=()):
    """Sum of averaged groups of codes, such as smiling woman - woman + man.

    A single code is a poor word for what its image shows; the mean of a few (three, in
    the paper) makes stable ones.

    Args:
        add, subtract: Sequences of groups, each `(n, dim)`, or `(dim,)` for a single
            code. `add` holds at least one.

    Returns:
        The code `(dim,)`: means of `add` minus means of `subtract`.

    Raises:
        ValueError: If there is nothing to add, or groups differ in `dim`.

    Example:

    ```python
    z = np.random.default_rng(0).standard_normal((9, 100))
    code = kerasgen.latent.arithmetic([z[:3], z[6:]], [z[3:6]])  # (100,)
    ```

    Reference:
        Radford et al., 2016, arXiv:1511.06434, section 6.3.2.
    """
    add = as_list("add", add, "groups of codes")
    subtract = as_list("subtract", subtract, "groups of codes")
    if not add:
        raise ValueError("`add` must hold at least one group of codes. Received: none")
    means = [_mean("add", group) for group in add]
    means += [-_mean("subtract", group) for group in subtract]
    if len({mean.shape for mean in means}) > 1:
        raise ValueError(
            "Groups of codes must have one `dim`. "
            f"Received: {[mean.shape[0] for mean in means]}"
        )
    return sum(means).astype(float_type(*add, *subtract))


def direction(with_attribute, without):
    """From the codes of samples without an attribute to those of samples with it.

    Args:
        with_attribute, without: Codes `(n, dim)`; the numbers may differ.

    Returns:
        The difference of their means, `(dim,)`.

    Raises:
        ValueError: If shapes do not fit.

    Reference:
        Larsen et al., 2016, arXiv:1512.09300, section 4.1.
    """
    return arithmetic([with_attribute], [without])


def shift(codes, direction, strengths):
    """Codes moved along a direction: `code + strength * direction`.

    Args:
        codes: `(dim,)` or `(n, dim)`.
        direction: `(dim,)`.
        strengths: Numbers `(steps,)`; negative ones move the other way.

    Returns:
        `(steps, dim)`, or `(n, steps, dim)`: one path for each code.

    Raises:
        ValueError: If shapes do not fit.
    """
    given = codes, direction
    codes = check_codes("codes", codes)
    direction = check_codes("direction", direction)
    strengths = check_codes("strengths", strengths)
    if direction.shape != codes.shape[-1:]:
        raise ValueError(
            f"`direction` must have shape ({codes.shape[-1]},), as the codes do. "
            f"Received: shape {direction.shape}"
        )
    moves = strengths.reshape(-1, 1) * direction
    return (codes[..., None, :] + moves).astype(float_type(*given))


def _mean(name, group):
    group = check_codes(name, group)
    return group if group.ndim == 1 else group.mean(axis=0)
