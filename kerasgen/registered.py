"""Classes that Keras can save, and that are made of plain numbers."""

import functools
import inspect

import keras

from kerasgen.arguments import check_known, names_taken, plain_numbers


def registered(cls):
    """Registers a class with Keras as `kerasgen>Name`, so that it can be saved.

    Its constructor takes NumPy's numbers as well, see `kerasgen.arguments`, and before
    it builds anything refuses arguments that neither it nor a base takes.
    """
    cls.__init__ = _refusing(cls, plain_numbers(cls.__init__))
    return keras.saving.register_keras_serializable(package="kerasgen")(cls)


def _refusing(cls, constructor):
    """The constructor of a class, which that of a subclass may call."""

    @functools.wraps(constructor)
    def knowing(self, *args, **given):
        if hasattr(cls, "check_construction"):  # a model, which refuses more
            known = cls.argument_names()
            unknown = {n: value for n, value in given.items() if n not in known}
            type(self).check_construction(given, unknown)
        else:
            check_known(cls.__name__, names_taken(cls), given)
        return constructor(self, *args, **given)

    # Keras reads the arguments of constructors without looking through a wrapper.
    knowing.__signature__ = inspect.signature(constructor)
    return knowing
