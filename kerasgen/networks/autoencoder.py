"""Encoders from samples to vectors, and decoders back, dense or convolutional.

An encoder gives a dictionary of vectors by their `heads`, `{name: size}`, a decoder one
of arrays by its `outputs`, `{name: shape}`: all of them linear, float32. With a
`condition_dim` both take a tuple, and a vector such as one-hot labels comes second.
"""

import functools
import math

import keras

from kerasgen import layers
from kerasgen.arguments import check_one_of, check_positive, plain_numbers
from kerasgen.kinds import Images
from kerasgen.networks.sizes import check_image_shape, doublings

KERNEL = 4  # Higgins et al., 2017, table 1: 4x4, stride 2

ARCHITECTURES = ("convolutional", "mlp")


@plain_numbers
def autoencoder_networks(
    architecture,
    kind,
    filters=32,
    units=None,
    condition_dim=0,
    activation=None,
    batch_normalization=False,
):
    """What makes encoders and decoders of one architecture.

    Args:
        architecture: `"convolutional"`, for images, `"mlp"`, for samples of any shape,
            or None for the first where it can be.
        kind: The `kerasgen.kinds.Kind` of the samples.
        filters: Of the convolutions, at the largest resolution.
        units: Of each hidden dense layer, one number or several, from the samples to
            the latents; None for 256 beside convolutions, else 500.
        condition_dim: Size of a condition; 0 takes none.
        activation: Of the hidden layers; None for ReLU beside convolutions, else tanh.
        batch_normalization: Whether convolutions are normalized.

    Returns:
        `{"encoder": function, "decoder": function}`: the first of the shape of a sample
        and `heads`, the second of the size of a latent and `outputs`.

    Raises:
        ValueError: If there is no such architecture for the kind.
    """
    check_one_of((*ARCHITECTURES, None), architecture=architecture)
    images = isinstance(kind, Images)
    if architecture == "convolutional" and not images:
        raise ValueError(
            f"The convolutional networks are for images; {type(kind).__name__} go "
            "through architecture='mlp' or your own `encoder` and `decoder`. "
            "Received: architecture='convolutional'"
        )
    sizes = {"condition_dim": condition_dim}
    if units is not None:
        sizes["units"] = units
    if activation is not None:
        sizes["activation"] = activation
    if architecture == "mlp" or not images:
        _check_no_convolutions(batch_normalization)
        makers = {"encoder": dense_encoder, "decoder": dense_decoder}
    else:
        makers = {"encoder": convolutional_encoder, "decoder": convolutional_decoder}
        sizes |= {"filters": filters, "batch_normalization": batch_normalization}
    return {name: functools.partial(make, **sizes) for name, make in makers.items()}


@plain_numbers
def dense_encoder(shape, heads, units=500, condition_dim=0, activation="tanh"):
    """Hidden layers of one activation (Kingma and Welling, 2013, appendix C.2).

    Args:
        shape: Of one sample, any.
        heads: `{name: size}` of its outputs.
        units: Of each hidden layer, one number or several.
        condition_dim: Size of a condition; 0 takes none.
        activation: Of the hidden layers.

    Returns:
        A Keras model from samples, or `(samples, condition)`, to `{name: (batch, n)}`.
    """
    inputs, samples, condition = _inputs("samples", shape, condition_dim)
    x = _beside(keras.layers.Flatten()(samples), condition)
    for width in _widths(units):
        x = keras.layers.Dense(width, activation)(x)
    return keras.Model(inputs, _vectors(x, heads), name="encoder")


@plain_numbers
def dense_decoder(latent_dim, outputs, units=500, condition_dim=0, activation="tanh"):
    """The mirror image of `dense_encoder` (appendix C.1).

    Args:
        latent_dim: Size of a latent.
        outputs: `{name: shape}` of its outputs, any shapes.
        units, condition_dim, activation: As for `dense_encoder`, in its order.

    Returns:
        A Keras model from latents, or `(latents, condition)`, to `{name: (batch, *)}`.
    """
    check_positive(latent_dim=latent_dim)
    inputs, latents, condition = _inputs("latents", (latent_dim,), condition_dim)
    x = _beside(latents, condition)
    for width in reversed(_widths(units)):
        x = keras.layers.Dense(width, activation)(x)
    made = {}
    for name, shape in outputs.items():
        flat = keras.layers.Dense(math.prod(shape), dtype="float32")(x)
        made[name] = keras.layers.Reshape(shape, dtype="float32", name=name)(flat)
    return keras.Model(inputs, made, name="decoder")


@plain_numbers
def convolutional_encoder(
    image_shape,
    heads,
    filters=32,
    units=256,
    condition_dim=0,
    activation="relu",
    batch_normalization=False,
):
    """Convolutions of stride 2 and a dense layer, ReLU (Higgins et al., 2017, table 1).

    As it is, without normalization, what it says of a sample does not depend on the
    rest of the batch. With it, 128 filters and no dense layer, `units=()`, it is that
    of WAE (Tolstikhin et al., 2017, appendix F).

    Args:
        image_shape: `(height, width, channels)`, sizes as for
            `convolutional_generator`.
        heads: `{name: size}` of its outputs.
        filters: At the largest resolution; they double with each halving.
        units: Of each dense layer, one number or several, or none: `()`.
        condition_dim: Size of a condition, which joins before those; 0 takes none.
        activation: Of the hidden layers.
        batch_normalization: Whether convolutions are normalized before it.

    Returns:
        A Keras model from images, or `(images, condition)`, to `{name: (batch, n)}`.
    """
    _, widths = _plan(image_shape, filters)
    inputs, x, condition = _inputs("samples", image_shape, condition_dim)
    for width in widths:
        x = _convolved(layers.Conv2D, x, width, activation, batch_normalization)
    x = _beside(keras.layers.Flatten()(x), condition)
    for width in _widths(units):
        x = keras.layers.Dense(width, activation)(x)
    return keras.Model(inputs, _vectors(x, heads), name="encoder")


@plain_numbers
def convolutional_decoder(
    latent_dim,
    outputs,
    filters=32,
    units=256,
    condition_dim=0,
    activation="relu",
    batch_normalization=False,
):
    """The mirror image of `convolutional_encoder`.

    Args:
        latent_dim: Size of a latent.
        outputs: `{name: (height, width, channels)}`, which differ in channels alone.
        filters, units, condition_dim, activation, batch_normalization: As for
            `convolutional_encoder`.

    Returns:
        A Keras model from latents, or `(latents, condition)`, to
        `{name: (batch, height, width, channels)}`.
    """
    check_positive(latent_dim=latent_dim)
    base, widths = _plan(next(iter(outputs.values())), filters)
    inputs, latents, condition = _inputs("latents", (latent_dim,), condition_dim)
    x = _beside(latents, condition)
    for width in reversed(_widths(units)):
        x = keras.layers.Dense(width, activation)(x)
    x = keras.layers.Dense(math.prod(base) * widths[-1], activation)(x)
    x = keras.layers.Reshape((*base, widths[-1]))(x)
    for width in reversed(widths[:-1]):
        x = _convolved(
            layers.Conv2DTranspose, x, width, activation, batch_normalization
        )
    made = {}
    for name, shape in outputs.items():
        values = _convolved(layers.Conv2DTranspose, x, shape[-1], None, False)
        made[name] = keras.layers.Activation("linear", dtype="float32", name=name)(
            values
        )
    return keras.Model(inputs, made, name="decoder")


def _check_no_convolutions(batch_normalization):
    if batch_normalization:
        raise ValueError(
            "`batch_normalization` is for the convolutional networks. "
            f"Received: batch_normalization={batch_normalization}"
        )


def _widths(units):
    """Those of all hidden layers, of one number or several."""
    widths = units if isinstance(units, (tuple, list)) else (units,)
    for width in widths:
        check_positive(units=width)
    return tuple(widths)


def _plan(image_shape, filters):
    """`(base, widths)`: the smallest size, and filters from large to small maps."""
    height, width, _ = check_image_shape(image_shape)
    check_positive(filters=filters)
    m = doublings(height, width)
    return (height // 2**m, width // 2**m), [filters * 2**i for i in range(m)]


def _inputs(name, shape, condition_dim):
    """`(inputs, first, condition)`, the condition None where there is none."""
    first = keras.Input(shape, name=name)
    if not condition_dim:
        return first, first, None
    condition = keras.Input((condition_dim,), name="condition")
    return (first, condition), first, condition


def _beside(x, condition):
    return x if condition is None else keras.layers.Concatenate()([x, condition])


def _vectors(x, heads):
    return {
        name: keras.layers.Dense(size, dtype="float32", name=name)(x)
        for name, size in heads.items()
    }


def _convolved(layer, x, width, activation, batch_normalization):
    """Half or twice the size, by a convolution of stride 2."""
    sizes = {"strides": 2, "padding": "same"}
    if not batch_normalization:
        return layer(width, KERNEL, activation=activation, **sizes)(x)
    x = layer(width, KERNEL, use_bias=False, **sizes)(x)
    x = layers.BatchNormalization()(x)
    return keras.layers.Activation(activation)(x)
