"""Functions that make a `GAN`: the constructors of most published models."""

import functools

from kerasgen.adversarial import old_arguments
from kerasgen.adversarial.gan import GAN
from kerasgen.arguments import check_known, names_of, plain_numbers

MADE = ("inputs", "conditions")  # arguments of `GAN` that published models fix


def makes_gan(function):
    """Makes a function that returns a `GAN` a constructor.

    Before it builds anything it refuses arguments that neither it nor `GAN`, to which
    it hands on what it does not know, takes, and what `GAN` refuses. NumPy's numbers
    are taken as Python's.
    """
    own = names_of(function)
    names = [*own, *(n for n in GAN.argument_names() if n not in (*own, *MADE))]
    plain = plain_numbers(function)

    @functools.wraps(plain)
    def constructor(*args, **kwargs):
        old_arguments.refuse({n: v for n, v in kwargs.items() if n not in names})
        check_known(function.__name__, names, kwargs)
        GAN.check_construction(kwargs, {})
        return plain(*args, **kwargs)

    return constructor
