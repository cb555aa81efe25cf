"""Penalties that flatten a critic on the data or on the samples."""

from kerasgen.penalties.gradient_norm import squared_gradient_norm


def r1(critic, real, fake=None, *, seed=None):
    """`|grad critic(x)|^2` on real samples.

    Args:
        critic: Closure from samples to `(batch,)`, `(batch, 1)` or patches; labels
            live inside it. Samples must not depend on one another.
        real: Samples `(batch, ...)` or a nest of them.
        fake, seed: Not used.

    Returns:
        `(batch,)`, float32, at least 0, without the paper's factor `gamma / 2`: the
        model's weight carries it.

    Reference:
        Mescheder et al., 2018, arXiv:1801.04406, section 4.1.
    """
    return squared_gradient_norm(critic, real)


def r2(critic, real, fake, *, seed=None):
    """`|grad critic(G(z))|^2` on generated samples; `real` is not used. See `r1`."""
    return squared_gradient_norm(critic, fake)
