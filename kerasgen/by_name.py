"""Objects by name: what every choice of `compile` may be, and a recipe can say."""

import inspect

from kerasgen.arguments import names_taken
from kerasgen.nearest import meant, nearest


def by_name(given, known, base, argument, noun, **parameters):
    """An object as it is, or made by its name.

    Args:
        given: An object of the class `base`; a name in `known`, in any case, with or
            without hyphens and underscores; or a dictionary with such a name under
            `"name"` and parameters of its class beside it, which is how recipes and
            configurations say it: `{"name": "r1", "weight": 5.0}`.
        known: `{name: class}`.
        base: Class of what is returned.
        argument, noun: What messages call it: "loss", "an objective".
        **parameters: Of the class, where `given` is a name.

    Raises:
        ValueError: If the name is unknown (the nearest are listed), or the class takes
            no such parameter.
    """
    if isinstance(given, base):
        if parameters:
            raise ValueError(
                f"Parameters belong to the constructor where `{argument}` is an "
                f"object. Received: {given} and {parameters}"
            )
        return given
    name, parameters = name_and_parameters(given, **parameters)
    found = meant(name, known)
    if found is None:
        raise ValueError(
            f"`{argument}` must be {noun} or the name of one. "
            f"{nearest(name, known)}Received: {argument}={name!r}"
        )
    return made(found, known[found], parameters, known)


def name_and_parameters(given, **parameters):
    """`(name, parameters)` of a dictionary with a `"name"`; others are the name."""
    if not isinstance(given, dict):
        return given, parameters
    if "name" not in given:
        raise ValueError(
            'A dictionary that stands for an object must have a "name", and its '
            f"parameters beside it. Received: {given}"
        )
    return given["name"], {k: v for k, v in given.items() if k != "name"} | parameters


def made(name, cls, parameters, known=()):
    """An object of a class that goes by a name.

    Args:
        name, cls: The name and the class.
        parameters: Of the class.
        known: `{name: class}` of others, of which those that take a parameter are
            named where `cls` does not.

    Raises:
        ValueError: If the class takes no such parameter, or needs another.
    """
    taken = names_taken(cls)
    for parameter in parameters:
        if parameter not in taken:
            rule = f"the parameters {', '.join(taken)}" if taken else "no parameters"
            raise ValueError(
                f"{name!r} takes {rule}. {_who_takes(parameter, known)}"
                f"Received: {parameter}={parameters[parameter]!r}"
            )
    takes = inspect.signature(cls).parameters
    for parameter, each in takes.items():
        needed = each.kind is each.POSITIONAL_OR_KEYWORD and each.default is each.empty
        if needed and parameter not in parameters:
            raise ValueError(
                f"{name!r} needs `{parameter}`: give an object, or a dictionary, "
                f"{{'name': {name!r}, {parameter!r}: ...}}. "
                f"Received: {name!r} without it"
            )
    return cls(**parameters)


def _who_takes(parameter, known):
    """A sentence that names those who take a parameter, and a space; or nothing."""
    names = [n for n in known if parameter in inspect.signature(known[n]).parameters]
    return f"`{parameter}` belongs to {', '.join(names)}. " if names else ""
