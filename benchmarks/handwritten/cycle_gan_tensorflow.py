"""Keras layers and two `tf.function`s with a tape each; the pools are lists."""

import keras
import tensorflow as tf

from handwritten.pool import swapped


def make(size, filters, blocks=6):
    """A function of two batches of uint8 images, channels last, that trains on them."""
    shape = (size, size, 3)
    g, f = generator(shape, filters, blocks), generator(shape, filters, blocks)
    d_a, d_b = discriminator(shape, filters), discriminator(shape, filters)
    both = [g.trainable_variables + f.trainable_variables]
    both += [d_a.trainable_variables + d_b.trainable_variables]
    adams = [keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in both]
    for adam, variables in zip(adams, both, strict=True):
        adam.build(variables)
    pools = {"a": [], "b": []}

    def descend(i, tape, loss):
        adams[i].apply(tape.gradient(loss, [v.value for v in both[i]]), both[i])

    @tf.function
    def move_generators(a, b):
        a, b = prepared(a), prepared(b)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([v.value for v in both[0]])
            fake_a, fake_b = f(b), g(a)
            adversarial = square(d_a(fake_a), 1.0) + square(d_b(fake_b), 1.0)
            cycle = l1(f(fake_b), a) + l1(g(fake_a), b)
            identity = l1(g(b), b) + l1(f(a), a)
            loss = adversarial + 10.0 * cycle + 5.0 * identity
        descend(0, tape, loss)
        return loss, fake_a, fake_b

    @tf.function
    def move_discriminators(a, b, old_a, old_b):
        a, b = prepared(a), prepared(b)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([v.value for v in both[1]])
            of_a = square(d_a(a), 1.0) + square(d_a(old_a), 0.0)
            of_b = square(d_b(b), 1.0) + square(d_b(old_b), 0.0)
            loss = (of_a + of_b) / 2
        descend(1, tape, loss)
        return loss

    def step(a, b):
        a, b = tf.convert_to_tensor(a), tf.convert_to_tensor(b)
        loss, fake_a, fake_b = move_generators(a, b)
        old_a = tf.stack(swapped(fake_a, pools["a"]))
        old_b = tf.stack(swapped(fake_b, pools["b"]))
        return loss, move_discriminators(a, b, old_a, old_b)

    return step


def wait(result):
    return [float(x) for x in result]


def prepared(images):
    return tf.cast(images, tf.float32) / 127.5 - 1.0


def square(logits, target):
    return tf.reduce_mean((logits - target) ** 2)


def l1(x, y):
    return tf.reduce_mean(tf.abs(x - y))


class Reflect(keras.layers.Layer):
    def __init__(self, n):
        super().__init__()
        self.n = n

    def call(self, x):
        around = [self.n, self.n]
        return tf.pad(x, [[0, 0], around, around, [0, 0]], "REFLECT")


class InstanceNorm(keras.layers.Layer):
    def call(self, x):
        mean, variance = tf.nn.moments(x, [1, 2], keepdims=True)
        return (x - mean) * tf.math.rsqrt(variance + 1e-5)


def generator(shape, filters, blocks):
    layers = keras.layers
    plain = {"use_bias": False, "kernel_initializer": normal()}
    images = keras.Input(shape)
    x = layers.Conv2D(filters, 7, **plain)(Reflect(3)(images))
    x = layers.ReLU()(InstanceNorm()(x))
    for width in (2 * filters, 4 * filters):
        x = layers.Conv2D(width, 3, 2, "same", **plain)(x)
        x = layers.ReLU()(InstanceNorm()(x))
    for _ in range(blocks):
        y = layers.Conv2D(4 * filters, 3, **plain)(Reflect(1)(x))
        y = layers.ReLU()(InstanceNorm()(y))
        y = layers.Conv2D(4 * filters, 3, **plain)(Reflect(1)(y))
        x = x + InstanceNorm()(y)
    for width in (2 * filters, filters):
        x = layers.Conv2DTranspose(width, 3, 2, "same", **plain)(x)
        x = layers.ReLU()(InstanceNorm()(x))
    x = layers.Conv2D(3, 7, activation="tanh", kernel_initializer=normal())(
        Reflect(3)(x)
    )
    return keras.Model(images, x)


def discriminator(shape, filters):
    layers = keras.layers
    images = keras.Input(shape)
    x = layers.Conv2D(filters, 4, 2, "same", kernel_initializer=normal())(images)
    x = layers.LeakyReLU(negative_slope=0.2)(x)
    for width, stride in ((2, 2), (4, 2), (8, 1)):
        x = layers.ZeroPadding2D(1)(x)
        x = layers.Conv2D(
            width * filters, 4, stride, use_bias=False, kernel_initializer=normal()
        )(x)
        x = layers.LeakyReLU(negative_slope=0.2)(InstanceNorm()(x))
    x = layers.ZeroPadding2D(1)(x)
    return keras.Model(images, layers.Conv2D(1, 4, kernel_initializer=normal())(x))


def normal():
    return keras.initializers.RandomNormal(0.0, 0.02)
