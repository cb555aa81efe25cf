"""Who moves when."""

import math

import keras
from keras import ops

from kerasgen.arguments import check_flags, check_positive, check_shares
from kerasgen.by_name import by_name
from kerasgen.engine import gathered
from kerasgen.registered import registered

BOTH = ("discriminator", "generator")


class Turns:
    """The order of moves in one training step.

    Attributes:
        minibatches: Into how many parts a step cuts its batch.
    """

    minibatches = 1

    def __call__(self, minibatches):
        """Yields `(players, minibatch)` for every move, `players` a name or several.

        Args:
            minibatches: List of as many as `minibatches` says, which are handed on
                unread.
        """
        raise NotImplementedError(f"{type(self).__name__} must define `__call__`.")

    @property
    def simultaneous(self):
        """Whether players move together, by the same samples."""
        moves = self([None] * self.minibatches)
        return any(not isinstance(players, str) for players, _ in moves)

    def may_move(self, player, scores):
        """Whether a player's weights move, after the scores of its game are known."""
        return True

    def get_config(self):
        return {}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


@registered
class Alternating(Turns):
    """The generator answers the updated discriminator.

    Args:
        discriminator: Its updates, each on a minibatch of its own: `k` of algorithm 1.
        generator: Updates of the generator after those; several give it time to catch
            up with the discriminator.
        reuse_batch: If True all updates of the discriminator see the same, whole batch.

    Reference:
        Goodfellow et al., 2014, arXiv:1406.2661, algorithm 1.
    """

    def __init__(self, discriminator=1, generator=1, reuse_batch=False):
        check_positive(discriminator=discriminator, generator=generator)
        self.discriminator = discriminator
        self.generator = generator
        check_flags(reuse_batch=reuse_batch)
        self.reuse_batch = reuse_batch

    @property
    def minibatches(self):
        return 1 if self.reuse_batch else self.discriminator

    def __call__(self, minibatches):
        if self.reuse_batch:
            minibatches = minibatches * self.discriminator
        for minibatch in minibatches:
            yield "discriminator", minibatch
        for _ in range(self.generator):
            yield "generator", minibatches[-1]

    def get_config(self):
        return {
            "discriminator": self.discriminator,
            "generator": self.generator,
            "reuse_batch": self.reuse_batch,
        }


@registered
class Simultaneous(Turns):
    """Both move from the same weights, by the same samples."""

    def __call__(self, minibatches):
        (minibatch,) = minibatches
        yield BOTH, minibatch


class _Skipping(Turns):
    """Other turns, in which the discriminator rests while it is too good.

    A subclass defines `may_learn(scores)`, of the scores of all devices. The optimizer
    does not count an update that is skipped.
    """

    def __init__(self, turns):
        self.turns = get(turns)

    @property
    def minibatches(self):
        return self.turns.minibatches

    def __call__(self, minibatches):
        return self.turns(minibatches)

    def may_move(self, player, scores):
        return player != "discriminator" or self.may_learn(gathered(scores))

    def get_config(self):
        return {"turns": keras.saving.serialize_keras_object(self.turns)}

    @classmethod
    def from_config(cls, config):
        turns = keras.saving.deserialize_keras_object(config["turns"])
        return cls(**{**config, "turns": turns})


@registered
class SkipWhileAhead(_Skipping):
    """The discriminator rests while it is far ahead.

    Its update is skipped while its mean score of real samples exceeds that of generated
    ones by more than a margin.

    Args:
        margin: In the unit of logits, or of energies.
        turns: The order of moves otherwise, `Turns` or a name.
    """

    def __init__(self, margin, turns="alternating"):
        super().__init__(turns)
        if not isinstance(margin, (int, float)) or not math.isfinite(margin):
            raise ValueError(
                f"`margin` must be a finite number. Received: margin={margin!r}"
            )
        self.margin = margin

    def may_learn(self, scores):
        lead = ops.mean(scores["real"]) - ops.mean(scores["fake"])
        return lead <= self.margin

    def get_config(self):
        return {**super().get_config(), "margin": self.margin}


@registered
class SkipWhileAccurate(_Skipping):
    """The discriminator rests while it tells most samples of a minibatch apart.

    Its update is skipped while the share of samples that it takes for what they are,
    over real and generated ones together, is above `accuracy`.

    Args:
        accuracy: In [0, 1].
        boundary: Score above which a sample is taken for real: 0 for logits of
            cross-entropy and hinge, 0.5 for least squares with the targets 0 and 1.
        turns: The order of moves otherwise, `Turns` or a name.

    Reference:
        Wu et al., 2016, arXiv:1610.07584, section 3.1.
    """

    def __init__(self, accuracy=0.8, boundary=0.0, turns="alternating"):
        super().__init__(turns)
        check_shares(accuracy=accuracy)
        self.accuracy = accuracy
        self.boundary = boundary

    def may_learn(self, scores):
        right = (scores["real"] > self.boundary, scores["fake"] <= self.boundary)
        shares = [ops.mean(ops.cast(each, "float32")) for each in right]
        return sum(shares) / 2.0 <= self.accuracy

    def get_config(self):
        config = {"accuracy": self.accuracy, "boundary": self.boundary}
        return {**super().get_config(), **config}


TURNS = {
    "alternating": Alternating,
    "simultaneous": Simultaneous,
    "skip_while_accurate": SkipWhileAccurate,
    "skip_while_ahead": SkipWhileAhead,
}


def get(turns, **parameters):
    """Turns by name or as they are.

    Args:
        turns: One of `TURNS`; a dictionary of such a `"name"` and parameters; or
            `Turns`.
        **parameters: Arguments of turns that are named.

    Raises:
        ValueError: If the name is unknown (the nearest are listed), or a parameter is.
    """
    return by_name(
        turns, TURNS, Turns, "turns", "kerasgen.adversarial.Turns", **parameters
    )
