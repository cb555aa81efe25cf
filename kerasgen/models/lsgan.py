"""Least squares GAN (Mao et al., 2017)."""

import keras

from kerasgen import layers
from kerasgen.adversarial import GAN, makes_gan
from kerasgen.arguments import check_positive
from kerasgen.inputs import latents_of
from kerasgen.networks import convolutional_discriminator, doublings, needed


@makes_gan
def LSGAN(
    image_shape=None,
    latent_dim=1024,
    filters=64,
    generator=None,
    discriminator=None,
    **kwargs,
):
    """Both players regress the discriminator's output on a number.

    Discriminator `(D(x) - 1)^2 / 2 + D(G(z))^2 / 2`, generator `(D(G(z)) - 1)^2 / 2`;
    `compile(loss=kerasgen.losses.get("least_squares", a=-1, b=1, c=0))` is the other
    coding of the paper, equation 8.

    Args:
        image_shape: `(height, width, channels)` of the networks made here, sizes as
            for `DCGAN`; None where networks are given.
        latent_dim: Size of a latent.
        filters: Filters at the largest resolution; they double with each halving, in
            the generator up to four times as many.
        generator: Keras model from latents to samples, instead.
        discriminator: Keras model from samples to logits, instead.
        **kwargs: As for `kerasgen.models.GAN`.

    Returns:
        A `kerasgen.models.GAN`, not compiled.

    Raises:
        ValueError: If an argument is out of range, or networks do not fit.
        TypeError: If an argument is unknown: says which ones there are.

    Example:

    ```python
    model = kerasgen.models.LSGAN((28, 28, 1), latent_dim=64, filters=4)
    model.compile()
    model.fit(np.zeros((32, 28, 28, 1), "uint8"), batch_size=16, verbose=0)
    ```

    Reference:
        Mao et al., 2017, arXiv:1611.04076, equation 9; networks of figure 3 for
        112x112. Size and distribution of the latent, the discriminator's kernels and
        the numbers of Adam are those of the authors' code for LSUN.

    Differences:
        At 112x112, and any size of four doublings, the networks are the paper's; with
        fewer doublings the generator's wide layers at the smallest sizes are left out,
        with more, more of them are added.
    """

    if generator is None:
        generator = _generator(needed(image_shape), latent_dim, filters)
    if discriminator is None:
        discriminator = convolutional_discriminator(
            needed(image_shape), filters, kernel_size=5
        )
    defaults = {
        "optimizer": keras.optimizers.Adam(1e-3, beta_1=0.5),
        "loss": "least_squares",
    }
    inputs = latents_of(generator, latent_dim, "uniform")
    return GAN(
        generator,
        discriminator,
        inputs,
        **{"name": "lsgan", "defaults": defaults, **kwargs},
    )


def _generator(image_shape, latent_dim, filters):
    """Figure 3: 3x3 kernels; where layers are widest, two for each doubling."""
    height, width, channels = image_shape
    check_positive(filters=filters, latent_dim=latent_dim)
    m = doublings(height, width)
    base = (height // 2**m, width // 2**m)
    widths = [filters * min(2**i, 4) for i in range(m + 1)]
    latents = keras.Input((latent_dim,), name="latents")
    x = keras.layers.Dense(
        base[0] * base[1] * widths[-1], use_bias=False, kernel_initializer=_normal()
    )(latents)
    x = _rectified(keras.layers.Reshape((*base, widths[-1]))(x))
    for filters in reversed(widths[:-1]):
        x = layers.Conv2DTranspose(filters, strides=2, **_convolution())(x)
        x = _rectified(x)
        if filters == 4 * widths[0]:
            # A transposed convolution of stride 1 is a convolution.
            x = _rectified(layers.Conv2D(filters, **_convolution())(x))
    x = layers.Conv2D(channels, **{**_convolution(), "use_bias": True})(x)
    x = keras.layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(latents, x, name="generator")


def _convolution():
    return {
        "kernel_size": 3,
        "padding": "same",
        "use_bias": False,  # batch norm follows and has its own
        "kernel_initializer": _normal(),
    }


def _rectified(x):
    return keras.layers.ReLU()(layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x))


def _normal():
    return keras.initializers.RandomNormal(0.0, 0.02)
