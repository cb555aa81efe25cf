"""Plain JAX: dictionaries of arrays, `lax` convolutions, one jitted step."""

import functools

import jax
import jax.numpy as jnp
from jax import lax

LAYOUT = ("NHWC", "HWIO", "NHWC")


def make(image_size, filters, latent_dim):
    doublings = (image_size // 4).bit_length() - 1
    widths = [filters * 2**i for i in range(doublings)]
    keys = iter(jax.random.split(jax.random.key(0), 4 * doublings + 8))

    def kernel(*shape):
        return 0.02 * jax.random.normal(next(keys), shape)

    def norm(width):
        return {"scale": jnp.ones(width), "shift": jnp.zeros(width)}

    reversed_widths = [*reversed(widths[:-1])]
    pairs = zip([widths[-1], *reversed_widths], [*reversed_widths, 3], strict=True)
    generator = {
        "dense": kernel(latent_dim, 16 * widths[-1]),
        "norms": [norm(w) for w in reversed(widths)],
        "kernels": [kernel(4, 4, i, o) for i, o in pairs],
        "bias": jnp.zeros(3),
    }
    discriminator = {
        "kernels": [
            kernel(4, 4, i, o) for i, o in zip([3, *widths], widths, strict=False)
        ],
        "bias": jnp.zeros(widths[0]),
        "norms": [norm(w) for w in widths[1:]],
        "dense": kernel(16 * widths[-1], 1),
        "dense_bias": jnp.zeros(1),
    }
    players = [discriminator, generator]
    zeros = [jax.tree.map(jnp.zeros_like, p) for p in players]
    moving = [
        [(jnp.zeros(w), jnp.ones(w)) for w in ws]
        for ws in (widths[1:], [*reversed(widths)])
    ]
    state = (players, zeros, jax.tree.map(jnp.copy, zeros), moving, 0, next(keys))
    run = jax.jit(
        functools.partial(_step, latent_dim=latent_dim, top=widths[-1]),
        donate_argnums=0,
    )

    def step(images):
        nonlocal state
        state, losses = run(state, images)
        return losses

    return step


def wait(result):
    return [float(x) for x in result]


def _step(state, images, latent_dim, top):
    (discriminator, generator), m, v, moving, t, key = state
    real = images.astype(jnp.float32) / 127.5 - 1.0
    key, first, second = jax.random.split(key, 3)
    shape = (real.shape[0], latent_dim)

    def discriminator_loss(discriminator):
        z = jax.random.uniform(first, shape, minval=-1.0, maxval=1.0)
        fake, g_moving = generate(generator, z, moving[1], top)
        real_logits, d_moving = discriminate(discriminator, real, moving[0])
        fake_logits, d_moving = discriminate(discriminator, fake, d_moving)
        loss = jax.nn.softplus(-real_logits) + jax.nn.softplus(fake_logits)
        return loss.mean(), [d_moving, g_moving]

    (d_loss, moving), grads = jax.value_and_grad(discriminator_loss, has_aux=True)(
        discriminator
    )
    discriminator, m[0], v[0] = adam(discriminator, grads, m[0], v[0], t)

    def generator_loss(generator):
        z = jax.random.uniform(second, shape, minval=-1.0, maxval=1.0)
        fake, g_moving = generate(generator, z, moving[1], top)
        logits, d_moving = discriminate(discriminator, fake, moving[0])
        return jax.nn.softplus(-logits).mean(), [d_moving, g_moving]

    (g_loss, moving), grads = jax.value_and_grad(generator_loss, has_aux=True)(
        generator
    )
    generator, m[1], v[1] = adam(generator, grads, m[1], v[1], t)
    return ([discriminator, generator], m, v, moving, t + 1, key), (d_loss, g_loss)


def generate(p, z, moving, top):
    x = (z @ p["dense"]).reshape(-1, 4, 4, top)
    after = []
    for kernel, norm, statistics in zip(p["kernels"], p["norms"], moving, strict=True):
        x, statistics = batch_norm(x, norm, statistics)
        after.append(statistics)
        x = lax.conv_transpose(
            jax.nn.relu(x), kernel, (2, 2), "SAME", dimension_numbers=LAYOUT
        )
    return jnp.tanh(x + p["bias"]), after


def discriminate(p, x, moving):
    after = []
    for i, kernel in enumerate(p["kernels"]):
        x = lax.conv_general_dilated(
            x, kernel, (2, 2), "SAME", dimension_numbers=LAYOUT
        )
        if i == 0:
            x = x + p["bias"]
        else:
            x, statistics = batch_norm(x, p["norms"][i - 1], moving[i - 1])
            after.append(statistics)
        x = jax.nn.leaky_relu(x, 0.2)
    return x.reshape(x.shape[0], -1) @ p["dense"] + p["dense_bias"], after


def batch_norm(x, p, moving):
    mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
    after = tuple(
        0.9 * old + 0.1 * lax.stop_gradient(new)
        for old, new in zip(moving, (mean, variance), strict=True)
    )
    return (x - mean) * lax.rsqrt(variance + 1e-5) * p["scale"] + p["shift"], after


def adam(params, grads, m, v, t, rate=2e-4, beta_1=0.5, beta_2=0.999):
    rate = rate * jnp.sqrt(1 - beta_2 ** (t + 1)) / (1 - beta_1 ** (t + 1))
    m = jax.tree.map(lambda m, g: m + (1 - beta_1) * (g - m), m, grads)
    v = jax.tree.map(lambda v, g: v + (1 - beta_2) * (g * g - v), v, grads)
    params = jax.tree.map(
        lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-7), params, m, v
    )
    return params, m, v
