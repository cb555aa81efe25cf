"""From an image to one of the same size: the generator of CycleGAN."""

import keras

from kerasgen import layers
from kerasgen.arguments import check_positive, plain_numbers
from kerasgen.networks.normalization import instance_norm
from kerasgen.networks.sizes import check_image_shape


@plain_numbers
def residual_translator(
    image_shape, channels=None, filters=64, blocks=6, name="generator"
):
    """Two halvings, residual blocks, two doublings.

    `c7s1-64, d128, d256, R256 x blocks, u128, u64, c7s1-3` in the paper's words, with
    instance normalization and ReLU after each convolution but the last, which has tanh;
    images are padded by reflection.

    Args:
        image_shape: `(height, width, channels)` of the input; height and width are
            multiples of 4.
        channels: Of the output; None for those of the input.
        filters: Filters at full resolution; they double with each halving.
        blocks: Residual blocks, at least 1.
        name: Of the network.

    Returns:
        A Keras model from images to images of the same height and width, in [-1, 1].

    Raises:
        ValueError: If an argument is out of range.

    Reference:
        Zhu et al., 2017, arXiv:1703.10593, appendix 7.2, after Johnson et al., 2016,
        arXiv:1603.08155.

    Differences:
        There are no biases, which instance normalization would cancel.
    """
    shape = check_image_shape(image_shape)
    check_positive(filters=filters, blocks=blocks)
    channels = shape[2] if channels is None else channels
    check_positive(channels=channels)
    _check_size(shape)
    x = images = keras.Input(shape, name="images")
    x = _padded_convolution(x, filters, 7)
    x = _rectified(x)
    for width in (2 * filters, 4 * filters):
        x = layers.Conv2D(width, 3, strides=2, padding="same", **_unbiased())(x)
        x = _rectified(x)
    for _ in range(blocks):
        x = _residual_block(x)
    for width in (2 * filters, filters):
        x = layers.Conv2DTranspose(width, 3, strides=2, padding="same", **_unbiased())(
            x
        )
        x = _rectified(x)
    x = _padded_convolution(x, channels, 7, use_bias=True)
    x = keras.layers.Activation("tanh", dtype="float32", name="translated")(x)
    return keras.Model(images, x, name=name)


def _residual_block(x):
    """`x + f(x)`, without ReLU after the sum."""
    width = x.shape[-1]
    y = _rectified(_padded_convolution(x, width, 3))
    y = instance_norm()(_padded_convolution(y, width, 3))
    return keras.layers.Add()([x, y])


def _padded_convolution(x, filters, kernel_size, use_bias=False):
    x = layers.ReflectionPadding2D(kernel_size // 2)(x)
    arguments = {**_unbiased(), "use_bias": use_bias}
    return layers.Conv2D(filters, kernel_size, padding="valid", **arguments)(x)


def _rectified(x):
    return keras.layers.ReLU()(instance_norm()(x))


def _unbiased():
    return {"use_bias": False, "kernel_initializer": normal()}


def normal():
    """N(0, 0.02), appendix 7.1."""
    return keras.initializers.RandomNormal(0.0, 0.02)


def _check_size(shape):
    for name, size in zip(("height", "width"), shape, strict=False):
        if size % 4 or size < 8:
            below = max(size - size % 4, 8)
            raise ValueError(
                "Height and width must be multiples of 4, at least 8, to be halved "
                f"and doubled twice; near sizes are {below} and {below + 4}. "
                f"Received: {name}={size}"
            )
