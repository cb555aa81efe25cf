"""Real samples against the average generated one, and the other way round."""

from keras import ops

from kerasgen.losses.minimax import softplus
from kerasgen.losses.objective import UNBOUNDED, Objective, per_sample
from kerasgen.registered import registered


@registered
class RelativisticAverage(Objective):
    """How much more real than the average of the other kind (RaSGAN).

    With `C` the logit, `r = C(x) - mean C(G(z))` and `f = C(G(z)) - mean C(x)`, means
    over the batch: the discriminator minimizes `-log sigmoid(r) - log(1 - sigmoid(f))`,
    the generator `-log sigmoid(f) - log(1 - sigmoid(r))`. Both need the logits of real
    and of generated samples.

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734, section 4.2, equations 8 and 9
        with the loss of the original GAN.
    """

    reach = UNBOUNDED

    def discriminator(self, game):
        real, fake = _relative(game)
        return per_sample(softplus(-real)) + per_sample(softplus(fake))

    def generator(self, game):
        real, fake = _relative(game)
        return per_sample(softplus(-fake)) + per_sample(softplus(real))


def _relative(game):
    """Logits of both kinds, less the mean of the other."""
    real = ops.cast(game.real.logits, "float32")
    fake = ops.cast(game.fake.logits, "float32")
    return real - ops.mean(fake, axis=0), fake - ops.mean(real, axis=0)
