"""How a model learns unless `compile` is told otherwise, as it is saved."""

import keras

from kerasgen.engine import with_public_optimizers


class Defaults:
    """Arguments of `compile`, kept as a configuration that every backend can read.

    Optimizers have variables, which nobody needs who wants samples alone: objects are
    made when they are asked for, anew each time, so that no two models share any.

    Args:
        arguments: `{"loss": ..., "optimizer": ...}` of objects, names and literals, or
            what `get_config` returned; None for none.
    """

    def __init__(self, arguments):
        config = keras.saving.serialize_keras_object(dict(arguments or {}))
        self._config = with_public_optimizers(config)

    def make(self):
        """The arguments as objects."""
        return keras.saving.deserialize_keras_object(self._config)

    def get_config(self):
        return self._config
