"""Plain JAX: dictionaries of arrays, `lax` convolutions, one jitted step."""

import functools

import jax
import jax.numpy as jnp
from jax import lax

from handwritten.dcgan_jax import LAYOUT, adam


def make(image_size, filters, latent_dim):
    doublings = (image_size // 4).bit_length() - 1
    widths = [filters * 2**i for i in range(doublings)]
    keys = iter(jax.random.split(jax.random.key(0), 2 * doublings + 8))

    def layer(*shape):
        fans = (shape[-1] + shape[-2]) * (16 if len(shape) == 4 else 1)
        kernel = (2.0 / fans) ** 0.5 * jax.random.normal(next(keys), shape)
        return {"kernel": kernel, "bias": jnp.zeros(shape[-1])}

    pairs = [*zip([3, *widths], widths, strict=False)]
    encoder = {
        "convolutions": [layer(4, 4, i, o) for i, o in pairs],
        "dense": [layer(16 * widths[-1], 256), layer(256, 2 * latent_dim)],
    }
    decoder = {
        "dense": [layer(latent_dim, 256), layer(256, 16 * widths[-1])],
        "convolutions": [layer(4, 4, o, i) for i, o in reversed(pairs)],
    }
    networks = [encoder, decoder]
    zeros = jax.tree.map(jnp.zeros_like, networks)
    state = (networks, zeros, jax.tree.map(jnp.copy, zeros), 0, next(keys))
    run = jax.jit(functools.partial(_step, top=widths[-1]), donate_argnums=0)

    def step(images):
        nonlocal state
        state, losses = run(state, images)
        return losses

    return step


def wait(result):
    return [float(x) for x in result]


def _step(state, images, top):
    networks, m, v, t, key = state
    x = images.astype(jnp.float32) / 127.5 - 1.0
    key, noise = jax.random.split(key)

    def negative_bound(networks):
        encoder, decoder = networks
        mean, log_var = jnp.split(encode(encoder, x), 2, axis=1)
        z = mean + jnp.exp(0.5 * log_var) * jax.random.normal(noise, mean.shape)
        logits, ones = decode(decoder, z, top), (x + 1.0) / 2.0
        reconstruction = (jax.nn.softplus(logits) - ones * logits).sum((1, 2, 3))
        kl = 0.5 * (mean**2 + jnp.expm1(log_var) - log_var).sum(1)
        return (reconstruction + kl).mean(), (reconstruction.mean(), kl.mean())

    (loss, terms), grads = jax.value_and_grad(negative_bound, has_aux=True)(networks)
    networks, m, v = adam(networks, grads, m, v, t, rate=1e-3, beta_1=0.9)
    return (networks, m, v, t + 1, key), (loss, *terms)


def encode(p, x):
    for each in p["convolutions"]:
        x = lax.conv_general_dilated(
            x, each["kernel"], (2, 2), "SAME", dimension_numbers=LAYOUT
        )
        x = jax.nn.relu(x + each["bias"])
    x = jax.nn.relu(dense(p["dense"][0], x.reshape(len(x), -1)))
    return dense(p["dense"][1], x)


def decode(p, z, top):
    for each in p["dense"]:
        z = jax.nn.relu(dense(each, z))
    x = z.reshape(-1, 4, 4, top)
    for i, each in enumerate(p["convolutions"]):
        x = lax.conv_transpose(
            x, each["kernel"], (2, 2), "SAME", dimension_numbers=LAYOUT
        )
        x = x + each["bias"]
        x = x if i == len(p["convolutions"]) - 1 else jax.nn.relu(x)
    return x


def dense(p, x):
    return x @ p["kernel"] + p["bias"]
