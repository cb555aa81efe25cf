"""Checks of arguments, with the same words everywhere.

Each takes the arguments by name, and raises a `ValueError` that names the argument,
states the rule and ends with what was received.
"""

import functools
import inspect
import math
import operator
import os
from numbers import Real

import numpy as np

from kerasgen.nearest import nearest, similar


def check_positive(**numbers):
    """Integers of at least 1."""
    for name, number in numbers.items():
        if not is_integer(number) or number < 1:
            raise ValueError(
                f"`{name}` must be a positive integer. Received: {name}={number!r}"
            )


def check_counts(**numbers):
    """Integers of at least 0."""
    for name, number in numbers.items():
        if not is_integer(number) or number < 0:
            raise ValueError(
                f"`{name}` must be an integer of at least 0. "
                f"Received: {name}={number!r}"
            )


def check_seeds(**seeds):
    """Integers of 64 bits without a sign."""
    for name, seed in seeds.items():
        if not is_integer(seed) or not 0 <= seed < 2**64:
            raise ValueError(
                f"`{name}` must be an integer from 0 to 2**64 - 1. "
                f"Received: {name}={seed!r}"
            )


def check_training_seeds(**seeds):
    """Integers of 31 bits, which seeds of each backend can be; None draws one."""
    for name, seed in seeds.items():
        if seed is not None and (not is_integer(seed) or not 0 <= seed < 2**31):
            raise ValueError(
                f"`{name}` must be an integer from 0 to 2**31 - 1. "
                f"Received: {name}={seed!r}"
            )


def check_factors(**factors):
    """Factors of a term: numbers of at least 0, finite."""
    for name, factor in factors.items():
        if not _is_number(factor) or not 0.0 <= factor < math.inf:
            raise ValueError(
                f"`{name}` must be at least 0 and finite. Received: {name}={factor!r}"
            )


def check_above_zero(**numbers):
    """Numbers above 0, finite."""
    for name, number in numbers.items():
        if not _is_number(number) or not 0.0 < number < math.inf:
            raise ValueError(
                f"`{name}` must be positive and finite. Received: {name}={number!r}"
            )


def check_fractions(**fractions):
    """Numbers in [0, 1)."""
    for name, fraction in fractions.items():
        if not _is_number(fraction) or not 0.0 <= fraction < 1.0:
            raise ValueError(
                f"`{name}` must lie in [0, 1). Received: {name}={fraction!r}"
            )


def check_shares(**shares):
    """Numbers in [0, 1]: probabilities and parts of a whole."""
    for name, share in shares.items():
        if not _is_number(share) or not 0.0 <= share <= 1.0:
            raise ValueError(f"`{name}` must lie in [0, 1]. Received: {name}={share!r}")


def check_probability(**probabilities):
    """Probabilities of what may happen or not: numbers in (0, 1)."""
    for name, number in probabilities.items():
        if not _is_number(number) or not 0.0 < number < 1.0:
            raise ValueError(
                f"`{name}` must lie in (0, 1). Received: {name}={number!r}"
            )


def check_flags(**flags):
    """True or False; None is left out, where it stands for a default."""
    for name, flag in flags.items():
        if flag is None:
            continue
        if not isinstance(flag, (bool, int, np.bool_)) or flag not in (True, False):
            raise ValueError(
                f"`{name}` must be True or False. Received: {name}={flag!r}"
            )


def check_verbose(verbose):
    """How much Keras shows of its progress."""
    if not isinstance(verbose, (str, int)) or verbose not in ("auto", 0, 1, 2):
        raise ValueError(
            f'`verbose` must be "auto", 0, 1 or 2. Received: verbose={verbose!r}'
        )


def check_part(part):
    """`(index, parts)`: one of several equal parts, counted from 0."""
    whole = isinstance(part, (tuple, list)) and len(part) == 2
    if not whole or not all(map(is_integer, part)) or not 0 <= part[0] < part[1]:
        raise ValueError(
            "`part` must be (index, parts), integers with 0 <= index < parts. "
            f"Received: part={part!r}"
        )


def check_paths(**paths):
    """Paths, as strings or `os.PathLike`."""
    for name, path in paths.items():
        if not isinstance(path, (str, os.PathLike)):
            raise ValueError(
                f"`{name}` must be a path, or a name. Received: {name}={path!r}"
            )


def check_one_of(names, **choices):
    """Each choice is one of `names`; the message lists the nearest."""
    for argument, choice in choices.items():
        if choice not in list(names):
            raise ValueError(
                f"`{argument}` must be one of {list(names)}. "
                f"{nearest(choice, [n for n in names if n is not None])}"
                f"Received: {argument}={choice!r}"
            )


def check_known(function, names, given):
    """Refuses arguments that a function does not take.

    Args:
        function: Its name.
        names: Those of the arguments it takes, in their order.
        given: `{name: value}`.

    Raises:
        TypeError: If there is another: lists those there are and the nearest.
    """
    for name, value in given.items():
        if name not in names:
            raise TypeError(
                f"`{function}` takes {', '.join(names) or 'no arguments'}. "
                f"{similar(name, names)}"
                f"Received: {name}={value!r}"
            )


def names_of(function):
    """Names of the arguments of a function, without `self`, `*args` and `**kwargs`."""
    parameters = inspect.signature(function).parameters.values()
    several = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [p.name for p in parameters if p.kind not in several and p.name != "self"]


def names_taken(cls, last=object, of_last=()):
    """Names of all that the constructor of a class takes.

    Those of its bases count where it hands on what it does not know.

    Args:
        cls: A class.
        last: The base at which to stop.
        of_last: The names that count as those of that base.
    """
    names = []
    for base in cls.__mro__:
        if base is last:
            return list(dict.fromkeys([*names, *of_last]))
        if "__init__" in vars(base):
            names += names_of(base.__init__)
            # Keras calls the constructors of several bases, each by its name.
            if not _hands_on(base.__init__) and _package(base) != "keras":
                break
    return list(dict.fromkeys(names))


def _hands_on(function):
    parameters = inspect.signature(function).parameters.values()
    return any(each.kind is each.VAR_KEYWORD for each in parameters)


def _package(cls):
    return cls.__module__.partition(".")[0]


def plain_numbers(function):
    """Lets a function take NumPy's numbers, such as `y.max() + 1`, as Python's.

    Keras asks for `int` itself, and configurations are written as JSON. Numbers in
    tuples, lists and dictionaries count; arrays stay what they are.
    """

    @functools.wraps(function)
    def taking_plain(*args, **kwargs):
        return function(*_plain(args), **_plain(kwargs))

    # Keras reads the arguments of constructors without looking through a wrapper.
    taking_plain.__signature__ = inspect.signature(function)
    return taking_plain


def _plain(value):
    if isinstance(value, np.generic):
        return value.item()
    if type(value) in (list, tuple):
        return type(value)(map(_plain, value))
    if type(value) is dict:
        return {key: _plain(each) for key, each in value.items()}
    return value


def as_list(name, given, noun):
    """What was given as a list.

    Args:
        name: Of the argument.
        given: What was given.
        noun: What it must hold, for the message.

    Raises:
        ValueError: If it holds nothing at all, being a number for example.
    """
    if isinstance(given, str) or not hasattr(given, "__iter__"):
        raise ValueError(
            f"`{name}` must be a sequence of {noun}. Received: {name}={given!r}"
        )
    return list(given)


def as_array(name, given, dtype=None):
    """What was given as a NumPy array.

    Raises:
        ValueError: If it is none, or holds no numbers of that dtype.
    """
    try:
        return np.asarray(given, dtype)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"`{name}` must be an array of numbers: {error}. "
            f"Received: a {type(given).__name__}"
        ) from error


def is_integer(value):
    """Whether a value counts: Python's or NumPy's integers, but no booleans."""
    if isinstance(value, bool):
        return False
    try:
        operator.index(value)
    except TypeError:
        return False
    return True


def _is_number(value):
    return isinstance(value, Real) and not isinstance(value, bool)
