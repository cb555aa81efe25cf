"""Masked kernels times their masks, one gradient tape in one `tf.function`."""

import math

import keras
import numpy as np
import tensorflow as tf

BLOCKS = 7


def make(image_size, filters):
    convolutions, logits_of = network(filters)
    return trained(convolutions, logits_of, image_size)


def trained(convolutions, logits_of, image_size):
    """`step(images)` of a network that is a function and its `Masked`."""
    variables = [v for each in convolutions for v in (each.kernel, each.bias)]
    optimizer = keras.optimizers.Adam(1e-3)
    optimizer.build(variables)

    @tf.function
    def step(images):
        x = tf.cast(images, tf.float32) / 127.5 - 1.0
        with tf.GradientTape() as tape:
            logits, ones = logits_of(x), (x + 1.0) / 2.0
            nats = tf.reduce_sum(tf.nn.softplus(logits) - ones * logits, (1, 2, 3))
            loss = tf.reduce_mean(nats)
        gradients = tape.gradient(loss, [v.value for v in variables])
        optimizer.apply(gradients, variables)
        return loss, loss / (image_size**2 * math.log(2.0))

    return lambda images: step(tf.convert_to_tensor(images))


def wait(result):
    return [float(x) for x in result]


class Masked:
    """A convolution without rows and columns that would all be masked.

    Args:
        inputs, outputs: Feature maps.
        size: `(height, width)` of the whole kernel.
        mask: `"A"`, `"B"`, or `"rows"`, which sees all of its row.
    """

    def __init__(self, inputs, outputs, size, mask="B"):
        above, left = size[0] // 2, size[1] // 2
        right = left if above or mask == "rows" else 0
        shape = (above + 1, left + 1 + right, inputs, outputs)
        self.kernel = keras.Variable(keras.initializers.GlorotUniform()(shape))
        self.bias = keras.Variable(tf.zeros(outputs))
        self.padding = [[0, 0], [above, 0], [left, right], [0, 0]]
        visible = np.ones(shape, "float32")
        if mask != "rows":
            visible[-1, left + (mask == "B") :] = 0.0
        self.mask = None if visible.all() else visible

    def __call__(self, x):
        kernel = self.kernel.value
        kernel = kernel if self.mask is None else kernel * self.mask
        return tf.nn.conv2d(x, kernel, 1, self.padding) + self.bias.value


def network(h):
    first = Masked(1, 2 * h, (7, 7), "A")
    blocks = [
        (Masked(2 * h, h, (1, 1)), Masked(h, h, (3, 3)), Masked(h, 2 * h, (1, 1)))
        for _ in range(BLOCKS)
    ]
    head = [Masked(2 * h, outputs, (1, 1)) for outputs in (2 * h, 2 * h, 1)]

    def logits_of(x):
        x = first(x)
        for block in blocks:
            y = x
            for each in block:
                y = each(tf.nn.relu(y))
            x = x + y
        for each in head:
            x = each(tf.nn.relu(x))
        return x

    return [first, *(x for block in blocks for x in block), *head], logits_of
