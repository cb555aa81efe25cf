"""Energy-based GAN (Zhao, Mathieu and LeCun, 2017)."""

import math

import keras

from kerasgen import layers, losses
from kerasgen.adversarial import GAN, PullingAway, makes_gan
from kerasgen.arguments import check_positive
from kerasgen.inputs import latents_of
from kerasgen.networks import convolutional_generator, doublings, needed

REFERENCE = (20.0, 64 * 64 * 3)  # the paper's margin for CelebA, and values of an image


@makes_gan
def EBGAN(
    image_shape=None,
    latent_dim=100,
    filters=64,
    generator=None,
    discriminator=None,
    **kwargs,
):
    """A GAN whose discriminator is an autoencoder, and its error an energy.

    Discriminator `D(x) + max(0, margin - D(G(z)))`, generator `D(G(z)) + 0.1 f_PT`,
    where `D` is the Euclidean norm of the reconstruction's error and the pulling-away
    term `f_PT` the mean squared cosine between the codes of two generated samples. The
    margin is the paper's 20 for 64x64x3, and for other sizes in proportion to the norm:
    times the square root of the number of values of an image;
    `compile(loss=kerasgen.losses.EnergyMargin(margin))` takes another.

    Args:
        image_shape: `(height, width, channels)` of the networks made here, sizes as
            for `DCGAN`; None where networks are given.
        latent_dim: Size of a latent.
        filters: Filters at the largest resolution; they double with each halving.
        generator: Keras model from latents to samples, instead.
        discriminator: Keras model from samples to a dictionary with
            `"reconstruction"` and `"features"`, instead.
        **kwargs: As for `kerasgen.models.GAN`: `seed`, `name` ...

    Returns:
        A `kerasgen.models.GAN`, not compiled.

    Raises:
        ValueError: If no such network makes `image_shape`, or an argument is out of
            range.

    Example:

    ```python
    model = kerasgen.models.EBGAN((28, 28, 1), filters=4)
    model.compile()
    images = np.zeros((32, 28, 28, 1), "uint8")
    model.fit(images, batch_size=16, verbose=0)
    model.discriminator(images / 127.5 - 1.0)["reconstruction"]  # in [-1, 1]
    ```

    Reference:
        Zhao et al., 2017, arXiv:1609.03126, equations 1 to 3, section 2.4; autoencoder
        and margin of the appendix for CelebA, generator and training of DCGAN.

    Differences:
        The autoencoder halves three times as in the paper, or as often as `image_shape`
        allows. Its activations and norms, and the `tanh` of its output, are those of
        DCGAN, which the paper names as its guide without giving details. Margins for
        other sizes than the paper's are ours.
    """
    if generator is None:
        generator = convolutional_generator(needed(image_shape), latent_dim, filters)
    if discriminator is None:
        discriminator = _autoencoder(needed(image_shape), filters)
    margin, values = REFERENCE
    scale = math.sqrt(math.prod(generator.output_shape[1:]) / values)
    defaults = {
        "loss": losses.EnergyMargin(margin * scale),
        "terms": [PullingAway(0.1)],  # EBGAN-PT, section 4.1
    }
    inputs = latents_of(generator, latent_dim, "uniform")
    return GAN(
        generator,
        discriminator,
        inputs,
        **{"name": "ebgan", "defaults": defaults, **kwargs},
    )


def _autoencoder(image_shape, filters):
    """(64)4c2s-(128)4c2s-(256)4c2s, and back (128)4c2s-(64)4c2s-(3)4c2s."""
    height, width, channels = image_shape
    check_positive(filters=filters)
    widths = [filters * 2**i for i in range(min(3, doublings(height, width)))]
    images = keras.Input(image_shape, name="images")
    x = layers.Conv2D(filters, **{**_convolution(), "use_bias": True})(images)
    x = keras.layers.LeakyReLU(negative_slope=0.2)(x)
    for filters in widths[1:]:
        x = _batch_norm()(layers.Conv2D(filters, **_convolution())(x))
        x = keras.layers.LeakyReLU(negative_slope=0.2)(x)
    features = keras.layers.Flatten(dtype="float32")(x)
    for filters in reversed(widths[:-1]):
        x = _batch_norm()(layers.Conv2DTranspose(filters, **_convolution())(x))
        x = keras.layers.ReLU()(x)
    x = layers.Conv2DTranspose(channels, **{**_convolution(), "use_bias": True})(x)
    x = keras.layers.Activation("tanh", dtype="float32", name="reconstruction")(x)
    outputs = {"reconstruction": x, "features": features}
    return keras.Model(images, outputs, name="discriminator")


def _convolution():
    return {
        "kernel_size": 4,
        "strides": 2,
        "padding": "same",
        "use_bias": False,  # batch norm follows and has its own
        "kernel_initializer": keras.initializers.RandomNormal(0.0, 0.02),
    }


def _batch_norm():
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
