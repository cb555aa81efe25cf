"""Which classes a configuration from a file may name."""

import importlib

import keras

# They run code or read files that their configuration names.
DANGEROUS = ("Lambda", "TorchModuleWrapper", "JaxLayer", "FlaxLayer", "TFSMLayer")
DATA = ("__keras_tensor__", "__numpy__", "__tensor__")
KINDS = (
    keras.Layer,
    keras.initializers.Initializer,
    keras.regularizers.Regularizer,
    keras.constraints.Constraint,
    keras.dtype_policies.DTypePolicy,
)


def check_config(config, where):
    """Refuses a configuration that names anything but classes of Keras and kerasgen.

    Args:
        config: What `keras.saving.serialize_keras_object` made, from JSON.
        where: What to call it in messages.

    Raises:
        ValueError: At the first class of another module, function or `Lambda`.
    """
    if isinstance(config, list):
        for value in config:
            check_config(value, where)
    if isinstance(config, dict):
        if "class_name" in config and not _is_trusted(config):
            raise ValueError(
                f"{where} must be made of layers of Keras and kerasgen alone, without "
                "functions and layers that run code. Received: "
                f"{config.get('module')}.{config['class_name']}"
            )
        for value in config.values():
            check_config(value, where)


def _is_trusted(config):
    name, module = config["class_name"], config.get("module")
    if not isinstance(name, str):
        return False
    if name in DATA:
        return True
    registered = config.get("registered_name")
    if registered not in (None, name):
        found = keras.saving.get_registered_object(registered)
        return (
            registered == f"kerasgen>{name}"
            and isinstance(found, type)
            and found.__module__.split(".")[0] == "kerasgen"
        )
    if not isinstance(module, str) or module.split(".")[0] != "keras":
        return False
    found = getattr(_module(module), name, None)
    return (
        isinstance(found, type) and issubclass(found, KINDS) and name not in DANGEROUS
    )


def _module(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        return None
