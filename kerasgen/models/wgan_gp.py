"""Wasserstein GAN with gradient penalty (Gulrajani et al., 2017)."""

import keras

from kerasgen import layers
from kerasgen.adversarial import GAN, Alternating, GradientPenalty, makes_gan
from kerasgen.arguments import check_one_of, check_positive
from kerasgen.inputs import latents_of
from kerasgen.networks import (
    convolutional_discriminator,
    convolutional_generator,
    doublings,
    needed,
)

LEARNING_RATES = {
    "convolutional": 1e-4,  # algorithm 1
    "residual": 2e-4,  # the authors' published code for CIFAR-10
}


@makes_gan
def WGANGP(
    image_shape=None,
    latent_dim=128,
    filters=None,
    architecture="convolutional",
    kernel_size=5,
    normalization=None,
    dense_width=0,
    categories=0,
    minibatch_stddev=0,
    generator=None,
    discriminator=None,
    **kwargs,
):
    """A critic whose slope is pulled to one between real and generated samples.

    Critic `f(G(z)) - f(x) + 10 (|grad f(x_hat)| - 1)^2`, with `x_hat` on the line from
    `G(z)` to `x`, five times for each update of the generator's `-f(G(z))`.

    Args:
        image_shape: `(height, width, channels)` of the networks made here, sizes as
            for `DCGAN`; None where networks are given.
        latent_dim: Size of a latent.
        filters: Filters of the convolutional networks at the largest resolution, which
            double with each halving, or of all layers of the residual ones; None takes
            the authors' 64 and 128.
        architecture: `"convolutional"`, strided convolutions, or `"residual"`, residual
            blocks that activate first.
        kernel_size: Of the convolutional networks, at least 2.
        normalization: The critic's: None or `"layer"`.
        dense_width: As for `DCGAN`, of the convolutional networks.
        categories: As for `DCGAN`.
        minibatch_stddev: As for `DCGAN`, of the convolutional networks.
        generator: Keras model from latents to samples, instead.
        discriminator: Keras model from samples to logits, without batch normalization,
            instead.
        **kwargs: As for `kerasgen.models.GAN`.

    Returns:
        A `kerasgen.models.GAN`, not compiled.

    Raises:
        ValueError: If an argument is out of range, or networks do not fit.
        TypeError: If an argument is unknown: says which ones there are.

    Example:

    ```python
    model = kerasgen.models.WGANGP((28, 28, 1), filters=4)
    model.compile()
    # Five minibatches of 8 for the critic's five updates.
    model.fit(np.zeros((40, 28, 28, 1), "uint8"), batch_size=40, verbose=0)
    ```

    Reference:
        Gulrajani et al., 2017, arXiv:1704.00028, algorithm 1. Residual networks of the
        appendix for CIFAR-10; widths and kernels of the convolutional ones from the
        authors' code.

    Differences:
        The authors train the residual networks with a rate that falls linearly to zero
        in 100,000 updates of the generator, whose minibatch is twice the critic's; here
        the rate is constant and the minibatches are equal. At 32x32 the residual
        networks are the paper's; at other sizes the generator has a block for each
        doubling, the critic one halving block fewer, and at least one. Convolutional
        networks start as those of DCGAN, not by the authors' initializer.
    """

    check_one_of(LEARNING_RATES, architecture=architecture)
    if normalization not in (None, "layer"):
        raise ValueError(
            "`normalization` must be None or 'layer': the penalty is that of each "
            f"sample alone. Received: normalization={normalization!r}"
        )
    residual = architecture == "residual"
    if residual and dense_width:
        raise ValueError(
            "`dense_width` is that of the convolutional networks: the residual ones "
            f"see a whole image. Received: dense_width={dense_width!r}, "
            "architecture='residual'"
        )
    if residual and minibatch_stddev:
        raise ValueError(
            "`minibatch_stddev` is that of the convolutional networks. "
            f"Received: minibatch_stddev={minibatch_stddev!r}, architecture='residual'"
        )
    if filters is None:
        filters = 128 if residual else 64
    if generator is None:
        shape = needed(image_shape)
        generator = (
            residual_generator(shape, latent_dim, filters, categories)
            if residual
            else convolutional_generator(
                shape,
                latent_dim,
                filters,
                kernel_size,
                dense_width=dense_width,
                categories=categories,
            )
        )
    if discriminator is None:
        shape = needed(image_shape)
        discriminator = (
            residual_critic(shape, filters, normalization)
            if residual
            else convolutional_discriminator(
                shape,
                filters,
                kernel_size,
                normalization=normalization,
                dense_width=dense_width,
                minibatch_stddev=minibatch_stddev,
            )
        )
    defaults = {
        "optimizer": keras.optimizers.Adam(
            LEARNING_RATES[architecture],
            beta_1=0.0,  # algorithm 1, as beta_2
            beta_2=0.9,
        ),
        "loss": "wasserstein",
        "terms": [GradientPenalty(10.0)],
        "turns": Alternating(discriminator=5),
    }
    return GAN(
        generator,
        discriminator,
        latents_of(generator, latent_dim),
        **{"name": "wgan_gp", "defaults": defaults, **kwargs},
    )


def residual_generator(image_shape, latent_dim, filters, categories=0):
    """A dense layer, then one residual block of constant width for each doubling."""
    height, width, channels = image_shape
    check_positive(filters=filters, latent_dim=latent_dim)
    m = doublings(height, width)
    base = (height // 2**m, width // 2**m)
    latents = keras.Input((latent_dim,), name="latents")
    x = layers.LatentCategories(categories)(latents) if categories else latents
    x = keras.layers.Dense(base[0] * base[1] * filters)(x)
    x = keras.layers.Reshape((*base, filters))(x)
    for _ in range(m):
        residual = _convolution(filters)(_doubled(_activated(x, "batch")))
        residual = _convolution(filters)(_activated(residual, "batch"))
        x = keras.layers.Add()([_shortcut(filters)(_doubled(x)), residual])
    x = _shortcut(channels, 3)(_activated(x, "batch"))
    x = keras.layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(latents, x, name="generator")


def residual_critic(image_shape, filters, normalization):
    """Halving residual blocks, two plain ones, the mean over positions, a number."""
    height, width, _ = image_shape
    check_positive(filters=filters)
    images = keras.Input(image_shape, name="images")
    # The image itself is not activated, and halved before its cheap shortcut.
    residual = keras.layers.ReLU()(_convolution(filters)(images))
    residual = _halved(_convolution(filters)(residual))
    x = keras.layers.Add()([_shortcut(filters)(_halved(images)), residual])
    for _ in range(doublings(height, width) - 2):
        residual = _convolution(filters)(_activated(x, normalization))
        residual = _convolution(filters)(_activated(residual, normalization))
        shortcut = _halved(_shortcut(filters)(x))
        x = keras.layers.Add()([shortcut, _halved(residual)])
    for _ in range(2):
        residual = _convolution(filters)(_activated(x, normalization))
        residual = _convolution(filters)(_activated(residual, normalization))
        x = keras.layers.Add()([x, residual])
    features = keras.layers.GlobalAveragePooling2D()(keras.layers.ReLU()(x))
    logits = keras.layers.Dense(1, dtype="float32", name="logits")(features)
    outputs = {"logits": logits, "features": features}
    return keras.Model(images, outputs, name="discriminator")


def _activated(x, normalization):
    if normalization == "batch":
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
    if normalization == "layer":
        x = keras.layers.LayerNormalization(axis=(1, 2, 3))(x)
    return keras.layers.ReLU()(x)


def _convolution(filters):
    # The authors' "he_init": variance 4 / (fan_in + fan_out).
    initializer = keras.initializers.VarianceScaling(2.0, "fan_avg", "uniform")
    return layers.Conv2D(filters, 3, padding="same", kernel_initializer=initializer)


def _shortcut(filters, kernel_size=1):
    return layers.Conv2D(filters, kernel_size, padding="same")  # Glorot's initializer


def _doubled(x):
    return keras.layers.UpSampling2D(2, interpolation="nearest")(x)


def _halved(x):
    return keras.layers.AveragePooling2D(2)(x)
