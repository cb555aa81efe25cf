"""A judge of patches rather than of whole images: PatchGAN."""

import keras

from kerasgen import layers
from kerasgen.arguments import check_positive, plain_numbers
from kerasgen.networks.residual_translator import instance_norm, normal
from kerasgen.networks.sizes import check_image_shape


@plain_numbers
def patch_discriminator(image_shape, filters=64, halvings=3, name="discriminator"):
    """A logit for each patch of an image, by convolutions alone.

    `C64-C128-C256-C512` in the paper's words: 4x4 kernels, LeakyReLU with slope 0.2,
    instance normalization but on the first; all halve the image but the last, and one
    more convolution gives the logits.

    Args:
        image_shape: `(height, width, channels)`.
        filters: Of the first convolution; they double up to eight times as many.
        halvings: Convolutions of stride 2, at least 1. A logit sees 70x70 pixels with
            3, 34x34 with 2, 16x16 with 1 and 142x142 with 4.
        name: Of the network.

    Returns:
        A Keras model from images to logits `(batch, h, w, 1)`, with h and w 2 less than
        the size after all halvings.

    Raises:
        ValueError: If an argument is out of range, or the image too small.

    Reference:
        Isola et al., 2017, arXiv:1611.07004, section 3.2.2 and appendix 6.1.2; with
        instance normalization Zhu et al., 2017, arXiv:1703.10593, appendix 7.2.

    Differences:
        There are no biases, which instance normalization would cancel.
    """
    shape = check_image_shape(image_shape)
    check_positive(filters=filters, halvings=halvings)
    _check_size(shape, halvings)
    x = images = keras.Input(shape, name="images")
    widths = [filters * min(2**i, 8) for i in range(halvings + 1)]
    for i, width in enumerate(widths):
        last = i == halvings
        if last:
            x = keras.layers.ZeroPadding2D(1)(x)
        x = layers.Conv2D(
            width,
            4,
            strides=1 if last else 2,
            padding="valid" if last else "same",
            use_bias=i == 0,  # instance norm takes a mean away
            kernel_initializer=normal(),
        )(x)
        x = instance_norm()(x) if i else x
        x = keras.layers.LeakyReLU(negative_slope=0.2)(x)
    x = keras.layers.ZeroPadding2D(1)(x)
    x = layers.Conv2D(
        1,
        4,
        padding="valid",
        kernel_initializer=normal(),
        dtype="float32",
        name="logits",
    )(x)
    return keras.Model(images, x, name=name)


def _check_size(shape, halvings):
    smallest = 2**halvings * 2 + 1  # three pixels are left for the last two kernels
    for name, size in zip(("height", "width"), shape, strict=False):
        if size < smallest:
            raise ValueError(
                f"With {halvings} halvings height and width must be at least "
                f"{smallest}: fewer see smaller patches. "
                f"Received: {name}={size}, halvings={halvings}"
            )
