"""The network of 2015-12-05 that IS and FID are defined with."""

import functools

import keras
import numpy as np

from kerasgen.layers import Conv2D

CLASSES = 1008

# Numbers must not change with what the user has set for training.
_FIXED = {"dtype": "float32", "data_format": "channels_last"}


def _zeros(shape, dtype=None):
    """On the host, where no backend compiles an initializer for each shape."""
    return np.zeros(shape, dtype)


def inception_network():
    """The Inception-v3 of TensorFlow's `inception-2015-12-05.tgz`, without its input.

    Batch normalization is part of the convolutions: with fixed statistics it only
    scales a kernel and gives it a bias.

    All weights are zero: whoever builds it fills it.

    Returns:
        A Keras model from float images `(batch, 299, 299, 3)` in [-1, 1) to
        `{"pool3": (batch, 2048), "logits": (batch, 1008)}`, the logits without bias.
        Its layers have the names of the published weights, with hyphens for the dots
        that PyTorch refuses; each block ends in a layer of the block's name.

    Reference:
        Szegedy et al., 2015, arXiv:1512.00567, table 1 and figures 5 to 7, 10.

    Differences:
        Those of the network of that day: pooling by average counts no padding, and
        the last block pools by maximum.
    """
    images = keras.Input((299, 299, 3), dtype="float32", name="images")
    x = _stem(images)
    for name, features in (("5b", 32), ("5c", 64), ("5d", 64)):
        x = _mixed_35(x, f"Mixed_{name}", features)
    x = _reduce_35(x, "Mixed_6a")
    for name, width in (("6b", 128), ("6c", 160), ("6d", 160), ("6e", 192)):
        x = _mixed_17(x, f"Mixed_{name}", width)
    x = _reduce_17(x, "Mixed_7a")
    x = _mixed_8(x, "Mixed_7b", keras.layers.AveragePooling2D)
    x = _mixed_8(x, "Mixed_7c", keras.layers.MaxPooling2D)
    pool3 = keras.layers.GlobalAveragePooling2D(name="pool3", **_FIXED)(x)
    logits = keras.layers.Dense(
        CLASSES, use_bias=False, kernel_initializer=_zeros, dtype="float32", name="fc"
    )(pool3)
    return keras.Model(images, {"pool3": pool3, "logits": logits}, name="network")


def _stem(x):
    x = _conv(x, "Conv2d_1a_3x3", 32, 3, strides=2, padding="valid")
    x = _conv(x, "Conv2d_2a_3x3", 32, 3, padding="valid")
    x = _conv(x, "Conv2d_2b_3x3", 64, 3)
    x = _halve(x, "maxpool1")
    x = _conv(x, "Conv2d_3b_1x1", 80, 1, padding="valid")
    x = _conv(x, "Conv2d_4a_3x3", 192, 3, padding="valid")
    return _halve(x, "maxpool2")


def _mixed_35(x, block, features):
    """Figure 5: on 35x35 pixels."""
    path = functools.partial(_path, x, block)
    return _join(
        block,
        path(("branch1x1", 64, 1)),
        path(("branch5x5_1", 48, 1), ("branch5x5_2", 64, 5)),
        path(
            ("branch3x3dbl_1", 64, 1),
            ("branch3x3dbl_2", 96, 3),
            ("branch3x3dbl_3", 96, 3),
        ),
        _pooled(x, block, features, keras.layers.AveragePooling2D),
    )


def _reduce_35(x, block):
    """Figure 10: from 35x35 pixels to 17x17."""
    double = _path(x, block, ("branch3x3dbl_1", 64, 1), ("branch3x3dbl_2", 96, 3))
    return _join(
        block,
        _conv(x, f"{block}-branch3x3", 384, 3, strides=2, padding="valid"),
        _conv(double, f"{block}-branch3x3dbl_3", 96, 3, strides=2, padding="valid"),
        _halve(x, f"{block}-pool"),
    )


def _mixed_17(x, block, width):
    """Figure 6: on 17x17 pixels, 7x7 convolutions as rows and columns."""
    path = functools.partial(_path, x, block)
    return _join(
        block,
        path(("branch1x1", 192, 1)),
        path(
            ("branch7x7_1", width, 1),
            ("branch7x7_2", width, (1, 7)),
            ("branch7x7_3", 192, (7, 1)),
        ),
        path(
            ("branch7x7dbl_1", width, 1),
            ("branch7x7dbl_2", width, (7, 1)),
            ("branch7x7dbl_3", width, (1, 7)),
            ("branch7x7dbl_4", width, (7, 1)),
            ("branch7x7dbl_5", 192, (1, 7)),
        ),
        _pooled(x, block, 192, keras.layers.AveragePooling2D),
    )


def _reduce_17(x, block):
    """From 17x17 pixels to 8x8."""
    three = _path(x, block, ("branch3x3_1", 192, 1))
    seven = _path(
        x,
        block,
        ("branch7x7x3_1", 192, 1),
        ("branch7x7x3_2", 192, (1, 7)),
        ("branch7x7x3_3", 192, (7, 1)),
    )
    return _join(
        block,
        _conv(three, f"{block}-branch3x3_2", 320, 3, strides=2, padding="valid"),
        _conv(seven, f"{block}-branch7x7x3_4", 192, 3, strides=2, padding="valid"),
        _halve(x, f"{block}-pool"),
    )


def _mixed_8(x, block, pooling):
    """Figure 7: on 8x8 pixels, where two paths fork into a row and a column."""
    three = _path(x, block, ("branch3x3_1", 384, 1))
    double = _path(x, block, ("branch3x3dbl_1", 448, 1), ("branch3x3dbl_2", 384, 3))
    return _join(
        block,
        _path(x, block, ("branch1x1", 320, 1)),
        _path(three, block, ("branch3x3_2a", 384, (1, 3))),
        _path(three, block, ("branch3x3_2b", 384, (3, 1))),
        _path(double, block, ("branch3x3dbl_3a", 384, (1, 3))),
        _path(double, block, ("branch3x3dbl_3b", 384, (3, 1))),
        _pooled(x, block, 192, pooling),
    )


def _conv(x, name, filters, kernel_size, strides=1, padding="same"):
    return Conv2D(
        filters,
        kernel_size,
        strides=strides,
        padding=padding,
        activation="relu",
        kernel_initializer=_zeros,
        bias_initializer=_zeros,
        name=name,
        **_FIXED,
    )(x)


def _path(x, block, *convolutions):
    """Convolutions `(name, filters, kernel size)` one after the other."""
    for name, filters, kernel_size in convolutions:
        x = _conv(x, f"{block}-{name}", filters, kernel_size)
    return x


def _pooled(x, block, filters, pooling):
    x = pooling(3, 1, padding="same", name=f"{block}-pool", **_FIXED)(x)
    return _conv(x, f"{block}-branch_pool", filters, 1)


def _halve(x, name):
    return keras.layers.MaxPooling2D(3, 2, padding="valid", name=name, **_FIXED)(x)


def _join(name, *paths):
    return keras.layers.Concatenate(axis=-1, dtype="float32", name=name)(list(paths))
