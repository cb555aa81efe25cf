"""What every term of a loss offers."""

import keras

from kerasgen.arguments import check_factors, check_positive, plain_numbers
from kerasgen.engine import check_scheduled, scheduled, value_at


class Term(keras.layers.Layer):
    """Something that a player minimizes beside its objective.

    A subclass defines `call(game)`, which returns one value for each sample, `(batch,)`
    float32, or a scalar where it is no mean over samples. Weights that it makes in
    `attach` are saved with the model, as is the state of its seeds.

    Args:
        weight: Factor, at least 0, or a Keras schedule of the model's steps (or of
            epochs, `kerasgen.engine.ByEpoch`).
        every: Adds the term at every n-th update of its player only, with n times the
            weight (lazy regularization: Karras et al., 2020, arXiv:1912.04958,
            appendix B).

    Attributes:
        player: Whose loss it joins: a name, or a tuple of several.
        needs: Outputs of the discriminator that it reads.
        reads: Inputs of the generator that it reads: `"labels"`, `"codes"`.
        in_evaluation: Whether `evaluate` counts it too.

    Raises:
        ValueError: If an argument is out of range.

    Example:

    ```python
    class Spread(kerasgen.adversarial.Term):
        player = "generator"

        def call(self, game):
            return -keras.ops.std(game.fake.samples, axis=(1, 2, 3))

    model = kerasgen.models.DCGAN((8, 8, 1), filters=4)
    model.compile(terms=[Spread(0.1)])
    ```
    """

    player = "discriminator"
    needs = ()
    reads = ()
    in_evaluation = True

    @plain_numbers
    def __init__(self, weight=1.0, every=1):
        super().__init__(dtype="float32", autocast=False)
        self.built = True  # it has no inputs to be built for
        self.weight = scheduled(weight)
        check_scheduled(check_factors, weight=self.weight)
        check_positive(every=every)
        self.every = every

    @property
    def players(self):
        """Names of those whose loss it joins."""
        return (self.player,) if isinstance(self.player, str) else tuple(self.player)

    def expects(self, kind):
        """`{output: (low, high)}`: what outputs of the discriminator must reach.

        `compile` warns of a last activation that forbids it.

        Args:
            kind: The `kerasgen.kinds.Kind` of the samples.
        """
        return {}

    def attach(self, model):
        """Looks at the model once, when it is compiled: checks, and makes weights.

        Raises:
            ValueError: If the term does not fit the model.
        """

    def call(self, game):
        """The term for a minibatch, without its weight."""
        raise NotImplementedError(f"{type(self).__name__} must define `call`.")

    def after_update(self, player, model):
        """Called after each update of any player."""

    def of(self, game, model):
        """What joins the loss of `game.player`, a scalar."""
        if not game.training and not self.in_evaluation:
            return 0.0

        def term():
            return value_at(self.weight, model) * game.mean(self.call(game))

        def lazy():
            with game.branch():
                return self.every * term()

        if self.every == 1 or not game.training:
            return term()
        return model.every(self.every, lazy, game.player)

    def get_config(self):
        weight = keras.saving.serialize_keras_object(self.weight)
        return {"weight": weight, "every": self.every}

    @classmethod
    def from_config(cls, config):
        weight = keras.saving.deserialize_keras_object(config["weight"])
        return cls(**{**config, "weight": weight})
