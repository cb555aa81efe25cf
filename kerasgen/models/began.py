"""Boundary equilibrium GAN (Berthelot, Schumm and Metz, 2017)."""

import keras

from kerasgen import layers
from kerasgen.adversarial import GAN, makes_gan
from kerasgen.arguments import check_positive
from kerasgen.inputs import latents_of
from kerasgen.networks import doublings, needed


@makes_gan
def BEGAN(
    image_shape=None,
    latent_dim=64,
    filters=64,
    generator=None,
    discriminator=None,
    **kwargs,
):
    """Keeps an autoencoder's errors on real and on generated samples in a ratio.

    Discriminator `L(x) - k_t L(G(z))`, generator `L(G(z))`, where `L` is the mean
    absolute error of the discriminator's reconstruction, and `k_t`, in [0, 1], moves by
    `0.001 (gamma L(x) - L(G(z)))` in each step. `gamma`, the diversity ratio, is 0.5:
    `compile(loss=kerasgen.losses.BoundaryEquilibrium(gamma=0.3))` asks for sharper and
    less diverse samples. `fit` logs `k_t` and `convergence`,
    `L(x) + |gamma L(x) - L(G(z))|`, which falls as training converges.

    Args:
        image_shape: `(height, width, channels)` of the networks made here, sizes as
            for `DCGAN`; None where networks are given.
        latent_dim: Size of a latent, and of the autoencoder's hidden state.
        filters: Filters at the largest resolution, `n`: the encoder has that many more
            after each halving, decoder and generator have them throughout.
        generator: Keras model from latents to samples, instead.
        discriminator: Keras model from samples to a dictionary with
            `"reconstruction"`, instead.
        **kwargs: As for `kerasgen.models.GAN`.

    Returns:
        A `kerasgen.models.GAN`, not compiled.

    Raises:
        ValueError: If an argument is out of range, or networks do not fit.
        TypeError: If an argument is unknown: says which ones there are.

    Example:

    ```python
    model = kerasgen.models.BEGAN((28, 28, 1), filters=4)
    model.compile()
    images = np.zeros((32, 28, 28, 1), "uint8")
    history = model.fit(images, batch_size=16, verbose=0).history
    history["convergence"], history["k_t"]
    ```

    Reference:
        Berthelot et al., 2017, arXiv:1703.10717, sections 3.3 to 3.5 and 4.1, figure 1.

    Differences:
        The smallest feature map is twice as large as the base b of `image_shape`, 8x8
        for powers of two as in the paper. Both losses of a step take the same
        generated samples. The rate is constant; the paper halves it when `convergence`
        stalls: `keras.callbacks.ReduceLROnPlateau("convergence", 0.5)`. The paper's
        optional skip connections are left out. Figure 1 does not say which of two
        convolutions adds feature maps: here the one with stride 2 keeps their number
        and the next one raises it.
    """

    if generator is None:
        generator = _generator(needed(image_shape), latent_dim, filters)
    if discriminator is None:
        discriminator = _autoencoder(needed(image_shape), latent_dim, filters)
    defaults = {
        "optimizer": keras.optimizers.Adam(1e-4),  # section 4.1
        "loss": "began",
        "turns": "simultaneous",  # section 3.4
    }
    inputs = latents_of(generator, latent_dim, "uniform")
    return GAN(
        generator,
        discriminator,
        inputs,
        **{"name": "began", "defaults": defaults, **kwargs},
    )


def _generator(image_shape, latent_dim, filters):
    latents = keras.Input((latent_dim,), name="latents")
    images = _decoded(latents, image_shape, filters, "images")
    return keras.Model(latents, images, name="generator")


def _autoencoder(image_shape, latent_dim, filters):
    height, width, _ = image_shape
    check_positive(filters=filters, latent_dim=latent_dim)
    images = keras.Input(image_shape, name="images")
    x = _convolution(filters)(images)
    levels = doublings(height, width)
    for i in range(1, levels + 1):
        x = _convolution(i * filters)(_convolution(i * filters)(x))
        if i < levels:
            x = _convolution(i * filters, strides=2)(x)
    # To and from the hidden state without any non-linearity (section 3.5).
    hidden = keras.layers.Dense(latent_dim)(keras.layers.Flatten()(x))
    outputs = {
        "reconstruction": _decoded(hidden, image_shape, filters, "reconstruction"),
        "features": hidden,
    }
    return keras.Model(images, outputs, name="discriminator")


def _decoded(hidden, image_shape, filters, name):
    """Figure 1: two convolutions at each size, between them nearest neighbors."""
    height, width, channels = image_shape
    check_positive(filters=filters, latent_dim=hidden.shape[-1])
    levels = doublings(height, width)
    base = (height // 2 ** (levels - 1), width // 2 ** (levels - 1))
    x = keras.layers.Dense(base[0] * base[1] * filters)(hidden)
    x = keras.layers.Reshape((*base, filters))(x)
    for i in range(levels):
        if i:
            x = keras.layers.UpSampling2D(2, interpolation="nearest")(x)
        x = _convolution(filters)(_convolution(filters)(x))
    x = layers.Conv2D(channels, 3, padding="same")(x)
    return keras.layers.Activation("linear", dtype="float32", name=name)(x)


def _convolution(filters, strides=1):
    return layers.Conv2D(filters, 3, strides=strides, padding="same", activation="elu")
