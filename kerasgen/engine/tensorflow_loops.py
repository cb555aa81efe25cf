"""Loops under TensorFlow, compiled by XLA: else each write would copy the tensor."""

import keras
import tensorflow as tf


def repeat(n, body, state):
    """See `kerasgen.engine.loops`."""

    def run():
        def step(i, state):
            return i + 1, body(i, state)

        _, result = tf.while_loop(lambda i, _: i < n, step, (tf.constant(0), state))
        return result

    return tf.function(run, jit_compile=True, autograph=False)()


def read(tensor, start, shape):
    """See `kerasgen.engine.loops`."""
    return tf.slice(tensor, start, shape)


def write(tensor, start, values):
    """See `kerasgen.engine.loops`."""
    return keras.ops.slice_update(tensor, start, values)


def affine(seen, matrix, bias):
    """See `kerasgen.engine.loops`."""
    flat = tf.reshape(seen, (-1, matrix.shape[0]))
    return (tf.matmul(flat, matrix) + bias)[:, None, None]
