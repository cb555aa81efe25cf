"""A loss of the generator on the discriminator's features in place of its logits."""

import keras
from keras import ops

from kerasgen.losses.objective import Objective
from kerasgen.registered import registered


@registered
class FeatureMatching(Objective):
    """The generator matches the mean features of real samples.

    `sum over layers of |mean f(x) - mean f(G(z))|^2`, means over the batch, sums over
    features; the discriminator keeps the loss of another objective. No gradient flows
    into the features of real samples.

    Args:
        objective: The discriminator's, an `Objective` or its name.
        features: Names of the discriminator's outputs that are matched; an output may
            be a list of the features of several layers.

    Reference:
        Salimans et al., 2016, arXiv:1606.03498, section 3.1.
    """

    def __init__(self, objective="non_saturating", features=("features",)):
        from kerasgen.losses import get

        super().__init__()
        self.objective = get(objective)
        self.features = (features,) if isinstance(features, str) else tuple(features)
        self.needs = (*self.objective.needs, *self.features)
        self.boundary = self.objective.boundary
        self.measures = self.objective.measures

    def discriminator(self, game):
        return self.objective.discriminator(game)

    def generator(self, game):
        return sum(
            feature_matching(real, fake)
            for name in self.features
            for real, fake in zip(
                keras.tree.flatten(game.real[name]),
                keras.tree.flatten(game.fake[name]),
                strict=True,
            )
        )

    def score(self, side):
        return self.objective.score(side)

    def expects(self, kind):
        return self.objective.expects(kind)

    # The state of the discriminator's objective goes on as it would alone.

    def after_step(self, real, fake):
        self.objective.after_step(real, fake)

    def measured(self, real, fake):
        return self.objective.measured(real, fake)

    def logged_state(self):
        return self.objective.logged_state()

    def get_config(self):
        return {
            "objective": keras.saving.serialize_keras_object(self.objective),
            "features": self.features,
        }

    @classmethod
    def from_config(cls, config):
        objective = keras.saving.deserialize_keras_object(config["objective"])
        return cls(objective, config["features"])


def feature_matching(real, fake):
    """`|mean f(x) - mean f(G(z))|^2`, means over the batch.

    Args:
        real: Features of real samples, `(batch, ...)`; no gradient flows into them.
        fake: Features of generated samples.

    Returns:
        A float32 scalar: the sum over all features.

    Reference:
        Salimans et al., 2016, arXiv:1606.03498, section 3.1.
    """
    real, fake = (ops.mean(ops.cast(f, "float32"), axis=0) for f in (real, fake))
    return ops.sum(ops.square(ops.stop_gradient(real) - fake))
