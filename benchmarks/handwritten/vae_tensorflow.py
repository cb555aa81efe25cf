"""Keras layers and one gradient tape in one `tf.function`."""

import keras
import tensorflow as tf


def make(image_size, filters, latent_dim):
    encoder, decoder = networks(image_size, filters, latent_dim)
    variables = [*encoder.trainable_variables, *decoder.trainable_variables]
    optimizer = keras.optimizers.Adam(1e-3)
    optimizer.build(variables)

    @tf.function
    def step(images):
        x = tf.cast(images, tf.float32) / 127.5 - 1.0
        with tf.GradientTape() as tape:
            mean, log_var = tf.split(encoder(x, training=True), 2, axis=1)
            z = mean + tf.exp(0.5 * log_var) * tf.random.normal(tf.shape(mean))
            logits, ones = decoder(z, training=True), (x + 1.0) / 2.0
            crossed = tf.nn.softplus(logits) - ones * logits
            reconstruction = tf.reduce_sum(crossed, (1, 2, 3))
            kl = 0.5 * tf.reduce_sum(mean**2 + tf.math.expm1(log_var) - log_var, 1)
            loss = tf.reduce_mean(reconstruction + kl)
        optimizer.apply(tape.gradient(loss, variables), variables)
        return loss, tf.reduce_mean(reconstruction), tf.reduce_mean(kl)

    return lambda images: step(tf.convert_to_tensor(images))


def wait(result):
    return [float(x) for x in result]


def networks(image_size, filters, latent_dim):
    layers = keras.layers
    inputs = x = keras.Input((image_size, image_size, 3))
    widths = [filters * 2**i for i in range((image_size // 4).bit_length() - 1)]
    for width in widths:
        x = layers.Conv2D(width, 4, 2, "same", activation="relu")(x)
    x = layers.Dense(256, "relu")(layers.Flatten()(x))
    encoder = keras.Model(inputs, layers.Dense(2 * latent_dim)(x))
    inputs = keras.Input((latent_dim,))
    x = layers.Dense(256, "relu")(inputs)
    x = layers.Dense(16 * widths[-1], "relu")(x)
    x = layers.Reshape((4, 4, widths[-1]))(x)
    for width in reversed(widths[:-1]):
        x = layers.Conv2DTranspose(width, 4, 2, "same", activation="relu")(x)
    decoder = keras.Model(inputs, layers.Conv2DTranspose(3, 4, 2, "same")(x))
    return encoder, decoder
