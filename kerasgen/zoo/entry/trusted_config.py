"""Which classes a configuration from a file may name."""

import json
import pathlib
import re
import reprlib
import sys

import keras

MODULES = (
    "keras",
    "keras.layers",
    "keras.initializers",
    "keras.regularizers",
    "keras.constraints",
    "keras.dtype_policies",
    "keras.optimizers",
    "keras.optimizers.schedules",
    "keras.src.models.functional",  # where Keras says that Functional is
)
# What a sample is, and what it is made from: all that a manifest may hold.
DESCRIPTIONS = ("kerasgen.inputs.", "kerasgen.kinds.")
OURS = (
    *DESCRIPTIONS,
    "kerasgen.adversarial.",
    "kerasgen.engine.average",
    "kerasgen.engine.schedule",
    "kerasgen.layers.",
    "kerasgen.losses.",
    "kerasgen.models.",
)
CLASSES = (
    keras.Layer,
    keras.initializers.Initializer,
    keras.regularizers.Regularizer,
    keras.constraints.Constraint,
    keras.dtype_policies.DTypePolicy,
    keras.optimizers.Optimizer,
    keras.optimizers.schedules.LearningRateSchedule,
)
# They run code, or read files that their configuration names.
DANGEROUS = (
    keras.layers.Lambda,
    keras.layers.TorchModuleWrapper,
    keras.layers.JaxLayer,  # and with it FlaxLayer
    keras.layers.TFSMLayer,
    keras.layers.IntegerLookup,
    keras.layers.StringLookup,
    keras.layers.TextVectorization,
)
NUMBERS = r"(bfloat|float|int|uint|complex)\d{1,3}|bool"
DATA = ("__keras_tensor__", "__numpy__", "__tensor__")


def read_config(path):
    """The configuration in a file, if it can be trusted.

    Raises:
        ValueError: If it is not JSON, or `check_config` refuses it.
    """
    try:
        config = json.loads(pathlib.Path(path).read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(
            f"{path} is not JSON, or nested too deeply: {error}"
        ) from error
    try:
        check_config(config, path)
    except RecursionError as error:
        raise ValueError(f"{path} is nested too deeply to be a model") from error
    if not isinstance(config, dict) or "class_name" not in config:
        raise ValueError(
            f"{path} must be the configuration of one model. "
            f"Received: {reprlib.repr(config)}"
        )
    return config


def check_config(config, where):
    """Refuses a configuration that names anything but classes of Keras and kerasgen.

    Args:
        config: What `keras.saving.serialize_keras_object` made, from JSON.
        where: What to call it in messages.

    Raises:
        ValueError: At the first class of another module, function or `Lambda`.
    """
    for value in _with_class(config):
        if not _is_trusted(value, OURS, MODULES):
            raise ValueError(
                f"{where} must be made of layers of Keras and kerasgen alone, without "
                "functions and layers that run code or read files. Received: "
                f"{reprlib.repr(value.get('module'))}, "
                f"{reprlib.repr(value['class_name'])}"
            )


def describes(config):
    """Whether a configuration is that of kinds and inputs alone."""
    found = list(_with_class(config))
    return bool(found) and all(_is_trusted(v, DESCRIPTIONS, ()) for v in found)


def _with_class(config):
    """All parts of a configuration, at any depth, that name a class."""
    if isinstance(config, dict):
        if "class_name" in config:
            yield config
        config = list(config.values())
    if isinstance(config, list):
        for value in config:
            yield from _with_class(value)


def _is_trusted(config, ours, modules):
    name, module = config["class_name"], config.get("module")
    registered = config.get("registered_name")
    if not isinstance(name, str):
        return False
    if name in DATA:
        return _is_data(config.get("config"))
    if registered not in (None, name):
        found = keras.saving.get_registered_object(str(registered))
        is_ours = registered == f"kerasgen>{name}" and isinstance(found, type)
        return is_ours and found.__module__.startswith(ours)
    if module not in modules:
        return False
    # Looked up and not imported: nothing is imported because a file says so.
    found = getattr(sys.modules.get(module), name, None)
    is_known = isinstance(found, type) and issubclass(found, CLASSES)
    return is_known and not issubclass(found, DANGEROUS)


def _is_data(values):
    dtype = values.get("dtype") if isinstance(values, dict) else None
    return isinstance(dtype, str) and re.fullmatch(NUMBERS, dtype) is not None
