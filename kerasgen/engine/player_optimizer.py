"""One optimizer for each player, in the one place where Keras keeps an optimizer."""

import keras

from kerasgen.engine.keras_private import with_public_optimizers
from kerasgen.registered import registered


@registered
class PlayerOptimizer(keras.optimizers.Optimizer):
    """Optimizers by player, carried as the `optimizer` of a compiled model.

    Its variables are those of the inner optimizers, in the order of the players, so
    that `fit` carries and `save` stores all of them.

    Args:
        optimizers: Dictionary of `keras.optimizers.Optimizer` by player. Each is
            copied and the copy is named after its player.

    Attributes:
        optimizers: The inner optimizers in the order of the players. The learning
            rate callbacks of Keras look for this name.
    """

    def __init__(self, optimizers, name="player_optimizer"):
        super().__init__(learning_rate=_no_learning_rate, name=name)
        self.optimizers = [_named(o, player) for player, o in optimizers.items()]
        self._players = {}

    def __getitem__(self, player):
        for optimizer in self.optimizers:
            if optimizer.name == player:
                return optimizer
        raise KeyError(player)

    def attach(self, players):
        """Creates the slots of each player: `players` maps names to `Player`s."""
        for name, player in players.items():
            self[name].build(player.variables)
        self._players = dict(players)
        self.built = True

    def build(self, variables):
        """Keras passes all trainable variables; the players already have theirs."""

    @property
    def variables(self):
        return [v for optimizer in self.optimizers for v in optimizer.variables]

    @property
    def iterations(self):
        """Updates of the first player."""
        return self.optimizers[0].iterations

    @property
    def learning_rate(self):
        """Learning rate of the first player; setting it scales all players alike."""
        return self.optimizers[0].learning_rate

    @learning_rate.setter
    def learning_rate(self, value):
        scale = float(value) / float(self.optimizers[0].learning_rate)
        for optimizer in self.optimizers:
            optimizer.learning_rate = float(optimizer.learning_rate) * scale

    def finalize_variable_values(self, variables):
        for name, player in self._players.items():
            self[name].finalize_variable_values(player.variables)

    # The inner optimizers are found and saved by Keras through `optimizers`.
    def save_own_variables(self, store):
        pass

    def load_own_variables(self, store):
        pass

    def get_config(self):
        return {
            "optimizers": with_public_optimizers(
                {o.name: keras.optimizers.serialize(o) for o in self.optimizers}
            ),
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        optimizers = {
            player: keras.optimizers.deserialize(o, custom_objects)
            for player, o in config["optimizers"].items()
        }
        return cls(optimizers, name=config["name"])


def _no_learning_rate(*_):
    raise ValueError("Each player has its own learning rate: see `optimizers`.")


def _named(optimizer, player):
    return type(optimizer).from_config({**optimizer.get_config(), "name": player})
