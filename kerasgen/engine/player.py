"""One side of a game: what it may change, and under which constraint."""

import dataclasses
from collections.abc import Callable

import keras
from keras import ops

from kerasgen.engine.keras_private import forget_losses


@dataclasses.dataclass(frozen=True)
class Player:
    """Networks trained together by one optimizer.

    Args:
        networks: A built layer or model, or a tuple of them. A network may belong to
            several players; each then keeps its own optimizer slots for it.
        constraint: Optional function of a variable's value, applied to each trainable
            variable after each update (weight clipping), such as a
            `keras.constraints.Constraint`.
    """

    networks: keras.layers.Layer | tuple
    constraint: Callable | None = None

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
            forget_losses(network)

    def added_losses(self):
        """Sum of the losses its layers added in this step, or None if there are none.

        Weight regularizers and `add_loss`, as in `keras.Layer.losses`.
        """
        losses = [loss for network in self.layers for loss in network.losses]
        return sum(ops.sum(ops.cast(x, "float32")) for x in losses) if losses else None

    def constrain(self):
        """Applies the constraint to every variable."""
        if self.constraint is not None:
            for variable in self.variables:
                variable.assign(self.constraint(variable.value))
