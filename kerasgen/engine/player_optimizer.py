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


def optimizers_of(given, players, defaults):
    """`{player: optimizer}` of what `compile` takes.

    Args:
        given: None, one optimizer, or a dictionary by player, in which players may be
            missing; an optimizer may be given by its name.
        players: Their names.
        defaults: Function that makes those that are not given.

    Raises:
        ValueError: If there is no such player, or no such optimizer, or one expects a
            scaled loss.
    """
    if isinstance(given, PlayerOptimizer):
        given = {each.name: each for each in given.optimizers}
    if not isinstance(given, dict):
        given = dict.fromkeys(players, given)
    for name in given:
        if name not in players:
            raise ValueError(
                f"`optimizer` must be keyed by the players {list(players)}. "
                f"Received: optimizer with key {name!r}"
            )
    chosen = {name: each for name, each in given.items() if each is not None}
    if len(chosen) < len(players):
        chosen = {**defaults(), **chosen}
    return {name: _optimizer(name, chosen[name]) for name in players}


def as_optimizer(given, or_else="", whose=""):
    """An optimizer as it is, or by its name.

    Args:
        given: What was given.
        or_else: What else it may be, for the message.
        whose: For whom it is, for the message.

    Raises:
        ValueError: If it is none.
    """
    try:
        return keras.optimizers.get(given)
    except (TypeError, ValueError) as error:
        raise ValueError(
            "`optimizer` must be a keras.optimizers.Optimizer or the name of one"
            f"{or_else}. Received: {given!r}{whose}"
        ) from error


def _optimizer(player, given):
    by_player = ", or a dictionary of such by player"
    optimizer = as_optimizer(given, by_player, f" for the {player}")
    if is_loss_scaled(optimizer):
        raise ValueError(
            "`optimizer` must not scale a loss: that is for mixed_float16, which is "
            "not supported, and mixed_bfloat16 needs no scale. Received: "
            f"{type(optimizer).__name__} with a loss scale for the {player}"
        )
    return optimizer


def is_loss_scaled(optimizer):
    """Whether an optimizer divides gradients by what a loss was to be scaled with."""
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        return True
    inner = getattr(optimizer, "optimizers", ())  # of a MultiOptimizer
    return optimizer.loss_scale_factor is not None or any(map(is_loss_scaled, inner))


def _no_learning_rate(*_):
    raise ValueError("Each player has its own learning rate: see `optimizers`.")


def _named(optimizer, player):
    return type(optimizer).from_config({**optimizer.get_config(), "name": player})
