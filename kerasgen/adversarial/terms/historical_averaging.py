"""Holds each player near where it has been."""

import keras
from keras import ops

from kerasgen.adversarial.terms.term import Term
from kerasgen.registered import registered


@registered
class HistoricalAveraging(Term):
    """`|theta - mean of theta so far|^2`, summed over all weights of a player.

    Args:
        weight, every: As for `Term`.
        player: Whose weights: a name, or several. Each has a term in its own loss.

    Reference:
        Salimans et al., 2016, arXiv:1606.03498, section 3.3.
    """

    def __init__(self, weight=1e-3, every=1, player=("discriminator", "generator")):
        super().__init__(weight, every)
        self.player = player
        self.means = {}

    def attach(self, model):
        players = model.players()
        self.means = {
            name: [self._mean_of(v) for v in players[name].variables]
            for name in self.players
        }

    def call(self, game):
        pairs = zip(game.theta(), self.means[game.player], strict=True)
        return sum(ops.sum(ops.square(v.value - mean.value)) for v, mean in pairs)

    def after_update(self, player, model):
        """Takes the new values into their mean, that of all updates and the start."""
        if player not in self.means:
            return
        count = ops.cast(model.optimizer[player].iterations, "float32") + 1.0
        theta = model.players()[player].variables
        for variable, mean in zip(theta, self.means[player], strict=True):
            mean.assign_add((variable.value - mean.value) / count)

    def _mean_of(self, variable):
        start = keras.initializers.Constant(variable.numpy())
        return self.add_weight(
            variable.shape, start, trainable=False, autocast=False, name="mean"
        )

    def get_config(self):
        return {**super().get_config(), "player": self.player}
