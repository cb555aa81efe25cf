"""Gated PixelCNN, as `pixel_cnn_jax`."""

import jax
import jax.numpy as jnp

from handwritten.pixel_cnn_jax import convolved, layers, trained, wait

__all__ = ["make", "wait"]

BLOCKS = 10


def make(image_size, filters):
    p, layer = filters, layers()
    blocks = [
        {
            "vertical": layer(p if i else 1, 2 * p, (n // 2 + 1, n)),
            "link": layer(2 * p, 2 * p),
            "horizontal": layer(p if i else 1, 2 * p, (1, n // 2 + 1)),
            "widen": layer(p, p),
        }
        for i, n in enumerate([7] + [3] * (BLOCKS - 1))
    ]
    network = {"blocks": blocks, "head": [layer(p, p), layer(p, 1)]}
    return trained(network, logits_of, image_size)


def logits_of(p, x):
    v, h = jnp.pad(x, ((0, 0), (1, 0), (0, 0), (0, 0)))[:, :-1], x
    for i, block in enumerate(p["blocks"]):
        v = convolved(block["vertical"], v, "rows")
        linked = convolved(block["link"], v)
        y = gated(convolved(block["horizontal"], h, "B" if i else "A") + linked)
        y = convolved(block["widen"], y)
        v, h = gated(v), h + y if i else y
    for each in p["head"]:
        h = convolved(each, jax.nn.relu(h))
    return h


def gated(x):
    content, gate = jnp.split(x, 2, axis=-1)
    return jnp.tanh(content) * jax.nn.sigmoid(gate)
