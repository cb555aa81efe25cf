"""Networks that follow others as exponential moving averages."""

import keras
from keras import ops

from kerasgen.arguments import check_fractions, check_one_of
from kerasgen.engine.keras_private import all_layers
from kerasgen.registered import registered


@registered
class Average(keras.layers.Layer):
    """Copies of networks whose weights are averages over the updates of training.

    An average spans about `1 / (1 - decay)` updates; a long one lags behind. Early on
    the decay is `(1 + t) / (10 + t)` where that is less, so that the average forgets
    the random start. Statistics of batch normalization are averaged with the weights:
    those of the last weights do not fit the average. What is no float, such as a count,
    has no mean and is copied.

    Args:
        decay: In [0, 1).
        networks: Names of the networks that are followed; None takes those that the
            model names in `averaged`, or the one that makes samples.

    Raises:
        ValueError: If the decay is out of range; when a model is compiled, if it has no
            network of such a name.
    """

    def __init__(self, decay, networks=None):
        super().__init__(dtype="float32", autocast=False)
        self.built = True  # it has no inputs to be built for
        check_fractions(average=decay)
        self.decay = decay
        self.networks = [networks] if isinstance(networks, str) else networks
        self.copies = {}
        self.movers = {}

    def follow(self, model):
        """Starts as the networks of a model are."""
        names = self.networks or model.averaged or [model.sampler]
        for name in names:
            check_one_of(list(model.networks), average=name)
        self.copies = {name: _copy(model.networks[name]) for name in names}
        players = model.players()
        self.movers = {name: _mover(model.networks[name], players) for name in names}

    def after_update(self, player, model):
        """Moves the copies of what an update of `player` has moved."""
        t = ops.cast(model.optimizer[player].iterations, "float32")
        rate = 1.0 - ops.minimum(self.decay, (1.0 + t) / (10.0 + t))
        for name, copy in self.copies.items():
            if self.movers[name] == player:
                _approach(copy, model.networks[name], rate)

    def get_config(self):
        return {"decay": self.decay, "networks": self.networks}


def averages_of(given):
    """A list of `Average`, of what `compile` takes.

    Args:
        given: A decay, `{"decay": 0.99, "networks": ["generator"]}`, an `Average`, a
            list of such, or None or False for none.
    """
    if given is None or given is False:
        return []
    given = given if isinstance(given, (list, tuple)) else [given]
    return [_average(each) for each in given]


def _average(given):
    if isinstance(given, Average):
        given = given.get_config()
    return Average(**given) if isinstance(given, dict) else Average(given)


def check_distinct(averages):
    """Refuses averages that could not be told apart when one is asked for.

    Raises:
        ValueError: If two follow one network with one decay.
    """
    kept = [(name, each.decay) for each in averages for name in each.copies]
    for name, decay in kept:
        if kept.count((name, decay)) > 1:
            raise ValueError(
                f"Averages of one network, the {name}, must differ in their decay. "
                f"Received: average={decay} more than once"
            )


def _mover(network, players):
    """The first player that changes a weight of a network; None where none does.

    Once in a step is enough where several do, as in networks that share a body.
    """
    weights = {id(v) for v in network.trainable_variables}
    for name, player in players.items():
        if weights & {id(v) for v in player.variables}:
            return name
    return None


def _approach(average, network, rate):
    for mean, variable in zip(average.weights, network.weights, strict=True):
        if keras.backend.is_float_dtype(variable.dtype):
            mean.assign_add(rate * (variable.value - mean.value))
        else:
            mean.assign(variable.value)


def _copy(network):
    """A frozen network with the same weights."""
    # Classes of the user's own need no registration to be copied.
    classes = {type(layer).__name__: type(layer) for layer in all_layers(network)}
    with keras.saving.custom_object_scope(classes):
        copy = type(network).from_config(network.get_config())
    if not copy.built:
        copy.build_from_config(network.get_build_config())
    copy.set_weights(network.get_weights())
    copy.trainable = False
    return copy
