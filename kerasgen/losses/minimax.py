"""The losses of the original GAN and its two variants for the generator."""

from keras import ops

from kerasgen.arguments import check_fractions
from kerasgen.losses.objective import UNBOUNDED, Objective, per_sample
from kerasgen.registered import registered

# exp(80) = 5.5e34 is finite in float32 and leaves room for sums over a batch.
LARGEST_EXPONENT = 80.0


class _LogisticDiscriminator(Objective):
    """Binary cross-entropy on logits, in nats.

    With `D = sigmoid(logit)`: `-log D(x) - log(1 - D(G(z)))`.

    Args:
        label_smoothing: `s` in [0, 1). Targets of real samples are `1 - s`, those of
            generated ones stay 0 (one-sided smoothing).

    Raises:
        ValueError: If `label_smoothing` is outside [0, 1).

    Reference:
        Goodfellow et al., 2014, arXiv:1406.2661, equation 1 and algorithm 1;
        one-sided label smoothing: Salimans et al., 2016, arXiv:1606.03498, section 3.4.
    """

    boundary = 0.0
    reach = UNBOUNDED

    def __init__(self, label_smoothing=0.0):
        super().__init__()
        check_fractions(label_smoothing=label_smoothing)
        self.label_smoothing = label_smoothing

    def discriminator(self, game):
        real, s = game.real.logits, self.label_smoothing
        # -log sigmoid(x) = softplus(-x), -log(1 - sigmoid(x)) = softplus(x)
        real_loss = per_sample((1.0 - s) * softplus(-real) + s * softplus(real))
        return real_loss + per_sample(softplus(game.fake.logits))

    def get_config(self):
        return {"label_smoothing": self.label_smoothing}


@registered
class Minimax(_LogisticDiscriminator):
    __doc__ = f"""Both players on one value: the generator minimizes `log(1 - D(G(z)))`.

    {_LogisticDiscriminator.__doc__}"""

    def generator(self, game):
        return per_sample(-softplus(game.fake.logits))


@registered
class NonSaturating(_LogisticDiscriminator):
    __doc__ = f"""The generator minimizes `-log D(G(z))`; its gradient does not vanish.

    {_LogisticDiscriminator.__doc__}"""

    def generator(self, game):
        return per_sample(softplus(-game.fake.logits))


@registered
class MaximumLikelihood(_LogisticDiscriminator):
    __doc__ = f"""The generator minimizes `-exp(logit) / 2`.

    With an optimal discriminator this is the gradient of the log-likelihood.
    Goodfellow, 2016, arXiv:1701.00160, section 3.2.4. Exponents are clipped at +-80,
    where the gradient is that of the clipped end, so that it keeps its sign.

    {_LogisticDiscriminator.__doc__}"""

    def generator(self, game):
        return per_sample(-exponential(game.fake.logits) / 2.0)


def softplus(x):
    """`log(1 + exp(x))` in float32, stable for all x."""
    return ops.softplus(ops.cast(x, "float32"))


def exponential(x):
    """`exp(x)` in float32 with the exponent clipped at +-80.

    Beyond the clip the gradient is that of its end instead of zero: a saturated logit
    still learns, in the right direction.
    """
    x = ops.cast(x, "float32")
    value = ops.exp(ops.clip(x, -LARGEST_EXPONENT, LARGEST_EXPONENT))
    value = ops.stop_gradient(value)
    return value * (1.0 + x - ops.stop_gradient(x))
