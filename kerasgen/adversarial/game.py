"""One minibatch of one update, as losses and terms see it."""

import contextlib
import functools

import keras
from keras import ops

from kerasgen.engine import detached
from kerasgen.losses import weighted_mean

DISCRIMINATOR = "discriminator"


def once(method):
    """A property worked out when it is first asked for, and then kept."""

    @functools.wraps(method)
    def remembered(self):
        name = method.__name__
        if name not in self.known:
            self.known[name] = method(self)
        return self.known[name]

    return property(remembered)


class Side:
    """Samples of one kind, real or generated, as the discriminator is shown them.

    Args:
        given: `{"samples": tensor}`, with `"labels"` or `"codes"` that go with them.
        discriminator: Function of such a dictionary; returns outputs by name.

    Attributes:
        given: The same.
        samples: The samples.
    """

    def __init__(self, given, discriminator):
        self.given = given
        self.samples = given["samples"]
        self.known = {}
        self._discriminator = discriminator

    @once
    def outputs(self):
        """All that the discriminator says, `{name: tensor}`."""
        return self._discriminator(self.given)

    @property
    def logits(self):
        """What it says first of all: unbounded, float32."""
        return ops.cast(self["logits"], "float32")

    def __getitem__(self, name):
        if name not in self.outputs:
            raise ValueError(
                f"The discriminator gives {', '.join(map(repr, self.outputs))}. "
                f"Received: a loss or a term that asks for {name!r}"
            )
        return self.outputs[name]


class Game:
    """What can be asked of one minibatch: each answer is worked out once, if at all.

    Args:
        batch: `{"samples": tensor}` of real samples, with `"labels"` and `"weights"`
            where there are any.
        generate: Function without arguments; makes as many samples, in a dictionary
            like `batch`.
        discriminator: Function of such a dictionary and of `training`; returns outputs
            by name.
        players: Those who move: in the discriminator's turn generated samples are
            constants.
        show: Function of a dictionary and of `"real"` or `"fake"`: what the
            discriminator gets to see.
        score: How real it finds a `Side`.
        variables: Function of a player: its trainable variables.
        seed: `keras.random.SeedGenerator`.
        training: Whether this is a step of training.

    Attributes:
        player: Whose loss is being worked out.
    """

    def __init__(
        self,
        batch,
        generate,
        discriminator,
        players,
        show=lambda given, which: given,
        score=lambda side: side.logits,
        variables=None,
        seed=None,
        training=True,
    ):
        self.batch = batch
        self.players = (players,) if isinstance(players, str) else tuple(players)
        self.player = self.players[0]
        self.seed = seed
        self.training = training
        self.score = score
        self.known = {}
        self._generate = generate
        self._discriminator = discriminator
        self._show = show
        self._variables = variables

    @once
    def made(self):
        """Generated samples with what they were made from, as the generator leaves
        them."""
        if self.players == (DISCRIMINATOR,):
            return detached(self._generate)
        return self._generate()

    @once
    def fake(self):
        """The `Side` of generated samples."""
        return self._side(self._show(self.made, "fake"))

    @once
    def real(self):
        """The `Side` of real samples."""
        batch = {k: v for k, v in self.batch.items() if k != "weights"}
        return self._side(self._show(batch, "real"))

    def critic(self, samples):
        """Scores of other samples, with the labels of the real ones."""
        return self.score(self._side({**self.real.given, "samples": samples}))

    def theta(self):
        """Trainable variables of the player whose loss is being worked out."""
        return self._variables(self.player)

    def mean(self, losses):
        """Mean over the batch; in the discriminator's loss weighted by the data.

        A loss of the discriminator pairs each real sample with an independent generated
        one, so weighting the pairs weights the real samples alone in expectation.
        """
        weights = self.batch.get("weights")
        if weights is None or self.player != DISCRIMINATOR or not losses.shape:
            return ops.mean(losses)
        return weighted_mean(losses, weights)

    @contextlib.contextmanager
    def branch(self):
        """What is first asked for within it is forgotten after it.

        A tensor made in one branch of a compiled condition does not exist outside.
        """
        holders = [self, *(v for v in self.known.values() if isinstance(v, Side))]
        before = [dict(holder.known) for holder in holders]
        try:
            yield
        finally:
            for holder, known in zip(holders, before, strict=True):
                holder.known = known

    def scores(self):
        """`{"real": scores, "fake": scores}` of what the losses have looked at."""
        return {
            which: self.score(self.known[which])
            for which in ("real", "fake")
            if which in self.known
        }

    def _side(self, given):
        return Side(given, lambda shown: self._discriminator(shown, self.training))


def outputs_of(network, inputs, training):
    """What a network returns, by name."""
    return by_name(network(inputs, training=training))


def by_name(outputs):
    """Outputs of a discriminator as a dictionary: a lone tensor is `"logits"`.

    Raises:
        ValueError: If there are several without names.
    """
    if isinstance(outputs, dict):
        return outputs
    leaves = keras.tree.flatten(outputs)
    if len(leaves) > 1:
        raise ValueError(
            "A discriminator of several outputs must return them in a dictionary, "
            f'logits as "logits". Received: {len(leaves)} outputs without names'
        )
    return {"logits": leaves[0]}
