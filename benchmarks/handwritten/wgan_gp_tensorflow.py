"""WGAN-GP: the generator of `dcgan_tensorflow`, a critic without norm, nested tapes."""

import keras
import tensorflow as tf

from handwritten.dcgan_tensorflow import generator_network, normal, wait

__all__ = ["make", "wait"]


def make(image_size, filters, latent_dim, critic_steps):
    generator = generator_network(image_size, filters, latent_dim)
    critic = critic_network(image_size, filters)
    optimizers = [keras.optimizers.Adam(1e-4, beta_1=0.0, beta_2=0.9) for _ in range(2)]
    optimizers[0].build(critic.trainable_variables)
    optimizers[1].build(generator.trainable_variables)

    def critic_step(real):
        batch = tf.shape(real)[0]
        fake = generator(tf.random.normal((batch, latent_dim)), training=True)
        mixed = fake + tf.random.uniform((batch, 1, 1, 1)) * (real - fake)
        with tf.GradientTape() as tape:
            with tf.GradientTape(watch_accessed_variables=False) as inner:
                inner.watch(mixed)
                value = critic(mixed, training=True)
            slope = inner.gradient(value, mixed)
            norm = tf.sqrt(tf.reduce_sum(slope**2, (1, 2, 3)) + 1e-12)
            loss = tf.reduce_mean(critic(fake, training=True))
            loss -= tf.reduce_mean(critic(real, training=True))
            loss += 10.0 * tf.reduce_mean((norm - 1.0) ** 2)
        grads = tape.gradient(loss, critic.trainable_variables)
        optimizers[0].apply(grads, critic.trainable_variables)
        return loss

    @tf.function
    def step(images):
        images = tf.cast(images, tf.float32) / 127.5 - 1.0
        for real in tf.split(images, critic_steps):
            critic_loss = critic_step(real)
        weights = [v.value for v in generator.trainable_variables]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(weights)
            latents = tf.random.normal((tf.shape(real)[0], latent_dim))
            fake = generator(latents, training=True)
            loss = -tf.reduce_mean(critic(fake, training=True))
        grads = tape.gradient(loss, weights)
        optimizers[1].apply(grads, generator.trainable_variables)
        return critic_loss, loss

    return lambda images: step(tf.convert_to_tensor(images))


def critic_network(image_size, filters):
    layers = keras.layers
    inputs = x = keras.Input((image_size, image_size, 3))
    width, size = filters, image_size
    while size > 4:
        x = layers.Conv2D(width, 4, 2, "same", kernel_initializer=normal())(x)
        x = layers.LeakyReLU(negative_slope=0.2)(x)
        width, size = width * 2, size // 2
    return keras.Model(inputs, layers.Dense(1)(layers.Flatten()(x)))
