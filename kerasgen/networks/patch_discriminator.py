"""A judge of patches rather than of whole images: PatchGAN."""

import keras

from kerasgen import layers
from kerasgen.arguments import check_counts, check_positive, plain_numbers
from kerasgen.networks.normalization import normalization_of
from kerasgen.networks.residual_translator import normal
from kerasgen.networks.sizes import check_image_shape


@plain_numbers
def patch_discriminator(
    image_shape,
    filters=64,
    halvings=3,
    name="discriminator",
    normalization="instance",
):
    """A logit for each patch of an image, by convolutions alone.

    `C64-C128-C256-C512` in the paper's words: 4x4 kernels, LeakyReLU with slope 0.2,
    normalization but on the first; all halve the image but the last, and one more
    convolution gives the logits. Without any halving all kernels are 1x1.

    Args:
        image_shape: `(height, width, channels)`.
        filters: Of the first convolution; they double up to eight times as many.
        halvings: Convolutions of stride 2. A logit sees 70x70 pixels with 3, 34x34
            with 2, 16x16 with 1, 142x142 with 4, 286x286 with 5, and a single pixel
            with 0.
        name: Of the network.
        normalization: `"instance"`, without weights, `"affine_instance"` or `"batch"`.

    Returns:
        A Keras model from images to logits `(batch, h, w, 1)`, with h and w 2 less than
        the size after all halvings; without any, those of the images.

    Raises:
        ValueError: If an argument is out of range, or the image too small.

    Reference:
        Isola et al., 2017, arXiv:1611.07004, section 3.2.2 and appendix 6.1.2; with
        instance normalization Zhu et al., 2017, arXiv:1703.10593, appendix 7.2.

    Differences:
        There are no biases, which normalization would cancel.
    """
    shape = check_image_shape(image_shape)
    check_positive(filters=filters)
    check_counts(halvings=halvings)
    _check_size(shape, halvings)
    normalized = normalization_of(normalization)
    x = images = keras.Input(shape, name="images")
    # (filters, stride): all halve but the last; of single pixels there are two.
    plan = [(filters * min(2**i, 8), 2) for i in range(halvings)]
    plan += [(filters * min(2**halvings, 8), 1)] if halvings else []
    plan = plan or [(filters, 1), (2 * filters, 1)]
    size = 4 if halvings else 1
    for i, (width, stride) in enumerate(plan):
        # Normalization takes a mean away, and a bias with it.
        x = _convolution(x, width, size, stride, use_bias=i == 0)
        x = normalized()(x) if i else x
        x = keras.layers.LeakyReLU(negative_slope=0.2)(x)
    x = _convolution(x, 1, size, 1, dtype="float32", name="logits")
    return keras.Model(images, x, name=name)


def _convolution(x, filters, size, stride, **arguments):
    """One that halves, or one of a pixel of padding that a 4x4 kernel makes smaller."""
    if stride == 1 and size > 1:
        x = keras.layers.ZeroPadding2D(1)(x)
    return layers.Conv2D(
        filters,
        size,
        strides=stride,
        padding="same" if stride > 1 else "valid",
        kernel_initializer=normal(),
        **arguments,
    )(x)


def _check_size(shape, halvings):
    if not halvings:
        return
    smallest = 2**halvings * 2 + 1  # three pixels are left for the last two kernels
    for name, size in zip(("height", "width"), shape, strict=False):
        if size < smallest:
            raise ValueError(
                f"With {halvings} halvings height and width must be at least "
                f"{smallest}: fewer see smaller patches. "
                f"Received: {name}={size}, halvings={halvings}"
            )
