"""What later batches of a data set break: a compiled step sees it and cannot raise."""

import keras
import numpy as np
from keras import ops


class DataWatch(keras.metrics.Metric):
    """What a step cannot refuse: values outside their bounds, data without weight.

    `fit` checks the first batch on the host, where all that is wrong can be said. Of
    later batches the step itself compares every value with its bounds; once one lies
    outside, the losses that it logs are NaN, which stops `fit`, and `check` says why.
    Whether any sample of an epoch weighs anything is known when it has ended.

    It is a metric since these begin anew with each epoch and are never saved.

    Attributes:
        rules: List of `(name, low, high)`, those of all steps that were compiled.
    """

    def __init__(self):
        super().__init__(dtype="float32", name="data")
        self.batches = self.add_variable((), "zeros", name="batches")
        # Replicas that found a value, the number of its rule, the value, its batch;
        # each replica has four of its own, which are added up where they are read.
        self.found = self.add_variable((4,), "zeros", name="found")
        # The largest weight of a sample; that of samples without weights is 1.
        self.weight = self.add_variable((), "zeros", name="weight")
        self.rules = []
        self.watching = False

    def update_state(self, bounds, weights=None):
        """Compares a batch with its bounds.

        Args:
            bounds: List of `(name, values, low, high)`.
            weights: Of the samples, where they have any, which are then among the
                bounds.
        """
        self.watching = bool(bounds)
        if not bounds:
            return
        self.batches.assign(self.batches.value + 1.0)
        weight = 1.0 if weights is None else ops.max(ops.cast(weights, "float32"))
        self.weight.assign(ops.maximum(self.weight.value, weight))
        found = self.found.value
        for name, values, low, high in bounds:
            outside, value = _outside(values, low, high)
            number = float(self._number(name, low, high))
            now = ops.stack([1.0, number, value, self.batches.value])
            is_first = ops.logical_and(outside, ops.equal(found[0], 0.0))
            found = ops.where(is_first, now, found)
        self.found.assign(found)

    def mark(self, loss):
        """A loss as it is, or NaN once a value was found."""
        if not self.watching:
            return loss
        return ops.where(self.found.value[0] > 0.0, np.float32(np.nan), loss)

    def check(self, where):
        """Raises what was found.

        Args:
            where: Which data it was, for the message.

        Raises:
            ValueError: If there was a value outside its bounds.
        """
        replicas, *found = map(float, self.found.numpy())
        if not replicas:
            return
        number, value, batch = (each / replicas for each in found)
        name, low, high = self.rules[round(number)]
        if np.isfinite(value):
            rule, value = f"lie in [{low:g}, {high:g}]", f"{value:g}"
        else:
            rule, value = "be finite", "NaN or infinity"
        raise ValueError(
            f"In batch {batch:g} of {where}: `{name}` must {rule}. Received: {value}"
        ) from None

    def check_weight(self, where):
        """Refuses what has been seen where no sample of it weighs anything.

        Args:
            where: Which data it was, for the message.

        Raises:
            ValueError: If there were samples, and the weights of all were 0.
        """
        if float(self.batches.numpy()) and not float(self.weight.numpy()):
            raise ValueError(
                f"The `weights` of {where} must be above 0 for at least one sample of "
                "an epoch. Received: zeros alone"
            )

    def result(self):
        return {}  # nothing that `fit` would show

    def _number(self, name, low, high):
        """The place of a rule among all that were ever compiled into a step."""
        rule = (name, low, high)
        if rule not in self.rules:
            self.rules.append(rule)
        return self.rules.index(rule)


def _outside(values, low, high):
    """Whether any value is outside `[low, high]` or not finite, and which it is."""
    is_float = keras.backend.is_float_dtype(values.dtype)
    if not is_float:  # PyTorch has no minimum of some integers
        values = ops.cast(values, "int32")
    lowest = ops.cast(ops.min(values), "float32")
    highest = ops.cast(ops.max(values), "float32")
    outside = ops.logical_or(lowest < low, highest > high)
    value = ops.where(lowest < low, lowest, highest)
    if is_float:
        # Not all backends let a minimum be NaN where one of the values is.
        finite = ops.all(ops.isfinite(values))
        outside = ops.logical_or(outside, ops.logical_not(finite))
        value = ops.where(finite, value, np.float32(np.nan))
    return outside, value
