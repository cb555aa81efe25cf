"""Several devices train one model: what differs between them, and what must not.

A device is a replica of `tf.distribute` or a rank of `torch.distributed`: each runs the
step on its own part of the batch. Under JAX one program runs on all devices, and draws
and reduces over the whole batch: here that counts as one device.
"""

import contextlib
import contextvars
import importlib
import itertools
import zlib

import keras
from keras import ops

from kerasgen.arguments import check_one_of
from kerasgen.engine.keras_private import BATCH_STATISTICS, SEED_STATE

_backend = importlib.import_module(f"kerasgen.engine.{keras.backend.backend()}_devices")

count = _backend.count
mean = _backend.mean
placed = _backend.placed
check_optimizers = _backend.check_optimizers

MEAN, FIRST, OWN = "mean", "first", "own"
# The golden section of 2**32: seeds of any number of devices lie far apart, and none
# counts its way into those of another.
SPACING = 1_640_531_527


def between_devices(rule, variable):
    """Says what becomes of a variable that each device moves by its own samples.

    Variables that move by weights and counts alone stay equal without it, and the
    statistics of batch normalization are averaged anyway.

    Args:
        rule: `"mean"`: all take the mean after each step. `"first"`: all take that of
            the first device. `"own"`: each keeps its own, such as a pool of samples;
            the first device's is saved.
        variable: A `keras.Variable` that is not trained.

    Returns:
        The variable.
    """
    check_one_of((MEAN, FIRST, OWN), rule=rule)
    variable.between_devices = rule
    return variable


def gathered(nest):
    """What all devices have, one after the other, on each of them.

    For decisions and statistics that must be those of the whole batch.

    Args:
        nest: Nest of tensors `(batch, ...)`.
    """
    if count() == 1:
        return nest
    return keras.tree.map_structure(_backend.gather, nest)


@contextlib.contextmanager
def own_randomness(model):
    """Within it the seeds of a model differ between devices; after it they are equal.

    So the state that is saved is that of any device, and a training resumes the same.
    """
    seeds = []
    if count() > 1:
        seeds = [v for v in model.variables if v.name == SEED_STATE]
    for seed in seeds:
        seed.assign(seed.value + _shift(seed.dtype))
    try:
        yield
    finally:
        for seed in seeds:
            seed.assign(seed.value - _shift(seed.dtype))


def _shift(dtype):
    """What a device adds to the first of the two numbers of a seed."""
    own = ops.cast(_backend.index(), dtype) * SPACING
    return ops.stack([own, ops.zeros_like(own)])


def settle(model):
    """Makes equal again, after a step, what devices moved by their own samples."""
    if count() == 1:
        return
    for rule, combine in ((MEAN, mean), (FIRST, _backend.first)):
        moved = [v for v in model.variables if _rule_of(v) == rule]
        values = combine([v.value for v in moved]) if moved else []
        for variable, value in zip(moved, values, strict=True):
            variable.assign(value)


def _rule_of(variable):
    by_name = MEAN if variable.name in BATCH_STATISTICS else None
    return getattr(variable, "between_devices", by_name)


# --- processes that hold a model each


_alone = contextvars.ContextVar("on_one_rank_alone", default=False)


@contextlib.contextmanager
def alone():
    """Within it `start_equal` does nothing: other ranks may not be here."""
    token = _alone.set(True)
    try:
        yield
    finally:
        _alone.reset(token)


def start_equal(model):
    """Gives all ranks the weights and all other state of rank 0.

    Raises:
        ValueError: If the ranks have built different models.
    """
    if count() == 1 or _alone.get():
        return
    variables = _state(model)
    shapes = _backend.gather_objects([tuple(v.shape) for v in variables])
    for rank, theirs in enumerate(shapes):
        pairs = itertools.zip_longest(shapes[0], theirs)
        ours, other = next((pair for pair in pairs if pair[0] != pair[1]), (0, 0))
        if ours != other:
            raise ValueError(
                "Every rank of torch.distributed must build and compile the same "
                f"model. Received: a variable of shape {ours} on rank 0, which on rank "
                f"{rank} has shape {other}"
            )
    values = _backend.first([v.value for v in variables])
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def differing(model):
    """Paths of the variables that should be equal on all ranks, and are not."""
    variables = [v for v in _state(model) if _rule_of(v) != OWN]
    digests = [zlib.crc32(v.numpy().tobytes()) for v in variables]
    by_variable = zip(*_backend.gather_objects(digests), strict=True)
    return [
        variable.path
        for variable, found in zip(variables, by_variable, strict=True)
        if len(set(found)) > 1
    ]


def objects_of_all(value):
    """A list with what each rank has, by rank."""
    return _backend.gather_objects(value)


def _state(model):
    both = [*model.variables, *model.optimizer.variables]
    return list({id(v): v for v in both}.values())
