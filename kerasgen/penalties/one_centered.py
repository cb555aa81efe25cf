"""Penalties that pull the slope of a critic towards one, near the data."""

import keras
from keras import ops

from kerasgen.arguments import check_factors
from kerasgen.penalties.gradient_norm import gradient_norm, is_float


def wgan_gp(critic, real, fake, *, seed, target=1.0):
    """Penalty on straight lines between real and generated samples (WGAN-GP).

    `(|grad critic(epsilon x + (1 - epsilon) G(z))| - target)^2`, two-sided, with one
    `epsilon` from U[0, 1] for each sample.

    Args:
        critic: Closure from samples to `(batch,)`, `(batch, 1)` or patches; labels
            live inside it. Without batch normalization: samples must not depend on
            one another.
        real: Samples `(batch, ...)` or a nest of them.
        fake: Generated samples in the same structure and shapes. Integer leaves are
            taken from `real`.
        seed: `keras.random.SeedGenerator`.
        target: The slope the critic should have, at least 0.

    Returns:
        `(batch,)`, float32, at least 0. Its weight, 10 in the paper, is the model's.

    Raises:
        ValueError: If `target` is negative, or `real` and `fake` differ in shape.

    Reference:
        Gulrajani et al., 2017, arXiv:1704.00028, equation 3 and algorithm 1.
    """
    check_factors(target=target)
    _check_shapes(real, fake)
    epsilon = _uniform_per_sample(real, seed)
    return one_centered(critic, interpolate(real, fake, epsilon), target)


def dragan(critic, real, fake=None, *, seed, scale=0.5, target=1.0):
    """Penalty around the real samples (DRAGAN).

    `(|grad critic(x + alpha scale std(x) noise)| - target)^2` with `noise` from
    U[0, 1] for each element and `alpha` from U[0, 1] for each sample; the standard
    deviation is that of the whole minibatch.

    Args:
        critic, real, seed, target: As for `wgan_gp`.
        fake: Not used.
        scale: Size of the perturbation in standard deviations, at least 0.

    Returns:
        `(batch,)`, float32, at least 0. Its weight, 10 in the paper, is the model's.

    Raises:
        ValueError: If `scale` or `target` is negative.

    Reference:
        Kodali et al., 2017, arXiv:1705.07215.

    Differences:
        The paper perturbs by normal noise. This is the authors' published code:
        noise of one sign, and a random point on the way to it.
    """
    check_factors(target=target, scale=scale)
    alpha = _uniform_per_sample(real, seed)
    noise = keras.tree.map_structure(lambda x: _noise(x, seed), real)
    return one_centered(critic, perturb(real, noise, alpha, scale), target)


def one_centered(critic, points, target=1.0):
    """`(|grad critic(points)| - target)^2`, `(batch,)`."""
    return ops.square(gradient_norm(critic, points) - target)


def interpolate(real, fake, epsilon):
    """`epsilon real + (1 - epsilon) fake` on float leaves, `epsilon` `(batch,)`."""

    def between(x, y):
        if not is_float(x):
            return x
        x, y = ops.cast(x, "float32"), ops.cast(y, "float32")
        e = _like(epsilon, x)
        return e * x + (1.0 - e) * y

    return keras.tree.map_structure(between, real, fake)


def perturb(real, noise, alpha, scale=0.5):
    """`real + alpha scale std(real) noise` on float leaves, `alpha` `(batch,)`."""

    def around(x, noise):
        if not is_float(x):
            return x
        x = ops.cast(x, "float32")
        return x + _like(alpha, x) * scale * ops.std(x) * noise

    return keras.tree.map_structure(around, real, noise)


def _uniform_per_sample(samples, seed):
    batch = ops.shape(keras.tree.flatten(samples)[0])[0]
    return keras.random.uniform((batch,), seed=seed, dtype="float32")


def _noise(x, seed):
    if not is_float(x):
        return x
    return keras.random.uniform(ops.shape(x), seed=seed, dtype="float32")


def _like(values, x):
    """`(batch,)` to `(batch, 1, ...)` with as many axes as `x`."""
    return ops.reshape(values, (-1,) + (1,) * (len(x.shape) - 1))


def _check_shapes(real, fake):
    keras.tree.assert_same_structure(real, fake)
    for x, y in zip(keras.tree.flatten(real), keras.tree.flatten(fake), strict=True):
        known = [p for p in zip(x.shape, y.shape, strict=False) if None not in p]
        if len(x.shape) != len(y.shape) or any(a != b for a, b in known):
            raise ValueError(
                "`real` and `fake` must have the same shapes. Received: "
                f"{tuple(x.shape)} and {tuple(y.shape)}"
            )
