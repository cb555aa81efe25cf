"""Keras layers and two gradient tapes in one `tf.function`."""

import keras
import tensorflow as tf


def make(image_size, filters, latent_dim):
    generator = generator_network(image_size, filters, latent_dim)
    discriminator = discriminator_network(image_size, filters)
    optimizers = [keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in range(2)]
    optimizers[0].build(discriminator.trainable_variables)
    optimizers[1].build(generator.trainable_variables)

    @tf.function
    def step(images):
        real = tf.cast(images, tf.float32) / 127.5 - 1.0
        batch = tf.shape(real)[0]
        fake = generator(tf.random.uniform((batch, latent_dim), -1, 1), training=True)
        with tf.GradientTape() as tape:
            real_logits = discriminator(real, training=True)
            fake_logits = discriminator(fake, training=True)
            d_loss = tf.reduce_mean(
                tf.nn.softplus(-real_logits) + tf.nn.softplus(fake_logits)
            )
        grads = tape.gradient(d_loss, discriminator.trainable_variables)
        optimizers[0].apply(grads, discriminator.trainable_variables)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([v.value for v in generator.trainable_variables])
            latents = tf.random.uniform((batch, latent_dim), -1, 1)
            fake_logits = discriminator(
                generator(latents, training=True), training=True
            )
            g_loss = tf.reduce_mean(tf.nn.softplus(-fake_logits))
        grads = tape.gradient(g_loss, [v.value for v in generator.trainable_variables])
        optimizers[1].apply(grads, generator.trainable_variables)
        return d_loss, g_loss

    return lambda images: step(tf.convert_to_tensor(images))


def wait(result):
    return [float(x) for x in result]


def generator_network(image_size, filters, latent_dim):
    layers = keras.layers
    base, widths = 4, []
    size = image_size
    while size > base:
        widths.append(filters * 2 ** len(widths))
        size //= 2
    inputs = keras.Input((latent_dim,))
    x = layers.Dense(base * base * widths[-1], use_bias=False)(inputs)
    x = layers.Reshape((base, base, widths[-1]))(x)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x))
    for width in reversed(widths[:-1]):
        x = layers.Conv2DTranspose(
            width, 4, 2, "same", use_bias=False, kernel_initializer=normal()
        )(x)
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x))
    x = layers.Conv2DTranspose(
        3, 4, 2, "same", activation="tanh", kernel_initializer=normal()
    )(x)
    return keras.Model(inputs, x)


def discriminator_network(image_size, filters):
    layers = keras.layers
    inputs = x = keras.Input((image_size, image_size, 3))
    width, size = filters, image_size
    while size > 4:
        first = width == filters
        x = layers.Conv2D(
            width, 4, 2, "same", use_bias=first, kernel_initializer=normal()
        )(x)
        if not first:
            x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
        x = layers.LeakyReLU(negative_slope=0.2)(x)
        width, size = width * 2, size // 2
    return keras.Model(inputs, layers.Dense(1)(layers.Flatten()(x)))


def normal():
    return keras.initializers.RandomNormal(0.0, 0.02)
