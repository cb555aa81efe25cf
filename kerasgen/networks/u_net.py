"""From an image to one of its size, details passed by: the generator of pix2pix."""

import keras

from kerasgen import layers
from kerasgen.arguments import check_fractions, check_positive, plain_numbers
from kerasgen.networks.normalization import normalization_of
from kerasgen.networks.residual_translator import normal
from kerasgen.networks.sizes import check_image_shape

DEEPEST = 8  # halvings in the paper, of 256 pixels
NOISY = 3  # layers after the bottleneck with dropout


@plain_numbers
def u_net(
    image_shape,
    channels=None,
    filters=64,
    depth=None,
    dropout=0.5,
    normalization="affine_instance",
    name="generator",
):
    """Halvings, as many doublings, and a way past the middle at every size.

    In the paper's words, for 256 pixels, `C64-C128-C256-C512-C512-C512-C512-C512` and
    back `CD512-CD512-CD512-C512-C256-C128-C64`: 4x4 kernels of stride 2, LeakyReLU with
    slope 0.2 on the way down, ReLU on the way up, normalization but on the first and
    the innermost, dropout after the first three doublings, tanh at the end.

    Args:
        image_shape: `(height, width, channels)` of the input; height and width are
            multiples of `2**depth`.
        channels: Of the output; None for those of the input.
        filters: Of the first convolution; they double up to eight times as many.
        depth: Halvings; None for as many as both sides allow, at most 8.
        dropout: Rate of the dropout that stays at inference, in [0, 1).
        normalization: `"batch"`, `"affine_instance"` or `"instance"`, which has no
            weights.
        name: Of the network.

    Returns:
        A Keras model from images to images of the same height and width, in [-1, 1]. It
        draws noise whenever it is called, unless `dropout` is 0.

    Raises:
        ValueError: If an argument is out of range, or a side cannot be halved so often.

    Reference:
        Isola et al., 2017, arXiv:1611.07004, appendix 6.1.1; Ronneberger et al., 2015,
        arXiv:1505.04597.

    Differences:
        The innermost layer has no normalization, as in the authors' code: on a single
        pixel it would leave nothing. There are no biases before normalization.
    """
    shape = check_image_shape(image_shape)
    channels = shape[2] if channels is None else channels
    depth = most_halvings(shape) if depth is None else depth
    check_positive(filters=filters, channels=channels, depth=depth)
    check_fractions(dropout=dropout)
    check_halvings(shape, depth)
    normalized = normalization_of(normalization)
    widths = [filters * min(2**i, 8) for i in range(depth)]

    x = images = keras.Input(shape, name="images")
    skips = []
    for i, width in enumerate(widths):
        plain = i in (0, depth - 1)
        x = keras.layers.LeakyReLU(negative_slope=0.2)(x) if i else x
        x = layers.Conv2D(width, **_halving(use_bias=plain))(x)
        x = x if plain else normalized()(x)
        skips.append(x)
    skips.pop()  # the innermost has nothing to go past
    for i, width in enumerate(reversed(widths[:-1])):
        x = layers.Conv2DTranspose(width, **_halving(use_bias=False))(
            keras.layers.ReLU()(x)
        )
        x = normalized()(x)
        if i < NOISY and dropout:
            x = layers.PersistentDropout(dropout)(x)
        x = keras.layers.Concatenate()([x, skips.pop()])
    x = layers.Conv2DTranspose(channels, **_halving())(keras.layers.ReLU()(x))
    x = keras.layers.Activation("tanh", dtype="float32", name="translated")(x)
    return keras.Model(images, x, name=name)


def _halving(**arguments):
    """Arguments of a convolution to half the size, or of one to twice the size."""
    return {
        "kernel_size": 4,
        "strides": 2,
        "padding": "same",
        "kernel_initializer": normal(),
        **arguments,
    }


def most_halvings(shape):
    """How often both sides can be halved, at least once and at most eight times."""
    depth = DEEPEST
    while depth > 1 and any(side % 2**depth for side in shape[:2]):
        depth -= 1
    return depth


def check_halvings(shape, depth):
    """Refuses sides that are not multiples of `2**depth`, and names those nearest."""
    step = 2**depth
    for side, size in zip(("height", "width"), shape, strict=False):
        if size % step:
            near = [n for n in (size - size % step, size - size % step + step) if n]
            raise ValueError(
                f"A U-Net of depth {depth} needs sides that are multiples of {step}; "
                f"near sizes are {' and '.join(map(str, near))}. "
                f"Received: {side}={size}, depth={depth}"
            )
