"""WGAN-GP: the generator of `dcgan_jax`, a critic without norm, nested `jax.grad`."""

import functools

import jax
import jax.numpy as jnp
from jax import lax

from handwritten.dcgan_jax import LAYOUT, adam, generate, wait

__all__ = ["make", "wait"]


def make(image_size, filters, latent_dim, critic_steps):
    doublings = (image_size // 4).bit_length() - 1
    widths = [filters * 2**i for i in range(doublings)]
    keys = iter(jax.random.split(jax.random.key(0), 4 * doublings + 8))

    def kernel(*shape):
        return 0.02 * jax.random.normal(next(keys), shape)

    reversed_widths = [*reversed(widths[:-1])]
    pairs = zip([widths[-1], *reversed_widths], [*reversed_widths, 3], strict=True)
    generator = {
        "dense": kernel(latent_dim, 16 * widths[-1]),
        "norms": [
            {"scale": jnp.ones(w), "shift": jnp.zeros(w)} for w in reversed(widths)
        ],
        "kernels": [kernel(4, 4, i, o) for i, o in pairs],
        "bias": jnp.zeros(3),
    }
    critic = {
        "kernels": [
            kernel(4, 4, i, o) for i, o in zip([3, *widths], widths, strict=False)
        ],
        "biases": [jnp.zeros(w) for w in widths],
        "dense": kernel(16 * widths[-1], 1),
        "dense_bias": jnp.zeros(1),
    }
    players = [critic, generator]
    zeros = [jax.tree.map(jnp.zeros_like, p) for p in players]
    moving = [(jnp.zeros(w), jnp.ones(w)) for w in reversed(widths)]
    state = (players, zeros, jax.tree.map(jnp.copy, zeros), moving, 0, next(keys))
    run = jax.jit(
        functools.partial(
            _step, latent_dim=latent_dim, top=widths[-1], critic_steps=critic_steps
        ),
        donate_argnums=0,
    )

    def step(images):
        nonlocal state
        state, losses = run(state, images)
        return losses

    return step


def _step(state, images, latent_dim, top, critic_steps):
    (critic, generator), m, v, moving, t, key = state
    images = images.astype(jnp.float32) / 127.5 - 1.0
    rates = {"rate": 1e-4, "beta_1": 0.0, "beta_2": 0.9}
    for i, real in enumerate(jnp.split(images, critic_steps)):
        key, first, second = jax.random.split(key, 3)
        z = jax.random.normal(first, (len(real), latent_dim))
        fake, moving = generate(generator, z, moving, top)
        mix = jax.random.uniform(second, (len(real), 1, 1, 1))
        loss, grads = jax.value_and_grad(_critic_loss)(critic, real, fake, mix)
        updates = critic_steps * t + i
        critic, m[0], v[0] = adam(critic, grads, m[0], v[0], updates, **rates)

    key, first = jax.random.split(key)

    def generator_loss(generator):
        z = jax.random.normal(first, (len(real), latent_dim))
        fake, after = generate(generator, z, moving, top)
        return -_criticise(critic, fake).mean(), after

    (g_loss, moving), grads = jax.value_and_grad(generator_loss, has_aux=True)(
        generator
    )
    generator, m[1], v[1] = adam(generator, grads, m[1], v[1], t, **rates)
    return ([critic, generator], m, v, moving, t + 1, key), (loss, g_loss)


def _critic_loss(critic, real, fake, mix):
    mixed = fake + mix * (real - fake)
    slope = jax.grad(lambda x: _criticise(critic, x).sum())(mixed)
    norm = jnp.sqrt((slope**2).sum((1, 2, 3)) + 1e-12)
    loss = _criticise(critic, fake).mean() - _criticise(critic, real).mean()
    return loss + 10.0 * ((norm - 1.0) ** 2).mean()


def _criticise(p, x):
    for kernel, bias in zip(p["kernels"], p["biases"], strict=True):
        x = lax.conv_general_dilated(
            x, kernel, (2, 2), "SAME", dimension_numbers=LAYOUT
        )
        x = jax.nn.leaky_relu(x + bias, 0.2)
    return x.reshape(x.shape[0], -1) @ p["dense"] + p["dense_bias"]
