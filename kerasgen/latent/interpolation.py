"""Ways from one code to another."""

import numpy as np

from kerasgen.arguments import is_integer
from kerasgen.latent.codes import check_codes, float_type

NEARLY_ALIGNED = 1e-6  # sine of the angle under which two codes make no plane


def linear(a, b, steps):
    """The straight line from `a` to `b`, both included, in equal steps.

    Args:
        a, b: Codes of one shape, `(dim,)` or `(n, dim)`.
        steps: Number of codes on the way, at least 2.

    Returns:
        `(steps, dim)`, or `(n, steps, dim)`: one path for each pair.

    Raises:
        ValueError: If an argument is out of range or not finite.
    """
    start, end, t = _checked(a, b, steps)
    return _line(start, end, t).astype(float_type(a, b))


def spherical(a, b, steps):
    """The great arc from `a` to `b`: with `theta` the angle between them,

    `(sin((1 - t) theta) a + sin(t theta) b) / sin(theta)`.

    Normal latents of many dimensions lie near a sphere, and so do all codes of this
    path, where the middle of a straight line is shorter than a model ever saw. Codes
    of one direction, or a code of zeros, have no arc: between them the line is
    straight. Opposite codes have many: the path is a half circle that leaves towards
    the coordinate in which they are smallest.

    Args:
        a, b: Codes of one shape, `(dim,)` or `(n, dim)`.
        steps: Number of codes on the way, at least 2; both ends are included.

    Returns:
        `(steps, dim)`, or `(n, steps, dim)`: one path for each pair.

    Raises:
        ValueError: If an argument is out of range or not finite.

    Reference:
        Shoemake, Animating rotation with quaternion curves, SIGGRAPH 1985, section
        3.3; White, 2016, arXiv:1609.04468, section 2.1, for latents.
    """
    starts, ends, t = _checked(a, b, steps)
    if starts.ndim == 1:
        return _arc(starts, ends, t).astype(float_type(a, b))
    arcs = [_arc(p, q, t) for p, q in zip(starts, ends, strict=True)]
    return np.stack(arcs).astype(float_type(a, b))


def _arc(a, b, t):
    lengths = np.linalg.norm(a), np.linalg.norm(b)
    if 0.0 in lengths:
        return _line(a, b, t)
    u, v = a / lengths[0], b / lengths[1]
    cosine = u @ v
    sine = np.linalg.norm(v - cosine * u)
    if sine < NEARLY_ALIGNED:
        return _line(a, b, t) if cosine > 0 else _half_circle(u, lengths, t)
    theta, t = np.arctan2(sine, cosine), t[:, None]
    return (np.sin((1 - t) * theta) * a + np.sin(t * theta) * b) / np.sin(theta)


def _half_circle(u, lengths, t):
    """From `u` to `-u`, while the length changes evenly."""
    aside = np.zeros_like(u)
    aside[np.argmin(np.abs(u))] = 1.0
    aside -= (aside @ u) * u
    aside /= np.linalg.norm(aside)
    t = t[:, None]
    length = (1 - t) * lengths[0] + t * lengths[1]
    return length * (np.cos(np.pi * t) * u + np.sin(np.pi * t) * aside)


def _line(a, b, t):
    t = t[:, None]
    return a[..., None, :] * (1 - t) + b[..., None, :] * t


def _checked(a, b, steps):
    a, b = check_codes("a", a), check_codes("b", b)
    if a.shape != b.shape:
        raise ValueError(
            f"`a` and `b` must have one shape. Received: shapes {a.shape} and {b.shape}"
        )
    if not is_integer(steps) or steps < 2:
        raise ValueError(
            f"`steps` must be an integer of at least 2. Received: steps={steps}"
        )
    return a, b, np.linspace(0.0, 1.0, steps)
