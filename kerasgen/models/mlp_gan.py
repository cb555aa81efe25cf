"""The first generative adversarial network (Goodfellow et al., 2014)."""

import math

import keras

from kerasgen import layers
from kerasgen.adversarial import GAN, makes_gan
from kerasgen.arguments import check_positive
from kerasgen.inputs import latents_of
from kerasgen.kinds import kind_of


@makes_gan
def MLPGAN(
    sample_shape=None,
    latent_dim=100,
    units=1200,
    discriminator_units=240,
    pieces=5,
    generator=None,
    discriminator=None,
    **kwargs,
):
    """Two multilayer perceptrons, for vectors, or for samples of any shape, flattened.

    The generator has two hidden layers of rectifiers, the discriminator two of maxout
    units with dropout.

    Args:
        sample_shape: Of what the networks made here take and make: `(dim,)` for
            vectors, `(height, width, channels)` for images of any size ...; None where
            networks are given.
        latent_dim: Size of a latent.
        units: Width of the generator's hidden layers.
        discriminator_units, pieces: Width of the discriminator's, and linear functions
            of each unit.
        generator: Keras model from latents to samples, instead.
        discriminator: Keras model from samples to logits, instead.
        **kwargs: As for `kerasgen.models.GAN`: `kind`, `seed`, `name` ...

    Returns:
        A `kerasgen.models.GAN`, not compiled.

    Raises:
        ValueError: If an argument is out of range, or networks do not fit.
        TypeError: If an argument is unknown: says which ones there are.

    Example:

    ```python
    model = kerasgen.models.MLPGAN((2,), latent_dim=4, units=32, discriminator_units=8)
    model.compile(keras.optimizers.Adam(1e-3, beta_1=0.5))
    model.fit(np.random.normal(size=(256, 2)).astype("float32"), epochs=1, verbose=0)
    model.generate(5).shape  # (5, 2)
    ```

    Reference:
        Goodfellow et al., 2014, arXiv:1406.2661, section 5. Sizes, first weights,
        dropout and the numbers of SGD are those of the authors' code for MNIST.

    Differences:
        Both players take turns, as in algorithm 1; the authors' code moves both at
        once. The biases of the generator's last layer start at 0 rather than at the
        mean image, and the momentum stays at the 0.5 that the authors raise to 0.7.
        Samples of a kind without bounds, such as vectors, leave the generator by a
        linear layer instead of the sigmoid.
    """
    if generator is None:
        kind = _kind(sample_shape, kwargs)
        generator = _generator(kind, latent_dim, units)
    if discriminator is None:
        kind, seed = _kind(sample_shape, kwargs), kwargs.get("seed") or 0
        discriminator = _discriminator(kind, discriminator_units, pieces, seed)
    defaults = {
        "optimizer": {
            "discriminator": _sgd(0.05),  # 0.1, for half the loss
            "generator": _sgd(0.1),
        }
    }
    inputs = latents_of(generator, latent_dim)
    return GAN(
        generator,
        discriminator,
        inputs,
        **{"name": "mlp_gan", "defaults": defaults, **kwargs},
    )


def _generator(kind, latent_dim, units):
    check_positive(latent_dim=latent_dim, units=units)
    latents = x = keras.Input((latent_dim,), name="latents")
    for _ in range(2):
        x = keras.layers.Dense(units, "relu", kernel_initializer=_uniform(0.05))(x)
    x = keras.layers.Dense(
        math.prod(kind.shape), kernel_initializer=_uniform(0.05), dtype="float32"
    )(x)
    if kind.interval is not None:
        low, high = kind.interval  # the paper's is [0, 1]
        x = keras.layers.Activation("sigmoid", dtype="float32")(x)
        x = keras.layers.Rescaling(high - low, low, dtype="float32")(x)
    samples = keras.layers.Reshape(kind.shape, dtype="float32", name="samples")(x)
    return keras.Model(latents, samples, name="generator")


def _discriminator(kind, units, pieces, seed):
    check_positive(discriminator_units=units, pieces=pieces)
    samples = keras.Input(kind.shape, name="samples")
    x = keras.layers.Flatten()(samples)
    if kind.interval is not None:
        low, high = kind.interval
        x = keras.layers.Rescaling(1 / (high - low), -low / (high - low))(x)
    x = keras.layers.Dropout(0.2, seed=seed)(x)
    for i in range(2):
        x = layers.Maxout(units, pieces, kernel_initializer=_uniform(0.005))(x)
        x = keras.layers.Dropout(0.5, seed=seed + 1 + i)(x)
    logits = keras.layers.Dense(
        1, kernel_initializer=_uniform(0.005), dtype="float32", name="logits"
    )(x)
    return keras.Model(samples, {"logits": logits, "features": x}, name="discriminator")


def _sgd(rate):
    """Momentum, and a rate that each step divides by 1.000004."""
    falling = keras.optimizers.schedules.ExponentialDecay(rate, 250_000, math.exp(-1))
    return keras.optimizers.SGD(falling, momentum=0.5)


def _uniform(limit):
    return keras.initializers.RandomUniform(-limit, limit)


def _kind(sample_shape, arguments):
    """What a sample is, where networks are to be made for it."""
    if sample_shape is None:
        raise ValueError(
            "`sample_shape` is needed unless both networks are given. "
            "Received: sample_shape=None"
        )
    return arguments.get("kind") or kind_of(sample_shape)
