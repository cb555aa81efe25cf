"""What stays as it is while a code moves."""

import numpy as np

from kerasgen.arguments import as_array
from kerasgen.inputs import Input
from kerasgen.nearest import nearest


def check_held(model, moving, held):
    """Everything else that makes up a sample is given, so that nothing else changes.

    Args:
        model: Its `inputs` say what it makes samples from.
        moving: Name of the input that moves.
        held: Names of those that stay.

    Raises:
        ValueError: If the model has no such input, or one is missing.
    """
    names = [each.name for each in _inputs_of(model)]
    for name in (moving, *held):
        if name not in names:
            raise ValueError(
                f"This model makes samples from {_listed(names)}. "
                f"{nearest(name, names)}Received: {name}"
            )
    missing = [name for name in names if name not in (moving, *held)]
    if missing:
        raise ValueError(
            f"While the {moving} move all else must stay: give `{missing[0]}`, one for "
            f"all or one for each. Received: {', '.join(held) or 'none'} held"
        )


def one_each(name, value, n):
    """`n` rows of a value that is one for all, or one for each.

    Raises:
        ValueError: If it is neither.
    """
    value = np.atleast_1d(as_array(name, value))
    if len(value) not in (1, n):
        raise ValueError(
            f"`{name}` must be one for all, or one for each of the {n}. "
            f"Received: shape {value.shape}"
        )
    return np.broadcast_to(value, (n, *value.shape[1:]))


def input_named(model, name):
    """The input of a model with a name.

    Raises:
        ValueError: If it has none.
    """
    for each in _inputs_of(model):
        if each.name == name:
            return each
    names = [each.name for each in model.inputs]
    raise ValueError(
        f"This model is not made from {name}, but from {_listed(names)}. "
        f"Received: {type(model).__name__} {model.name!r}"
    )


def _inputs_of(model):
    inputs = getattr(model, "inputs", None)
    if not isinstance(inputs, tuple) or not all(isinstance(i, Input) for i in inputs):
        raise ValueError(
            f"`model` must be a model of kerasgen.models. Received: model={model!r}"
        )
    return inputs


def _listed(names):
    return ", ".join(names) or "nothing that can be given"
