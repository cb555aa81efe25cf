"""Classes that Keras can save, and that are made of plain numbers."""

import keras

from kerasgen.arguments import plain_numbers


def registered(cls):
    """Registers a class with Keras as `kerasgen>Name`, so that it can be saved.

    Its constructor takes NumPy's numbers as well; see `kerasgen.arguments`.
    """
    if "__init__" in vars(cls):
        cls.__init__ = plain_numbers(cls.__init__)
    return keras.saving.register_keras_serializable(package="kerasgen")(cls)
