"""What every adversarial objective offers."""

import math

import keras
from keras import ops

UNBOUNDED = (-math.inf, math.inf)  # what logits reach


class Objective(keras.layers.Layer):
    """A loss for each player of a game.

    Both methods see the whole `game` and return one loss for each sample, `(batch,)`,
    float32, without any reduction over the batch; a statistic of the batch is a scalar.
    `game.real` and `game.fake` are what the discriminator was shown and what it says
    of that: `logits`, unbounded, of shape `(batch,)`, `(batch, 1)` or, one for each
    patch, `(batch, h, w, 1)`, or other outputs by name. They are computed when they are
    first asked for.

    A subclass defines `discriminator` and `generator` and, if it takes parameters,
    `get_config`. State (`k_t` of BEGAN) is a weight, moved on in `after_step`.

    Attributes:
        needs: Outputs of the discriminator that it reads.
        boundary: The score of a discriminator that is undecided; None where there is
            no such number.
        reach: `(low, high)`, the least interval that logits must be able to take:
            `compile` warns of a last activation that forbids it. None asks for nothing.
        measures: Methods of `(real, fake)`, scores of both, whose scalars are logged.
    """

    needs = ("logits",)
    boundary = None
    reach = None
    measures = ()

    def __init__(self):
        super().__init__(dtype="float32", autocast=False)
        self.built = True  # it has no inputs to be built for

    def discriminator(self, game):
        """Loss of the discriminator."""
        raise NotImplementedError(f"{type(self).__name__} must define `discriminator`.")

    def generator(self, game):
        """Loss of the generator."""
        raise NotImplementedError(f"{type(self).__name__} must define `generator`.")

    def score(self, side):
        """How real the discriminator finds what it was shown: higher is more real."""
        return side.logits

    def expects(self, kind):
        """`{output: (low, high)}`: what outputs of the discriminator must reach.

        Args:
            kind: The `kerasgen.kinds.Kind` of the samples.
        """
        return {} if self.reach is None else {"logits": self.reach}

    def after_step(self, real, fake):
        """Moves state on after a step in which the players saw these scores."""

    def measured(self, real, fake):
        """`{name: scalar}` of `measures`."""
        return {name: getattr(self, name)(real, fake) for name in self.measures}

    def logged_state(self):
        """`{name: scalar}` of the state that `fit` logs."""
        return {}

    def get_config(self):
        return {}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


def per_sample(values):
    """Mean over everything but the batch: `(batch, ...)` to `(batch,)`, float32."""
    values = ops.cast(values, "float32")
    axes = tuple(range(1, len(values.shape)))
    return ops.mean(values, axis=axes) if axes else values


def weighted_mean(values, weights=None):
    """Mean over the batch: `(batch, ...)` to `(...)`.

    Args:
        values: Tensor, float.
        weights: One for each sample, as `fit` takes them; None weighs all alike. Where
            all are 0 there is nothing to learn from, and the mean is 0.
    """
    if weights is None:
        return ops.mean(values, axis=0)
    ones = [1] * (len(values.shape) - 1)
    weights = ops.reshape(ops.cast(weights, values.dtype), (-1, *ones))
    total = ops.sum(weights)
    return ops.sum(weights * values, axis=0) / ops.where(total == 0.0, 1.0, total)
