"""Bounds on weights, kept after each update."""

import keras
from keras import ops

from kerasgen.arguments import check_above_zero
from kerasgen.by_name import by_name
from kerasgen.registered import registered


@registered
class Clip(keras.constraints.Constraint):
    """Clips every weight to `[-limit, limit]`.

    Any `keras.constraints.Constraint` can stand in its place.

    Args:
        limit: Above 0; `c` of WGAN.

    Reference:
        Arjovsky et al., 2017, arXiv:1701.07875, algorithm 1.
    """

    def __init__(self, limit=0.01):
        check_above_zero(limit=limit)
        self.limit = limit

    def __call__(self, w):
        return ops.clip(w, -self.limit, self.limit)

    def get_config(self):
        return {"limit": self.limit}


CONSTRAINTS = {
    "clip": Clip,
    "max_norm": keras.constraints.MaxNorm,
    "unit_norm": keras.constraints.UnitNorm,
}


def get(constraint, **parameters):
    """A constraint by name or as it is.

    Args:
        constraint: One of `CONSTRAINTS`; a dictionary of such a `"name"` and
            parameters; or a `keras.constraints.Constraint`.
        **parameters: Arguments of a constraint that is named.

    Raises:
        ValueError: If the name is unknown (the nearest are listed), or a parameter is.
    """
    base, noun = keras.constraints.Constraint, "a keras.constraints.Constraint"
    return by_name(constraint, CONSTRAINTS, base, "constraint", noun, **parameters)
