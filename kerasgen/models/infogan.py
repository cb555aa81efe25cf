"""Information maximizing GAN (Chen et al., 2016)."""

import keras

from kerasgen import layers
from kerasgen.adversarial import GAN, MutualInformation, makes_gan
from kerasgen.inputs import Codes, latents_of
from kerasgen.networks import doublings, needed


@makes_gan
def InfoGAN(
    image_shape=None,
    categorical=(10,),
    continuous=2,
    latent_dim=62,
    filters=64,
    dense_width=1024,
    generator=None,
    discriminator=None,
    **kwargs,
):
    """Part of the latent is a code that the discriminator's body can read back.

    `min_{G,Q} max_D V(D, G) - lambda L_I(G, Q)`, where `L_I`, the expected
    log-likelihood of the code under `Q(c|x)`, bounds the mutual information between
    code and sample from below, but for the code's constant entropy. No labels are
    needed.

    Args:
        image_shape: `(height, width, channels)` of the networks made here, sizes as
            for `DCGAN`; None where networks are given.
        categorical: Number of categories of each categorical code.
        continuous: Number of continuous codes, each uniform on [-1, 1].
        latent_dim: Size of the rest of the latent, the noise.
        filters: Filters at the largest resolution; they double with each halving.
        dense_width: Units of the dense layer between convolutions and vectors.
        generator: Keras model from `(noise, codes)` to samples, instead.
        discriminator: Keras model from samples to a dictionary of `"logits"` and
            `"codes"`, what Q says: logits for each category, then the mean of each
            continuous code, instead.
        **kwargs: As for `kerasgen.models.GAN`.

    Returns:
        A `kerasgen.models.GAN`, not compiled.

    Raises:
        ValueError: If an argument is out of range, or networks do not fit.
        TypeError: If an argument is unknown: says which ones there are.

    Example:

    ```python
    model = kerasgen.models.InfoGAN((28, 28, 1), filters=8, dense_width=32)
    model.compile()
    model.fit(np.zeros((32, 28, 28, 1), "uint8"), batch_size=16, verbose=0)
    # Category 3 and two continuous codes for each of two samples.
    model.generate(codes=[[3, 0.0, -1.0], [3, 0.0, 1.0]]).shape  # (2, 28, 28, 1)
    ```

    Reference:
        Chen et al., 2016, arXiv:1606.03657, equations 5 and 6; networks and numbers of
        appendix C.1.

    Differences:
        Q's density of a continuous code has a fixed standard deviation of one. Both
        players improve `L_I`, since Q shares the discriminator's body.
    """

    codes = Codes(categorical, continuous)
    if generator is None:
        generator = _generator(
            needed(image_shape), latent_dim, codes.size, filters, dense_width
        )
    if discriminator is None:
        discriminator = _discriminator(
            needed(image_shape), codes.size, filters, dense_width
        )
    defaults = {
        "optimizer": {
            "discriminator": keras.optimizers.Adam(2e-4, beta_1=0.5),
            "generator": keras.optimizers.Adam(1e-3, beta_1=0.5),
        },
        "terms": [MutualInformation()],
    }
    return GAN(
        generator,
        discriminator,
        (latents_of(generator, latent_dim), codes),
        **{"name": "infogan", "defaults": defaults, **kwargs},
    )


def _generator(image_shape, latent_dim, code_dim, filters, dense_width):
    """Appendix C.1, table 1, right column."""
    height, width, channels = image_shape
    m = doublings(height, width)
    base = (height // 2**m, width // 2**m)
    noise = keras.Input((latent_dim,), name="latents")
    codes = keras.Input((code_dim,), name="condition")
    x = keras.layers.Concatenate()([noise, codes])
    x = _rectified(keras.layers.Dense(dense_width, use_bias=False)(x))
    top = filters * 2 ** (m - 1)
    x = _rectified(keras.layers.Dense(base[0] * base[1] * top, use_bias=False)(x))
    x = keras.layers.Reshape((*base, top))(x)
    for i in reversed(range(m - 1)):
        x = layers.Conv2DTranspose(
            filters * 2**i, 4, strides=2, padding="same", use_bias=False
        )(x)
        x = _rectified(x)
    x = layers.Conv2DTranspose(channels, 4, strides=2, padding="same")(x)
    x = keras.layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model((noise, codes), x, name="generator")


def _discriminator(image_shape, code_dim, filters, dense_width):
    """Appendix C.1, table 1, left column; D and Q share all but the last layers."""
    height, width, _ = image_shape
    images = keras.Input(image_shape, name="images")
    x = layers.Conv2D(filters, 4, strides=2, padding="same")(images)
    x = keras.layers.LeakyReLU(negative_slope=0.1)(x)
    for i in range(1, doublings(height, width)):
        x = layers.Conv2D(filters * 2**i, 4, strides=2, padding="same", use_bias=False)(
            x
        )
        x = _leaky(x)
    x = keras.layers.Flatten()(x)
    features = _leaky(keras.layers.Dense(dense_width, use_bias=False)(x))
    logits = keras.layers.Dense(1, dtype="float32", name="logits")(features)
    hidden = _leaky(keras.layers.Dense(128, use_bias=False)(features))
    codes = keras.layers.Dense(code_dim, dtype="float32", name="codes")(hidden)
    outputs = {"logits": logits, "codes": codes, "features": features}
    return keras.Model(images, outputs, name="discriminator")


def _rectified(x):
    return keras.layers.ReLU()(_batch_norm()(x))


def _leaky(x):
    return keras.layers.LeakyReLU(negative_slope=0.1)(_batch_norm()(x))


def _batch_norm():
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
