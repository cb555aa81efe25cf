"""The networks of DCGAN, in any size, with conditions, heads and norms to choose."""

import functools

import keras

from kerasgen import layers
from kerasgen.arguments import (
    check_counts,
    check_fractions,
    check_one_of,
    check_positive,
    is_integer,
    plain_numbers,
)
from kerasgen.networks.sizes import check_image_shape, doublings

NORMS = ("batch", "virtual_batch", "layer", "spectral", None)
REFERENCE_SIZE = 64  # samples in the reference of a virtual batch norm


@plain_numbers
def convolutional_generator(
    image_shape,
    latent_dim=100,
    filters=64,
    kernel_size=4,
    condition_dim=0,
    dense_width=0,
    categories=0,
):
    """Project and reshape, then transposed convolutions of stride 2 (DCGAN, figure 1).

    Args:
        image_shape: `(height, width, channels)`, sizes as for
            `kerasgen.networks.doublings`.
        latent_dim: Size of a latent.
        filters: Filters at the largest resolution; they double with each halving.
        kernel_size: Of all convolutions, at least 2.
        condition_dim: Size of a condition, such as one-hot labels, that the generator
            takes beside latents; 0 takes none.
        dense_width: Units of a hidden layer between latents and projection; 0 for none.
        categories: Of how many latents, the first, the largest one's place is given
            beside them (`kerasgen.layers.LatentCategories`); 0 for none.

    Returns:
        A Keras model from latents `(batch, latent_dim)`, or from the tuple of latents
        and conditions `(batch, condition_dim)`, to images in [-1, 1].

    Raises:
        ValueError: If no such network makes `image_shape`, or an argument is out of
            range.
    """
    base, widths, channels = _plan(image_shape, filters, kernel_size)
    check_positive(latent_dim=latent_dim)
    check_counts(
        condition_dim=condition_dim, dense_width=dense_width, categories=categories
    )
    inputs = x = keras.Input((latent_dim,), name="latents")
    if categories:
        x = layers.LatentCategories(categories)(x)
    if condition_dim:
        condition = keras.Input((condition_dim,), name="condition")
        inputs = (inputs, condition)
        x = keras.layers.Concatenate()([x, condition])
    if dense_width:
        hidden = _hidden(dense_width, use_bias=False)
        x = keras.layers.ReLU()(_batch_norm()(hidden(x)))
    top = widths[-1]
    x = keras.layers.Dense(
        base[0] * base[1] * top, use_bias=False, kernel_initializer=_normal()
    )(x)
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
    return keras.Model(inputs, x, name="generator")


@plain_numbers
def convolutional_discriminator(
    image_shape,
    filters=64,
    kernel_size=4,
    condition_dim=0,
    normalization="batch",
    dropout=0.0,
    minibatch_discrimination=0,
    minibatch_stddev=0,
    heads=None,
    head_width=0,
    dense_width=0,
    seed=None,
):
    """Strided convolutions and LeakyReLU, no norm on the input (DCGAN, section 3).

    Args:
        image_shape, filters, kernel_size: As for `convolutional_generator`.
        condition_dim: Size of a condition that the discriminator takes beside images,
            as one more channel made from it by a dense layer; 0 takes none.
        normalization: `"batch"`, `"virtual_batch"`, `"layer"`, `"spectral"` or None.
        dropout: Rate after each convolution, in [0, 1).
        minibatch_discrimination: Similarities within the batch to append to the last
            features (`kerasgen.layers.MinibatchDiscrimination`); 0 for none.
        minibatch_stddev: Size of the groups whose standard deviation is appended to the
            maps of the last convolution (`kerasgen.layers.MinibatchStddev`), not with
            virtual batch normalization; 0 for none.
        heads: `{name: size}` of further outputs beside `"logits"` and `"features"`,
            which share all convolutions: `{"classes": 10}`.
        head_width: Units of a hidden layer before each such head; 0 for none.
        dense_width: Units of a hidden layer between convolutions and all outputs, which
            are then the features; 0 for none.
        seed: Seed of dropout.

    Returns:
        A Keras model from images, or from the tuple of images and conditions, to a
        dictionary of logits `(batch, 1)`, features `(batch, features)` and heads.

    Raises:
        ValueError: If no such network takes `image_shape`, or an argument is out of
            range.
    """
    _, widths, _ = _plan(image_shape, filters, kernel_size)
    check_one_of(NORMS, normalization=normalization)
    check_fractions(dropout=dropout)
    check_counts(
        condition_dim=condition_dim,
        minibatch_discrimination=minibatch_discrimination,
        minibatch_stddev=minibatch_stddev,
        head_width=head_width,
        dense_width=dense_width,
    )
    if minibatch_stddev and normalization == "virtual_batch":
        raise ValueError(
            "With virtual batch normalization a batch holds its reference as well, "
            "whose variety is not that of the samples: use another `normalization`. "
            f"Received: minibatch_stddev={minibatch_stddev!r}, "
            "normalization='virtual_batch'"
        )
    inputs = x = keras.Input(image_shape, name="images")
    if condition_dim:
        condition = keras.Input((condition_dim,), name="condition")
        inputs = (x, condition)
        height, width, _ = image_shape
        channel = keras.layers.Dense(height * width, kernel_initializer=_normal())(
            condition
        )
        channel = keras.layers.Reshape((height, width, 1))(channel)
        x = keras.layers.Concatenate()([x, channel])

    def convolutions(x):
        for i, width in enumerate(widths):
            norm = normalization if i else _input_norm(normalization)
            arguments = {**_convolution(kernel_size), "filters": width}
            convolution = functools.partial(layers.Conv2D, **arguments)
            x = _normalized(x, convolution, norm)
            x = keras.layers.LeakyReLU(negative_slope=0.2)(x)
            if dropout:
                x = keras.layers.Dropout(dropout, seed=(seed or 0) + i)(x)
        if minibatch_stddev:
            x = layers.MinibatchStddev(minibatch_stddev)(x)
        x = keras.layers.Flatten()(x)
        if dense_width:
            hidden = functools.partial(_hidden, dense_width)
            x = _normalized(x, hidden, normalization)
            x = keras.layers.LeakyReLU(negative_slope=0.2)(x)
        return x

    if normalization == "virtual_batch":
        images = keras.Input(x.shape[1:])
        body = keras.Model(images, convolutions(images), name="convolutions")
        features = layers.ReferenceBatch(body, REFERENCE_SIZE, from_first_batch=True)(x)
    else:
        features = convolutions(x)
    if minibatch_discrimination:
        features = layers.MinibatchDiscrimination(minibatch_discrimination, 5)(features)
    outputs = {"features": features}
    for name, size in {"logits": 1, **(heads or {})}.items():
        hidden = features
        if head_width and name != "logits":
            hidden = keras.layers.Dense(head_width, use_bias=False)(hidden)
            hidden = keras.layers.LeakyReLU(negative_slope=0.1)(_batch_norm()(hidden))
        outputs[name] = _dense(size, normalization, name)(hidden)
    return keras.Model(inputs, outputs, name="discriminator")


def _normalized(x, layer, normalization):
    """A layer and what follows it.

    Args:
        x: Its inputs.
        layer: Makes it, told `use_bias`: a norm that follows has a bias of its own.
        normalization: As for `convolutional_discriminator`.
    """
    layer = layer(use_bias=normalization in (None, "spectral"))
    if normalization == "spectral":
        return layers.SpectralNormalization(layer)(x)
    x = layer(x)
    if normalization == "batch":
        return _batch_norm()(x)
    if normalization == "virtual_batch":
        return layers.VirtualBatchNormalization(REFERENCE_SIZE)(x)
    if normalization == "layer":
        axes = tuple(range(1, len(x.shape)))
        return keras.layers.LayerNormalization(axis=axes)(x)
    return x


def _input_norm(normalization):
    return "spectral" if normalization == "spectral" else None


def _hidden(width, use_bias):
    return keras.layers.Dense(width, use_bias=use_bias, kernel_initializer=_normal())


def _dense(size, normalization, name):
    if normalization == "spectral":
        dense = keras.layers.Dense(size, kernel_initializer=_normal(), dtype="float32")
        return layers.SpectralNormalization(dense, dtype="float32", name=name)
    return keras.layers.Dense(
        size, kernel_initializer=_normal(), dtype="float32", name=name
    )


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
    return keras.initializers.RandomNormal(0.0, 0.02)  # DCGAN, section 4


def _plan(image_shape, filters, kernel_size):
    """`(base, widths, channels)`: the smallest size, and filters from large to small
    resolution."""
    height, width, channels = check_image_shape(image_shape)
    check_positive(filters=filters)
    if not is_integer(kernel_size) or kernel_size < 2:
        raise ValueError(
            "`kernel_size` must be an integer of at least 2, the stride. "
            f"Received: kernel_size={kernel_size}"
        )
    m = doublings(height, width)
    base = (height // 2**m, width // 2**m)
    return base, [filters * 2**i for i in range(m)], channels
