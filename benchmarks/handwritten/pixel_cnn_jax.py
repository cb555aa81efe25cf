"""Plain JAX: dictionaries of arrays, `lax` convolutions, one jitted step."""

import functools
import itertools
import math

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from handwritten.dcgan_jax import LAYOUT, adam

BLOCKS = 7


def make(image_size, filters):
    h, layer = filters, layers()
    network = {
        "first": layer(1, 2 * h, (4, 7)),
        "blocks": [
            [layer(2 * h, h), layer(h, h, (2, 3)), layer(h, 2 * h)]
            for _ in range(BLOCKS)
        ],
        "head": [layer(2 * h, outputs) for outputs in (2 * h, 2 * h, 1)],
    }
    return trained(network, logits_of, image_size)


def layers():
    """A function that makes the variables of a layer."""
    keys = map(
        functools.partial(jax.random.fold_in, jax.random.key(0)), itertools.count()
    )

    def layer(inputs, outputs, taps=(1, 1)):
        shape = (*taps, inputs, outputs)
        scale = (2.0 / (math.prod(taps) * (inputs + outputs))) ** 0.5
        kernel = scale * jax.random.normal(next(keys), shape)
        return {"kernel": kernel, "bias": jnp.zeros(outputs)}

    return layer


def trained(network, logits_of, image_size):
    """`step(images)` of variables and a function of them and images."""
    zeros = jax.tree.map(jnp.zeros_like, network)
    state = (network, zeros, jax.tree.map(jnp.copy, zeros), 0)
    run = jax.jit(functools.partial(_step, logits_of), donate_argnums=0)

    def step(images):
        nonlocal state
        state, loss = run(state, images)
        return loss, loss / (image_size**2 * math.log(2.0))

    return step


def wait(result):
    return [float(x) for x in result]


def _step(logits_of, state, images):
    network, m, v, t = state
    x = images.astype(jnp.float32) / 127.5 - 1.0

    def nats(network):
        logits, ones = logits_of(network, x), (x + 1.0) / 2.0
        return (jax.nn.softplus(logits) - ones * logits).sum((1, 2, 3)).mean()

    loss, grads = jax.value_and_grad(nats)(network)
    network, m, v = adam(network, grads, m, v, t, rate=1e-3, beta_1=0.9)
    return (network, m, v, t + 1), loss


def convolved(p, x, mask="B"):
    """A convolution without rows and columns that would all be masked."""
    kernel = p["kernel"]
    above, columns = kernel.shape[0] - 1, kernel.shape[1]
    wide = above or mask == "rows"  # else it ends at the pixel
    left, right = (columns // 2,) * 2 if wide else (columns - 1, 0)
    visible = np.ones(kernel.shape, "float32")
    if mask != "rows":
        visible[-1, left + (mask == "B") :] = 0.0
    padding = ((above, 0), (left, right))
    x = lax.conv_general_dilated(
        x, kernel * visible, (1, 1), padding, dimension_numbers=LAYOUT
    )
    return x + p["bias"]


def logits_of(p, x):
    x = convolved(p["first"], x, "A")
    for block in p["blocks"]:
        y = x
        for each in block:
            y = convolved(each, jax.nn.relu(y))
        x = x + y
    for each in p["head"]:
        x = convolved(each, jax.nn.relu(x))
    return x
