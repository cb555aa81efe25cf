"""Plain JAX: lists of arrays, `lax` convolutions, two jitted functions."""

import functools

import jax
import jax.numpy as jnp
from jax import lax

from handwritten.dcgan_jax import LAYOUT, adam
from handwritten.pool import swapped


def make(size, filters, blocks=6):
    """A function of two batches of uint8 images, channels last, that trains on them."""
    keys = iter(jax.random.split(jax.random.key(0), 100))
    generators = [generator(keys, filters, blocks) for _ in range(2)]
    discriminators = [discriminator(keys, filters) for _ in range(2)]
    states = [
        (players, zeros(players), zeros(players), 0)
        for players in (generators, discriminators)
    ]
    pools = [[], []]

    def step(a, b):
        states[0], fakes, loss = move_generators(states[0], states[1][0], a, b)
        pairs = zip(fakes, pools, strict=True)
        old = [jnp.stack(swapped(fake, pool)) for fake, pool in pairs]
        states[1], d_loss = move_discriminators(states[1], a, b, *old)
        return loss, d_loss

    return step


def wait(result):
    return [float(x) for x in result]


@functools.partial(jax.jit, donate_argnums=0)
def move_generators(state, discriminators, a, b):
    a, b = prepared(a), prepared(b)

    def loss(generators):
        g, f = (functools.partial(translate, p) for p in generators)
        fakes = f(b), g(a)
        adversarial = sum(
            square(judge(p, fake), 1.0)
            for p, fake in zip(discriminators, fakes, strict=True)
        )
        cycle = l1(f(fakes[1]), a) + l1(g(fakes[0]), b)
        identity = l1(g(b), b) + l1(f(a), a)
        return adversarial + 10.0 * cycle + 5.0 * identity, fakes

    generators, m, v, t = state
    (value, fakes), grads = jax.value_and_grad(loss, has_aux=True)(generators)
    return (*adam(generators, grads, m, v, t), t + 1), fakes, value


@functools.partial(jax.jit, donate_argnums=0)
def move_discriminators(state, a, b, old_a, old_b):
    pairs = [(prepared(a), old_a), (prepared(b), old_b)]

    def loss(discriminators):
        return (
            sum(
                square(judge(p, real), 1.0) + square(judge(p, fake), 0.0)
                for p, (real, fake) in zip(discriminators, pairs, strict=True)
            )
            / 2
        )

    discriminators, m, v, t = state
    value, grads = jax.value_and_grad(loss)(discriminators)
    return (*adam(discriminators, grads, m, v, t), t + 1), value


def zeros(tree):
    return jax.tree.map(jnp.zeros_like, tree)


def prepared(images):
    return images.astype(jnp.float32) / 127.5 - 1.0


def square(logits, target):
    return jnp.mean((logits - target) ** 2)


def l1(x, y):
    return jnp.mean(jnp.abs(x - y))


def kernel(keys, *shape):
    return 0.02 * jax.random.normal(next(keys), shape)


def generator(keys, filters, blocks):
    n = filters
    return {
        "first": kernel(keys, 7, 7, 3, n),
        "down": [kernel(keys, 3, 3, n, 2 * n), kernel(keys, 3, 3, 2 * n, 4 * n)],
        "blocks": [
            [kernel(keys, 3, 3, 4 * n, 4 * n) for _ in range(2)] for _ in range(blocks)
        ],
        "up": [kernel(keys, 3, 3, 4 * n, 2 * n), kernel(keys, 3, 3, 2 * n, n)],
        "last": kernel(keys, 7, 7, n, 3),
        "bias": jnp.zeros(3),
    }


def translate(p, x):
    def rectified(x):
        return jax.nn.relu(normalized(x))

    x = rectified(convolved(reflected(x, 3), p["first"]))
    for kernel in p["down"]:
        x = rectified(convolved(x, kernel, 2, "SAME"))
    for first, second in p["blocks"]:
        y = rectified(convolved(reflected(x, 1), first))
        x = x + normalized(convolved(reflected(y, 1), second))
    for kernel in p["up"]:
        x = rectified(
            lax.conv_transpose(x, kernel, (2, 2), "SAME", dimension_numbers=LAYOUT)
        )
    return jnp.tanh(convolved(reflected(x, 3), p["last"]) + p["bias"])


def discriminator(keys, filters):
    widths = [3, *(filters * n for n in (1, 2, 4, 8)), 1]
    return {
        "kernels": [
            kernel(keys, 4, 4, i, o)
            for i, o in zip(widths[:-1], widths[1:], strict=True)
        ],
        "biases": [jnp.zeros(filters), jnp.zeros(1)],
    }


def judge(p, x):
    first, *between, last = p["kernels"]
    around = [(1, 1), (1, 1)]
    x = convolved(x, first, 2, around) + p["biases"][0]
    x = jax.nn.leaky_relu(x, 0.2)
    for kernel, stride in zip(between, (2, 2, 1), strict=True):
        x = jax.nn.leaky_relu(normalized(convolved(x, kernel, stride, around)), 0.2)
    return convolved(x, last, 1, around) + p["biases"][1]


def convolved(x, kernel, stride=1, padding="VALID"):
    return lax.conv_general_dilated(
        x, kernel, (stride, stride), padding, dimension_numbers=LAYOUT
    )


def reflected(x, n):
    return jnp.pad(x, [(0, 0), (n, n), (n, n), (0, 0)], mode="reflect")


def normalized(x):
    mean, variance = x.mean((1, 2), keepdims=True), x.var((1, 2), keepdims=True)
    return (x - mean) * lax.rsqrt(variance + 1e-5)
