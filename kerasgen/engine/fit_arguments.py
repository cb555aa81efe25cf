"""Arguments of `compile`, `fit` and `evaluate` that Keras would accept silently."""

import keras
import numpy as np
from keras import ops

from kerasgen.arguments import (
    check_counts,
    check_factors,
    check_flags,
    check_known,
    check_positive,
    check_verbose,
    names_of,
)

COUNTS = (
    "batch_size",
    "steps",
    "steps_per_epoch",
    "validation_batch_size",
    "validation_steps",
)
FLAGS = ("nonnegative", "shuffle", "return_dict")


def check_execution(run_eagerly, steps_per_execution, jit_compile):
    """Refuses values that `compile` of Keras would read as something else."""
    check_flags(run_eagerly=run_eagerly)
    check_positive(steps_per_execution=steps_per_execution)
    if jit_compile != "auto":
        check_flags(jit_compile=jit_compile)


def check_arguments(function, given):
    """Refuses what a method of a model does not know, or what means nothing.

    Args:
        function: The method, `fit` or `evaluate`; what Keras's own takes is known too.
        given: Its arguments, without data and callbacks, `{name: value}`.

    Raises:
        TypeError: If there is an argument that neither takes.
        ValueError: If one is out of range.
    """
    name = function.__name__
    known = [*names_of(function), *names_of(getattr(keras.Model, name))]
    check_known(name, list(dict.fromkeys(known)), given)
    for each in COUNTS:  # Keras reads 0 as its default for some
        if given.get(each) is not None:
            check_positive(**{each: given[each]})
    check_flags(**{each: given[each] for each in FLAGS if each in given})
    check_verbose(given.get("verbose", "auto"))
    _check_epochs(given.get("epochs", 1), given.get("initial_epoch", 0))
    _check_frequency(given.get("validation_freq", 1))


def _check_epochs(epochs, initial_epoch):
    check_counts(epochs=epochs, initial_epoch=initial_epoch)
    if initial_epoch > epochs:
        raise ValueError(
            "`epochs` counts the epochs before `initial_epoch` as well, so it must be "
            f"at least that. Received: epochs={epochs}, initial_epoch={initial_epoch}"
        )


def _check_frequency(every):
    """Every so many epochs, or after those of a list."""
    listed = isinstance(every, (list, tuple, set))
    for each in every if listed else [every]:
        check_positive(validation_freq=each)


def check_class_weight(given, has_labels):
    """Refuses weights of classes that are none, or where there are no classes."""
    if given is None:
        return
    if not isinstance(given, dict):
        raise ValueError(
            "`class_weight` must be a dictionary of weights by label. "
            f"Received: class_weight={given!r}"
        )
    if not has_labels:
        raise ValueError(
            "`class_weight` weighs samples by their labels, and takes arrays: "
            "fit(images, labels, class_weight=...); a data set yields a weight beside "
            f"each label. Received: class_weight={given} without an array of labels"
        )
    check_factors(**{f"class_weight[{label}]": given[label] for label in given})


def check_some_weight(weights):
    """Refuses weights of samples that are all 0; None weighs all alike."""
    if weights is not None and not np.any(ops.convert_to_numpy(weights)):
        raise ValueError(
            "`sample_weight` must be above 0 for at least one sample. "
            "Received: zeros alone"
        )


def listed_callbacks(given):
    """Callbacks as a list: of one, of several, of a `CallbackList` or None.

    Raises:
        ValueError: If one of them is none.
    """
    given = getattr(given, "callbacks", given) or []
    given = given if isinstance(given, (list, tuple)) else [given]
    for each in given:
        if not isinstance(each, keras.callbacks.Callback):
            raise ValueError(
                "`callbacks` must be a keras.callbacks.Callback or a list of them. "
                f"Received: callbacks with {each!r}"
            )
    return given
