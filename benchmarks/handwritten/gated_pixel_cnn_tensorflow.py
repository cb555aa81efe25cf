"""Gated PixelCNN, as `pixel_cnn_tensorflow`."""

import tensorflow as tf

from handwritten.pixel_cnn_tensorflow import Masked, trained, wait

__all__ = ["make", "wait"]

BLOCKS = 10


def make(image_size, filters):
    convolutions, logits_of = network(filters)
    return trained(convolutions, logits_of, image_size)


def network(p):
    blocks = [
        {
            "vertical": Masked(p if i else 1, 2 * p, (n, n), "rows"),
            "link": Masked(2 * p, 2 * p, (1, 1)),
            "horizontal": Masked(p if i else 1, 2 * p, (1, n), "B" if i else "A"),
            "widen": Masked(p, p, (1, 1)),
        }
        for i, n in enumerate([7] + [3] * (BLOCKS - 1))
    ]
    head = [Masked(p, p, (1, 1)), Masked(p, 1, (1, 1))]

    def logits_of(x):
        v, h = tf.pad(x, [[0, 0], [1, 0], [0, 0], [0, 0]])[:, :-1], x
        for i, block in enumerate(blocks):
            v = block["vertical"](v)
            y = block["widen"](gated(block["horizontal"](h) + block["link"](v)))
            v, h = gated(v), h + y if i else y
        for each in head:
            h = each(tf.nn.relu(h))
        return h

    return [*(x for block in blocks for x in block.values()), *head], logits_of


def gated(x):
    content, gate = tf.split(x, 2, axis=-1)
    return tf.tanh(content) * tf.sigmoid(gate)
