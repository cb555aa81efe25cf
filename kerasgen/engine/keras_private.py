"""Names of Keras that are not public, each behind a name of ours.

Nothing else in kerasgen reads them; `tests/engine/test_keras_private.py` holds what we
rely on, so that an upgrade of Keras fails there and not in somebody's training.
"""

import contextlib
from collections.abc import Callable
from typing import NamedTuple

import keras

SEED_STATE = "seed_generator_state"  # the name of a seed generator's variable
WAITING = "uninitialized_variables"  # the list of those that have no value yet
BATCH_STATISTICS = ("moving_mean", "moving_variance")  # of batch normalization


def forget_losses(layer):
    """Drops what `add_loss` gathered: Keras does so on an outermost call alone."""
    layer._clear_losses()


def assert_compiled(model, method):
    """Raises Keras's own message where `compile` was not called."""
    model._assert_compile_called(method)


def all_layers(layer):
    """The layer and all inside it, at any depth."""
    return layer._flatten_layers()


def first_value(variable, initializer):
    """Gives a variable that has no value yet another initializer."""
    variable._initializer = initializer


def stored_value(variable):
    """What a variable holds, in any scope; None where Keras has taken it.

    `fit` does so under JAX while it trains.
    """
    return variable._value


def once_valued(variable, function):
    """Calls a function with a variable, as soon as the variable has a value."""
    if variable._value is not None:
        function(variable)
        return
    initialize = variable._deferred_initialize

    def initialize_and_call():
        initialize()
        function(variable)

    variable._deferred_initialize = initialize_and_call


@contextlib.contextmanager
def variables_without_values(admit):
    """In which variables are made, to get their first values when it is left.

    Keras keeps a list of variables that wait for a value, gives it to all of them when
    the outermost `keras.StatelessScope` is left, after an error as well, and begins
    with the same ones again where that fails: one variable too large to exist, and
    nothing can be built any more in the process. Here an error drops what was made.

    Args:
        admit: Called with each variable when it is made, before it has a value. What
            it raises ends the building.
    """
    # keras.src: Keras shows neither the list nor the scope under a public name.
    state = keras.src.backend.common.global_state
    waiting = state.get_global_attribute(WAITING, [])
    surrounding = state.get_global_attribute("stateless_scope")
    made = _Made(admit)
    state.set_global_attribute(WAITING, made)
    try:
        with keras.StatelessScope(initialize_variables=False):
            yield
    finally:
        state.set_global_attribute(WAITING, waiting)
    if surrounding is not None:  # they wait until that one is left
        waiting.extend(made)
        return
    for variable in made:
        variable._deferred_initialize()


class _Made(list):
    """Variables that wait for a value, each looked at before it is taken."""

    def __init__(self, admit):
        super().__init__()
        self.admit = admit

    def append(self, variable):
        self.admit(variable)
        super().append(variable)


def rate_schedule(optimizer):
    """The schedule of an optimizer's learning rate, None where it is a number.

    `learning_rate` is the rate of the moment.
    """
    rate = optimizer._learning_rate
    is_schedule = isinstance(rate, keras.optimizers.schedules.LearningRateSchedule)
    return rate if is_schedule else None


def with_public_optimizers(config):
    """A configuration in which optimizers have the names of every backend.

    On PyTorch Keras writes the module of a subclass of its own, which cannot be
    imported where there is no PyTorch.

    Args:
        config: What `keras.saving.serialize_keras_object` made.
    """
    if isinstance(config, (list, tuple)):
        return [with_public_optimizers(value) for value in config]
    if not isinstance(config, dict):
        return config
    config = {key: with_public_optimizers(value) for key, value in config.items()}
    # keras.src: this is what Keras itself writes, in place of its public name.
    if str(config.get("module")).startswith("keras.src.backend.torch.optimizers."):
        return {**config, "module": "keras.optimizers", "registered_name": None}
    return config


def adam_slots(optimizer, variables):
    """`(momentums, velocities)`: lists of an Adam's slots, one for each variable."""
    index = [optimizer._get_variable_index(v) for v in variables]
    slots = optimizer._momentums, optimizer._velocities
    return tuple([kept[i] for i in index] for kept in slots)


def is_within_fit(arguments):
    """Whether `evaluate` was called by `fit`, by what `fit` passes to it."""
    return bool(arguments.get("_use_cached_eval_dataset"))


def surrounding_scope(scope):
    """The stateless scope in which another was opened, or None."""
    return scope.original_scope


class Made(NamedTuple):
    """How a symbolic tensor of a network came about.

    Attributes:
        operation: The layer or operation that made it.
        inputs: Symbolic tensors that the operation was called with.
        index: Which of its outputs the tensor is.
        again: Function of as many values as there are inputs: calls the operation with
            them, and with everything else that it was given.
    """

    operation: object
    inputs: list
    index: int
    again: Callable


def made_by(tensor):
    """The `Made` of a symbolic tensor; None where nothing is known of it."""
    history = getattr(tensor, "_keras_history", None)
    if history is None:
        return None
    operation, at, index = history
    arguments = operation._inbound_nodes[at].arguments
    inputs = arguments.keras_tensors

    def again(*values):
        found = {id(each): value for each, value in zip(inputs, values, strict=True)}
        args, kwargs = arguments.fill_in(found)
        return operation(*args, **kwargs)

    return Made(operation, inputs, index, again)


def archive_behind(store):
    """The zip archive out of which Keras reads weights piece by piece, or None.

    So it does in `load_weights`, and in `load_model` where it could not read them at
    once, for want of memory or because their checksum differs.
    """
    return getattr(store, "archive", None)
