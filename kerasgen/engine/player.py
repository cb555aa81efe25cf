"""One side of a game: what it may change, and under which constraint."""

import dataclasses
from collections.abc import Callable

import keras
from keras import ops


@dataclasses.dataclass(frozen=True)
class Player:
    """Networks trained together by one optimizer.

    Args:
        networks: A built layer or model, or a tuple of them. A network may belong to
            several players; each then keeps its own optimizer slots for it.
        constraint: Optional function of a variable's value, applied to each trainable
            variable after each update (weight clipping).
        averaged: Optional copy of the (one) network that follows it as an exponential
            moving average.
        decay: Decay of that average, in [0, 1).
        history: Optional variables, one for each trainable one, that hold the mean of
            its values so far.
        history_weight: Factor of `|theta - mean|^2` in the player's loss.
    """

    networks: keras.layers.Layer | tuple
    constraint: Callable | None = None
    averaged: keras.layers.Layer | None = None
    decay: float | None = None
    history: list | None = None
    history_weight: float = 0.0

    @property
    def layers(self):
        """The networks as a tuple."""
        networks = self.networks
        return networks if isinstance(networks, tuple) else (networks,)

    @property
    def variables(self):
        """Trainable variables in the order of the networks, each once."""
        found = {id(v): v for n in self.layers for v in n.trainable_variables}
        return list(found.values())

    def forget_losses(self):
        """Drops what `add_loss` gathered in earlier steps."""
        for network in self.layers:
            network._clear_losses()  # Keras clears them only on an outermost call

    def added_losses(self):
        """Sum of the losses its layers added in this step, or None if there are none.

        Weight regularizers and `add_loss`, as in `keras.Layer.losses`, and the
        distance from the history.
        """
        losses = [loss for network in self.layers for loss in network.losses]
        for mean, variable in zip(self.history or (), self.variables, strict=False):
            distance = ops.sum(ops.square(variable.value - mean.value))
            losses.append(self.history_weight * distance)
        return sum(ops.sum(ops.cast(x, "float32")) for x in losses) if losses else None

    def constrain(self):
        """Applies the constraint to every variable."""
        if self.constraint is not None:
            for variable in self.variables:
                variable.assign(self.constraint(variable.value))

    def update_history(self, iterations):
        """Takes the new values into their mean, that of `iterations + 1` of them."""
        count = ops.cast(iterations, "float32") + 1.0
        for mean, variable in zip(self.history or (), self.variables, strict=False):
            mean.assign_add((variable.value - mean.value) / count)

    def update_average(self, iterations):
        """Moves the averaged copy one step.

        Early on the decay is `(1 + t) / (10 + t)`, so that the average forgets the
        random start. Statistics of batch normalization are averaged with the weights:
        those of the last weights do not fit the average. What is no float, such as a
        count, has no mean and is copied.
        """
        if self.averaged is None:
            return
        t = ops.cast(iterations, "float32")
        rate = 1.0 - ops.minimum(self.decay, (1.0 + t) / (10.0 + t))
        (network,) = self.layers
        for average, variable in zip(
            self.averaged.weights, network.weights, strict=True
        ):
            if keras.backend.is_float_dtype(variable.dtype):
                average.assign_add(rate * (variable.value - average.value))
            else:
                average.assign(variable.value)
