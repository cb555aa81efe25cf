"""The difference of a critic's means."""

from kerasgen.losses.objective import UNBOUNDED, Objective, per_sample
from kerasgen.registered import registered


@registered
class Wasserstein(Objective):
    """An estimate of the earth mover's distance by a Lipschitz critic (WGAN).

    Discriminator `f(G(z)) - f(x)`, the negative of the distance; generator
    `-f(G(z))`. Something else must bound the critic's slope: weight clipping, a
    gradient penalty or spectral normalization.

    Reference:
        Arjovsky et al., 2017, arXiv:1701.07875, equation 2 and algorithm 1.
    """

    reach = UNBOUNDED

    def discriminator(self, game):
        return per_sample(game.fake.logits) - per_sample(game.real.logits)

    def generator(self, game):
        return -per_sample(game.fake.logits)
