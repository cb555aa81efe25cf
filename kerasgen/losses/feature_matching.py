"""A loss of the generator on the discriminator's features in place of its logits."""

from keras import ops


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
