"""Names of Keras that are not public, each behind a name of ours.

Nothing else in kerasgen reads them; `tests/engine/test_keras_private.py` holds what we
rely on, so that an upgrade of Keras fails there and not in somebody's training.
"""

import keras

SEED_STATE = "seed_generator_state"  # the name of a seed generator's variable
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
