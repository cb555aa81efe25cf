"""Deep convolutional GAN (Radford, Metz and Chintala, 2015)."""

import keras

from kerasgen import layers
from kerasgen.models.gan import GAN


def DCGAN(
    image_shape,
    latent_dim=100,
    filters=64,
    kernel_size=4,
    latent_distribution="uniform",
    **kwargs,
):
    """A GAN of strided convolutions, in any size `b * 2**m` with b from 4 to 7.

    Args:
        image_shape: `(height, width, channels)`; height and width are each
            `b * 2**m`, with b in 4, 5, 6, 7 and the same m of at least 1, such as
            28 = 7 * 4, 64 = 4 * 16 or 96 x 64 = 6 * 16 x 4 * 16.
        latent_dim: Size of a latent, z in the paper.
        filters: Filters at the largest resolution; they double with each halving.
        kernel_size: Of all convolutions, at least 2.
        latent_distribution: `"uniform"` on [-1, 1] as in the paper, or `"normal"`.
        **kwargs: Further arguments of `kerasgen.models.GAN`: `loss`, `average`,
            `discriminator_steps`, `seed` ...

    Returns:
        A `kerasgen.models.GAN`, not compiled.

    Raises:
        ValueError: If no such network makes `image_shape` (the nearest sizes are
            named), or an argument is out of range.

    Example:

    ```python
    model = kerasgen.models.DCGAN(image_shape=(28, 28, 1), filters=8)
    model.compile()
    images = np.zeros((32, 28, 28, 1), "uint8")
    model.fit(images, batch_size=16, epochs=1, verbose=0)
    ```

    Reference:
        Radford et al., 2015, arXiv:1511.06434, section 3 and figure 1; numbers of
        section 4.

    Differences:
        Half the paper's width and 4x4 kernels, which tile without checkerboard, as in
        most later work: `filters=128, kernel_size=5` is the paper's network. The
        discriminator's width is not in the paper; here it mirrors the generator's.
    """
    height, width, channels = _check_image_shape(image_shape)
    _check_positive(latent_dim=latent_dim, filters=filters)
    if not isinstance(kernel_size, int) or kernel_size < 2:
        raise ValueError(
            "`kernel_size` must be an integer of at least 2, the stride. "
            f"Received: kernel_size={kernel_size}"
        )
    doublings = _doublings(height, width)
    base = (height // 2**doublings, width // 2**doublings)
    widths = [filters * 2**i for i in range(doublings)]
    kwargs.setdefault("name", "dcgan")
    return GAN(
        _generator(base, channels, latent_dim, widths, kernel_size),
        _discriminator((height, width, channels), widths, kernel_size),
        latent_dim=latent_dim,
        latent_distribution=latent_distribution,
        **kwargs,
    )


def _generator(base, channels, latent_dim, widths, kernel_size):
    """Figure 1: project and reshape, then transposed convolutions of stride 2."""
    z = keras.Input((latent_dim,), name="latents")
    top = widths[-1]
    x = keras.layers.Dense(
        base[0] * base[1] * top, use_bias=False, kernel_initializer=_normal()
    )(z)
    x = keras.layers.Reshape((*base, top))(x)
    x = keras.layers.ReLU()(_batch_norm()(x))
    for width in reversed(widths[:-1]):
        x = layers.Conv2DTranspose(width, **_convolution(kernel_size))(x)
        x = keras.layers.ReLU()(_batch_norm()(x))
    # No batch norm on the output layer (section 3).
    x = layers.Conv2DTranspose(
        channels, **{**_convolution(kernel_size), "use_bias": True}
    )(x)
    x = keras.layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(z, x, name="generator")


def _discriminator(image_shape, widths, kernel_size):
    """Section 3: strided convolutions and LeakyReLU, no batch norm on the input."""
    images = keras.Input(image_shape, name="images")
    x = layers.Conv2D(widths[0], **{**_convolution(kernel_size), "use_bias": True})(
        images
    )
    x = keras.layers.LeakyReLU(negative_slope=0.2)(x)
    for width in widths[1:]:
        x = layers.Conv2D(width, **_convolution(kernel_size))(x)
        x = keras.layers.LeakyReLU(negative_slope=0.2)(_batch_norm()(x))
    x = keras.layers.Flatten()(x)
    logits = keras.layers.Dense(
        1, kernel_initializer=_normal(), dtype="float32", name="logits"
    )(x)
    return keras.Model(images, logits, name="discriminator")


def _convolution(kernel_size):
    return {
        "kernel_size": kernel_size,
        "strides": 2,
        "padding": "same",
        "use_bias": False,  # batch norm follows and has its own
        "kernel_initializer": _normal(),
    }


def _batch_norm():
    return layers.BatchNormalization(
        momentum=0.9,  # the usual 0.1 of the other convention
        epsilon=1e-5,
        gamma_initializer=keras.initializers.RandomNormal(1.0, 0.02),
    )


def _normal():
    return keras.initializers.RandomNormal(0.0, 0.02)  # section 4


def _check_image_shape(image_shape):
    shape = tuple(image_shape)
    if len(shape) != 3 or not all(isinstance(n, int) and n > 0 for n in shape):
        raise ValueError(
            "`image_shape` must be (height, width, channels), positive integers. "
            f"Received: image_shape={image_shape}"
        )
    return shape


def _check_positive(**sizes):
    for name, size in sizes.items():
        if not isinstance(size, int) or size < 1:
            raise ValueError(
                f"`{name}` must be a positive integer. Received: {name}={size}"
            )


def _doublings(height, width):
    """m, the number of times the image is halved until 4 to 7 pixels are left."""
    for m in range(1, 12):
        if all(n % 2**m == 0 and 4 <= n // 2**m <= 7 for n in (height, width)):
            return m
    sizes = sorted(b * 2**m for b in (4, 5, 6, 7) for m in range(1, 9))
    near = sorted(sizes, key=lambda n: abs(n - max(height, width)))[:3]
    raise ValueError(
        "Height and width must be b * 2**m with b in 4, 5, 6, 7 and the same m; near "
        f"sizes are {', '.join(map(str, sorted(near)))}. "
        f"Received: height={height}, width={width}"
    )
