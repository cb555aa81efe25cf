"""Lower bounds on f-divergences (f-GAN), one class for each divergence.

In the paper's letters: `V` is the discriminator's unbounded output, `g_f` the output
activation that maps it into the domain of the conjugate `f*`, and `T = g_f(V)`. The
bound `E_P[T(x)] - E_Q[f*(T(x))]` touches the divergence of the data `P` from the
generated `Q` at `T(x) = f'(p(x) / q(x))`.
"""

import math

from keras import ops

from kerasgen.arguments import check_one_of
from kerasgen.losses.minimax import LARGEST_EXPONENT, exponential, softplus
from kerasgen.losses.objective import UNBOUNDED, Objective, per_sample
from kerasgen.registered import registered

GENERATOR_LOSSES = ("saturating", "non_saturating")


class FDivergence(Objective):
    """The discriminator raises a bound on `D_f(P || Q)`, the generator lowers it.

    Discriminator `-g_f(V(x)) + f*(g_f(V(G(z))))`, so that the mean over the batch is
    minus the bound. Exponents are clipped at +-80, where the gradient is that of the
    clipped end, so that it keeps its sign.

    Args:
        generator_loss: `"saturating"`, the generator minimizes the bound itself,
            `-f*(g_f(V(G(z))))`; or `"non_saturating"`, it minimizes
            `-g_f(V(G(z)))`, which pushes harder where the discriminator wins.

    Raises:
        ValueError: If `generator_loss` is neither.

    Reference:
        Nowozin et al., 2016, arXiv:1606.00709, equation 6; `f` of table 1, `g_f`, `f*`
        and thresholds of table 2; `"non_saturating"` is equation 7, section 3.2.
    """

    threshold = None  # f'(1): a larger T takes a sample for real
    reach = UNBOUNDED  # V; the bounds are those of g_f

    def __init__(self, generator_loss="saturating"):
        super().__init__()
        check_one_of(GENERATOR_LOSSES, generator_loss=generator_loss)
        self.generator_loss = generator_loss

    def activation(self, v):
        """`T = g_f(v)`, increasing in `v`."""
        raise NotImplementedError(f"{type(self).__name__} must define `activation`.")

    def conjugate(self, v):
        """`f*(g_f(v))`, simplified so that it neither cancels nor overflows."""
        raise NotImplementedError(f"{type(self).__name__} must define `conjugate`.")

    def discriminator(self, game):
        real, fake = _float32(game.real.logits), _float32(game.fake.logits)
        return per_sample(-self.activation(real)) + per_sample(self.conjugate(fake))

    def generator(self, game):
        fake = _float32(game.fake.logits)
        if self.generator_loss == "saturating":
            return per_sample(-self.conjugate(fake))
        return per_sample(-self.activation(fake))

    def get_config(self):
        return {"generator_loss": self.generator_loss}


@registered
class FGANKL(FDivergence):
    __doc__ = f"""Kullback-Leibler, `f(u) = u log u`: `g_f = v`, `f* = exp(t - 1)`.

    {FDivergence.__doc__}"""

    threshold = 1.0

    def activation(self, v):
        return v

    def conjugate(self, v):
        return exponential(v - 1.0)


@registered
class FGANReverseKL(FDivergence):
    __doc__ = f"""Reverse KL, `f(u) = -log u`: `g_f = -exp(-v)`, `f* = -1 - log(-t)`.

    {FDivergence.__doc__}"""

    threshold = -1.0

    def activation(self, v):
        return -exponential(-v)

    def conjugate(self, v):
        return v - 1.0


@registered
class FGANPearson(FDivergence):
    __doc__ = f"""Pearson, `f(u) = (u - 1)^2`: `g_f = v`, `f* = t^2 / 4 + t`.

    The bound is a parabola: below `v = -2`, which no density ratio asks for, the
    saturating generator is pulled towards smaller outputs.

    {FDivergence.__doc__}"""

    threshold = 0.0

    def activation(self, v):
        return v

    def conjugate(self, v):
        return v * (v / 4.0 + 1.0)


@registered
class FGANSquaredHellinger(FDivergence):
    __doc__ = f"""Squared Hellinger, `f(u) = (sqrt(u) - 1)^2`.

    `g_f = 1 - exp(-v)`, `f* = t / (1 - t)`.

    {FDivergence.__doc__}"""

    threshold = 0.0

    def activation(self, v):
        return -_exponential_minus_one(-v)

    def conjugate(self, v):
        return _exponential_minus_one(v)


@registered
class FGANJensenShannon(FDivergence):
    __doc__ = f"""Jensen-Shannon, `f(u) = u log u - (u + 1) log((u + 1) / 2)`.

    `g_f = log 2 - log(1 + exp(-v))`, `f* = -log(2 - exp(t))`. As in the paper this is
    twice the usual Jensen-Shannon divergence.

    {FDivergence.__doc__}"""

    threshold = 0.0

    def activation(self, v):
        return -_softplus_minus_log_2(-v)

    def conjugate(self, v):
        return _softplus_minus_log_2(v)


@registered
class FGANGAN(FDivergence):
    __doc__ = f"""That of the first GAN, `f(u) = u log u - (u + 1) log(u + 1)`.

    `g_f = -log(1 + exp(-v))`, `f* = -log(1 - exp(t))`: Jensen-Shannon less `log 4`.

    {FDivergence.__doc__}"""

    threshold = -math.log(2.0)

    def activation(self, v):
        return -softplus(-v)

    def conjugate(self, v):
        return softplus(v)


@registered
class FGANTotalVariation(FDivergence):
    __doc__ = f"""Total variation, `f(u) = |u - 1| / 2`: `g_f = tanh(v) / 2`, `f* = t`.

    {FDivergence.__doc__}"""

    threshold = 0.0

    def activation(self, v):
        return _half_tanh(v)

    def conjugate(self, v):
        return _half_tanh(v)


def _float32(logits):
    return ops.cast(logits, "float32")


def _exponential_minus_one(x):
    """`exp(x) - 1`, exact near zero, clipped as `exponential`."""
    near = ops.expm1(ops.clip(x, -LARGEST_EXPONENT, LARGEST_EXPONENT))
    power = exponential(x)  # gives the gradient
    return ops.stop_gradient(near) + (power - ops.stop_gradient(power))


def _softplus_minus_log_2(x):
    """`log((1 + exp(x)) / 2)`, exact near zero."""
    near = ops.log1p(ops.expm1(ops.clip(x, -2.0, 2.0)) / 2.0)
    return ops.where(ops.abs(x) < 1.0, near, softplus(x) - math.log(2.0))


def _half_tanh(x):
    """`tanh(x) / 2`, whose gradient does not cancel where `tanh` saturates."""
    slope = ops.stop_gradient(2.0 * ops.sigmoid(2.0 * x) * ops.sigmoid(-2.0 * x))
    return ops.stop_gradient(ops.tanh(x) / 2.0) + slope * (x - ops.stop_gradient(x))
