"""Weights as plain HDF5: one dataset for each variable, nothing to run."""

import io
import math
import re

import keras
import numpy as np
from keras import ops

from kerasgen.engine.keras_private import first_value
from kerasgen.plain_arrays import bytes_of, is_plain, opened

ARRAYS = 10_000  # at most in a group of a file
# Variables of a model that no network has, and their values: counters, seed generators.
BESIDE, VALUES_BESIDE = 10_000, 2**20


def networks(model):
    """`{name: network}` of what a model is made of, averages where it keeps them.

    What it has outside of them and does not train by gradients is state of its
    training, as is all that `compile` made: epochs seen, `k_t`, pools of samples.

    Raises:
        ValueError: If the model has trainable weights of another kind.
    """
    found = {name: model.network(name) for name in model.networks}
    parts = [*model.networks.values()]
    if model.compiled:
        parts += keras.tree.flatten(model.compile_objects())
    covered = {id(v) for part in parts for v in getattr(part, "weights", ())}
    outside = [v.path for v in model.trainable_weights if id(v) not in covered]
    if outside:
        raise ValueError(
            "The zoo holds the networks of a model, here "
            f"{', '.join(found) or 'none'}: {outside[0]} is in none of them. Name its "
            "layer in `networks`, or use `model.save(...)`. "
            f"Received: a {type(model).__name__}"
        )
    return found


def named_variables(found):
    """`{"generator/000_dense_kernel": variable}`, in the order of the networks.

    Positions tell variables apart. Layer names lose their numbers, which count what
    was built before in the same process.

    Args:
        found: `{name: network}`.
    """
    named = {}
    for network, layer in found.items():
        for i, variable in enumerate(layer.weights):
            parts = variable.path.split("/")[-2:]
            label = "_".join(re.sub(r"_\d+$", "", part) for part in parts)
            named[f"{network}/{i:03d}_{label}"] = variable
    return named


def to_hdf5(variables, half_precision):
    """The bytes of a file of variables.

    It is built in memory: where a disk is full, h5py would end the process.

    Raises:
        ValueError: If a value is not finite, in float16 if that is asked for.
    """
    import h5py

    memory = io.BytesIO()
    with h5py.File(memory, "w") as file:
        for name, variable in variables.items():
            values = _stored(variable, half_precision)
            if not np.all(np.isfinite(values)):
                raise ValueError(
                    f"Weights must be finite in {values.dtype}. Received: {name}, "
                    f"largest value {np.max(np.abs(variable.numpy())):g}"
                )
            file.create_dataset(name, data=values)
    return memory.getvalue()


def layout(path):
    """`{name: shape}` of the arrays in a file, of which none has been read.

    Raises:
        ValueError: If the file holds anything but plain arrays.
    """
    with opened(path) as file:
        return {name: item.shape for name, item in _datasets(path, file).items()}


class Room:
    """What the variables of a model may take, by what its file of weights holds.

    Called with each variable before it has a value, it refuses one too many or too
    large. Counters and states of seed generators are beside those in the file.

    Args:
        path: The file.
        shapes: Its `layout`.
    """

    def __init__(self, path, shapes):
        self.path = path
        self.count = len(shapes) + BESIDE
        self.values = sum(map(math.prod, shapes.values())) + VALUES_BESIDE

    def __call__(self, variable):
        self.count -= 1
        self.values -= math.prod(variable.shape)
        if self.count < 0 or self.values < 0:
            raise ValueError(
                f"{self.path} holds the weights of a smaller model: the variables of "
                "this one are more than its arrays. "
                f"Received: {variable.path} of shape {tuple(variable.shape)}"
            )


def read(path, variables):
    """Makes a file's values the first ones of variables that have none yet.

    Random ones, which they replace, would cost seconds under JAX: it compiles a program
    for every shape.

    Args:
        path: The file, or an `EntryFile` of it.
        variables: `{name: variable}`, created in `variables_without_values`, which has
            not been left.

    Raises:
        ValueError: If the file holds anything but plain arrays of finite numbers, or
            names or shapes are not those of `variables`.
    """
    with opened(path) as file:
        stored = _datasets(path, file)
        _check_fit(path, stored, variables)
        for name, variable in variables.items():
            with np.errstate(over="ignore"):  # refused with the variable's name
                values = stored[name][()].astype(_host_dtype(variable))
            _check_finite(path, name, values)
            first_value(variable, _Stored(values))


def check(path, variables):
    """Compares an array of each network with the file.

    Raises:
        RuntimeError: If this version of Keras did not take what `read` gave it.
    """
    import h5py

    with h5py.File(path, "r") as file:
        for name in _one_of_each(variables):
            stored = file[name][()].astype(_host_dtype(variables[name]))
            found = variables[name].numpy()
            if not np.array_equal(found, stored):
                raise RuntimeError(
                    f"Keras {keras.__version__} gave {name} other values than those of "
                    f"{path}: this version of kerasgen does not fit it. Use Keras "
                    "3.15.1, or a newer kerasgen"
                )


def _one_of_each(variables):
    """The name of one variable of each network.

    The smallest with more than one axis, which has random values unless they were
    replaced; of those with one axis a network has many zeros.
    """

    def last(name):
        shape = variables[name].shape
        return len(shape) > 1, -math.prod(shape), name

    names = sorted(variables, key=last)
    return {name.split("/")[0]: name for name in names}.values()


class _Stored(keras.initializers.Initializer):
    def __init__(self, values):
        self.values = values

    def __call__(self, shape, dtype=None):
        return ops.convert_to_tensor(self.values, dtype)


def _stored(variable, half_precision):
    dtype = _host_dtype(variable)
    if half_precision and dtype == "float32":
        dtype = "float16"
    with np.errstate(over="ignore"):  # reported with the variable's name
        return variable.numpy().astype(dtype)


def _host_dtype(variable):
    return "float32" if "float" in variable.dtype else variable.dtype


def _datasets(path, file):
    """`{"network/name": dataset}`: plain arrays, each in a group, in the file itself.

    Links could make HDF5 read other files of this machine. Arrays that lie on one
    another can be larger than memory together.

    Raises:
        ValueError: If there is anything else; it has not been opened then.
    """
    import h5py

    size = path.stat().st_size
    found = {}
    for network in _names(path, file):
        group = _own(path, file, network, h5py.Group)
        for name in _names(path, group):
            item = _own(path, group, name, h5py.Dataset)
            if not is_plain(item):
                raise ValueError(
                    f"{path} must hold plain arrays of numbers, in the file itself, "
                    f"written and not compressed. Received: {network}/{name}, "
                    f"{item.dtype} of shape {item.shape}"
                )
            found[f"{network}/{name}"] = item
            size -= bytes_of(item)
            if size < 0:
                raise ValueError(
                    f"{path} must be at least as large as its arrays together. "
                    f"Received: {len(found)} arrays, the last {network}/{name}, "
                    f"{item.dtype} of shape {item.shape}"
                )
    return found


def _names(path, group):
    """Names in a group, of which an honest file has as many as a model has arrays."""
    if len(group) > ARRAYS:
        raise ValueError(
            f"{path} must hold at most {ARRAYS:,} arrays in a group. "
            f"Received: {len(group):,}"
        )
    return list(group)


def _own(path, group, name, kind):
    """What is in the file itself under that name."""
    import h5py

    is_link = not isinstance(group.get(name, getlink=True), h5py.HardLink)
    if is_link or group.get(name, getclass=True) is not kind:
        raise ValueError(
            f"{path} must hold groups with arrays in them and nothing else, no links. "
            f"Received: {name[:200]!r}{', a link' if is_link else ''}"
        )
    return group[name]


def _check_finite(path, name, values):
    bad = values.size - np.count_nonzero(np.isfinite(values))
    if bad:
        raise ValueError(
            f"{path} must hold finite weights, as kerasgen.zoo.save writes them. "
            f"Received: {name}, with {bad:,} of {values.size:,} NaN or infinite"
        )


def _check_fit(path, stored, variables):
    missing = [name for name in variables if name not in stored]
    surplus = [name for name in stored if name not in variables]
    if missing or surplus:
        told = [f"it lacks {missing[0]}"] if missing else []
        told += [f"the model has no {surplus[0]}"] if surplus else []
        raise ValueError(
            f"{path} holds the weights of another model: {' and '.join(told)}. "
            f"Received: {len(stored)} variables, expected {len(variables)}"
        )
    for name, variable in variables.items():
        found, dtype = stored[name], _host_dtype(variable)
        if found.shape != tuple(variable.shape):
            raise ValueError(
                f"{path} holds the weights of another model. Received: {name} of "
                f"shape {found.shape}, expected {tuple(variable.shape)}"
            )
        if not np.can_cast(found.dtype, dtype, "same_kind"):  # floats as integers
            raise ValueError(
                f"{path} holds the weights of another model. Received: {name} in "
                f"{found.dtype}, expected {dtype}"
            )
