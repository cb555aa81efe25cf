"""What a configuration from a file may name, and how much it may ask for."""

import json
import re
import reprlib
import sys
import types

import keras

from kerasgen.engine import GenerativeModel

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
# They run code, read files that their configuration names, or are run when they are
# built, whatever memory and time that takes.
DANGEROUS = (
    keras.layers.Lambda,
    keras.layers.TorchModuleWrapper,
    keras.layers.JaxLayer,  # and with it FlaxLayer
    keras.layers.TFSMLayer,
    keras.layers.IntegerLookup,
    keras.layers.StringLookup,
    keras.layers.TextVectorization,
    keras.layers.Pipeline,
)
# Arguments for which Keras takes the name of an object, by their last word: in which
# module the names are, and what they are names of.
NAMED = {
    "initializer": (keras.initializers, keras.initializers.Initializer),
    "regularizer": (keras.regularizers, keras.regularizers.Regularizer),
    "constraint": (keras.constraints, keras.constraints.Constraint),
    "activation": (keras.activations, keras.Layer),  # or a function
}
ADDRESS = ("class_name", "module", "registered_name")  # where a class is found
DEPTH = 100  # of dictionaries and lists in one another
VALUES = 200_000  # dictionaries, lists and strings, at any depth
LAYERS = 1000  # counted as often as they are called
ROW = 100  # layers of a `Sequential`, which is built anew with each; fewer of several
NUMBERS = r"(bfloat|float|int|uint|complex)\d{1,3}|bool"
DATA = ("__keras_tensor__", "__numpy__", "__tensor__")


def read_config(path):
    """The configuration in a file, if it can be trusted.

    Raises:
        ValueError: If it is not JSON, or `check_config` refuses it.
    """
    config = _parsed(path)
    check_config(config, path)
    if not isinstance(config, dict) or "class_name" not in config:
        raise ValueError(
            f"{path} must be the configuration of one model. "
            f"Received: {reprlib.repr(config)}"
        )
    return config


def _parsed(path):
    try:
        text = path.read_text("utf-8")
    except ValueError as error:
        raise ValueError(f"{path} is not JSON: {error}") from error
    # Before millions of them are made.
    _check_values(text.count("[") + text.count("{"), path)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(
            f"{path} is not JSON, or nested too deeply: {error}"
        ) from error


def check_config(config, where):
    """Refuses a configuration that names anything but what is Keras's and kerasgen's.

    Args:
        config: What `keras.saving.serialize_keras_object` made, from JSON.
        where: What to call it in messages.

    Raises:
        ValueError: At the first class of another module, function or `Lambda`; at the
            first string for which Keras would take what is registered under it; or if
            there is more than any model needs.
    """
    layers, rows = 0, []
    for i, (key, value, depth) in enumerate(_values(config)):
        _check_values(i, where)
        if depth > DEPTH:
            raise ValueError(f"{where} is nested too deeply to be a model")
        if isinstance(value, str):
            _check_name(key, value, where)
        elif isinstance(value, dict) and "class_name" in value:
            found = _checked_class(key, value, where)
            if issubclass(found, GenerativeModel) and depth > 0:
                # As a layer it would be run when it is built.
                raise ValueError(
                    f"{where} must be one model, made of networks. Received: a "
                    f"{value['class_name']} in it"
                )
            layers += _calls(value) if issubclass(found, keras.Layer) else 0
            rows += [_length(value)] if issubclass(found, keras.Sequential) else []
    _check_size(layers, rows, where)


def _check_values(count, where):
    if count > VALUES:
        raise ValueError(
            f"{where} must have at most {VALUES:,} dictionaries, lists and strings. "
            f"Received: {count:,}"
        )


def _check_size(layers, rows, where):
    if layers > LAYERS:
        raise ValueError(
            f"{where} must have at most {LAYERS:,} layers, each counted as often as it "
            f"is called. Received: {layers:,}"
        )
    if sum(n * n for n in rows) > ROW**2:
        raise ValueError(
            f"{where} must have at most {ROW} layers in a `Sequential`, and fewer in "
            f"each of several. Received: {', '.join(map(str, sorted(rows)[-10:]))}"
        )


def _calls(layer):
    """How often a layer is called."""
    nodes = layer.get("inbound_nodes")
    return max(len(nodes), 1) if isinstance(nodes, list) else 1


def _length(sequential):
    """How many layers are in a `Sequential`."""
    config = sequential.get("config")
    layers = config.get("layers") if isinstance(config, dict) else None
    return len(layers) if isinstance(layers, list) else 0


def describes(config):
    """Whether a configuration is that of kinds and inputs alone."""
    found = [
        isinstance(value, dict)
        and depth <= DEPTH
        and _trusted(value, DESCRIPTIONS, ()) is not None
        for _, value, depth in _values(config)
        if isinstance(value, dict) and "class_name" in value or _is_registered(value)
    ]
    return bool(found) and all(found)


def _values(config):
    """`(key, value, depth)` of all dictionaries, lists and strings in a configuration.

    Those in a list have its key. The strings that say of what class a dictionary is
    are left out.
    """
    waiting = [(None, config, 0)]
    while waiting:
        key, value, depth = waiting.pop()
        yield key, value, depth
        items = ()
        if isinstance(value, list):
            items = [(key, each) for each in value]
        elif isinstance(value, dict):
            left_out = ADDRESS if "class_name" in value else ()
            items = [(k, v) for k, v in value.items() if k not in left_out]
        waiting += [
            (k, v, depth + 1) for k, v in items if isinstance(v, (dict, list, str))
        ]


def _checked_class(key, part, where):
    found = _trusted(part, OURS, MODULES)
    if found is None:
        names = (part.get("module"), part["class_name"])
        raise ValueError(
            f"{where} must be made of layers of Keras and kerasgen alone, without "
            "functions and layers that run code or read files. "
            f"Received: {', '.join(map(reprlib.repr, names))}"
        )
    if "compile_config" in part:
        raise ValueError(
            f"{where} must be of a model without what `compile` was given. "
            f"Received: `compile_config` of {part['class_name']}"
        )
    _, base = NAMED.get(_last_word(key), (None, object))
    if not issubclass(found, base):
        raise _misnamed(where, key, part["class_name"])
    return found


def _check_name(key, name, where):
    home, base = NAMED.get(_last_word(key), (None, None))
    found = vars(home).get(name) if home else None
    is_own = isinstance(found, type) and issubclass(found, base)
    if home is keras.activations:
        is_own = isinstance(found, types.FunctionType)
    if _is_registered(name) or home and not is_own:
        raise _misnamed(where, key, name)


def _misnamed(where, key, name):
    return ValueError(
        f"{where} must name initializers, regularizers, constraints and activations of "
        "Keras where it names any, and nothing else that Keras would look up. "
        f"Received: {reprlib.repr(key)}: {reprlib.repr(name)}"
    )


def _last_word(key):
    return str(key).rsplit("_", 1)[-1]


def _is_registered(name):
    """Whether Keras would take something for a string, wherever it meets it."""
    is_name = isinstance(name, str)
    return is_name and keras.saving.get_registered_object(name) is not None


def _trusted(part, ours, modules):
    """The class that a part of a configuration names, or None if it is not trusted."""
    name, module = part["class_name"], part.get("module")
    registered = part.get("registered_name")
    if not isinstance(name, str):
        return None
    if name in DATA:
        return object if _is_data(part.get("config")) else None
    if registered not in (None, name):
        found = keras.saving.get_registered_object(str(registered))
        is_ours = registered == f"kerasgen>{name}" and isinstance(found, type)
        return found if is_ours and found.__module__.startswith(ours) else None
    # Keras looks among what was registered first.
    if module not in modules or _is_registered(name):
        return None
    # Looked up and not imported: nothing is imported because a file says so.
    found = getattr(sys.modules.get(module), name, None)
    is_known = isinstance(found, type) and issubclass(found, CLASSES)
    return found if is_known and not issubclass(found, DANGEROUS) else None


def _is_data(values):
    dtype = values.get("dtype") if isinstance(values, dict) else None
    return isinstance(dtype, str) and re.fullmatch(NUMBERS, dtype) is not None
