"""How a model learns unless `compile` is told otherwise, as it is saved."""

import keras
import numpy as np

from kerasgen.engine import with_public_optimizers


class Defaults:
    """Arguments of `compile`, kept as a configuration that every backend can read.

    Optimizers have variables, which a model that only makes samples does not need. So
    objects are made when they are asked for, and anew each time: no two models share
    any.

    Args:
        arguments: `{"loss": ..., "optimizer": ...}` of objects, names and literals, or
            what `get_config` returned; None for none.
    """

    def __init__(self, arguments):
        config = keras.saving.serialize_keras_object(dict(arguments or {}))
        self._config = _tidy(with_public_optimizers(config))

    def make(self):
        """The arguments as objects."""
        return keras.saving.deserialize_keras_object(self._config)

    def get_config(self):
        return self._config


def _tidy(config):
    """Equal defaults as equal configurations, whatever was made before them.

    Keras counts the names of optimizers, and writes rates as float32 rounded them.
    """
    if not isinstance(config, dict):
        return config
    config = {name: _tidy(value) for name, value in config.items()}
    if config.get("module") != "keras.optimizers":
        return config
    inner = {name: v for name, v in config["config"].items() if name != "name"}
    if isinstance(inner.get("learning_rate"), float):
        inner["learning_rate"] = float(str(np.float32(inner["learning_rate"])))
    return {**config, "config": inner}
