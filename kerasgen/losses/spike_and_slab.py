"""The divergence of spike-and-slab codes."""

import math

from keras import ops

from kerasgen.arguments import check_probability
from kerasgen.losses.elbo import gaussian_kl


def spike_and_slab_kl(mean, log_var, spike_logits, alpha):
    """`KL(q || p)` of each latent, where both may be exactly zero.

        q = g N(m, s^2) + (1 - g) delta_0,   p = a N(0, 1) + (1 - a) delta_0

        KL = g KL(N(m, s^2) || N(0, 1)) + g log(g / a) + (1 - g) log((1 - g) / (1 - a))

    Args:
        mean: m, `(batch, latent_dim)`.
        log_var: `log s^2`, the same shape.
        spike_logits: `log(g / (1 - g))`, the same shape: how probable it is that the
            latent is not zero.
        alpha: a, the share of latents that are not zero under the prior, in (0, 1).

    Returns:
        `(batch, latent_dim)`, float32, in nats, at least 0.

    Raises:
        ValueError: If `alpha` does not lie in (0, 1).

    Reference:
        Tonolini, Jensen and Murray-Smith, Variational Sparse Coding, UAI 2019.
    """
    check_probability(alpha=alpha)
    logits = ops.cast(spike_logits, "float32")
    gamma = ops.sigmoid(logits)
    log_gamma, log_rest = -ops.softplus(-logits), -ops.softplus(logits)
    slab = gaussian_kl(mean, log_var) + log_gamma - math.log(alpha)
    spike = log_rest - math.log1p(-alpha)
    return gamma * slab + ops.sigmoid(-logits) * spike
