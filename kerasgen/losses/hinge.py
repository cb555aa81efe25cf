"""A margin for the discriminator, a line for the generator."""

from keras import ops

from kerasgen.losses.objective import Objective, per_sample
from kerasgen.registered import registered


@registered
class Hinge(Objective):
    """The discriminator is a soft-margin classifier (Geometric GAN).

    Discriminator `max(0, 1 - D(x)) + max(0, 1 + D(G(z)))`, generator `-D(G(z))`. At
    the margin itself the gradient is zero.

    Reference:
        Lim and Ye, 2017, arXiv:1705.02894; in this form Miyato et al., 2018,
        arXiv:1802.05957, equations 16 and 17.
    """

    boundary = 0.0
    reach = (-1.0, 1.0)  # the margins

    def discriminator(self, game):
        return _hinge(-game.real.logits) + _hinge(game.fake.logits)

    def generator(self, game):
        return -per_sample(game.fake.logits)


def _hinge(x):
    return per_sample(ops.relu(1.0 + ops.cast(x, "float32")))
