"""Conditional GAN (Mirza and Osindero, 2014)."""

import itertools
import math

import keras
from keras import ops

from kerasgen import layers
from kerasgen.adversarial import GAN, makes_gan
from kerasgen.arguments import check_one_of, check_positive
from kerasgen.inputs import Labels, latents_of
from kerasgen.networks import (
    check_image_shape,
    convolutional_discriminator,
    convolutional_generator,
    needed,
)
from kerasgen.registered import registered

ARCHITECTURES = ("convolutional", "maxout")


@makes_gan
def CGAN(
    image_shape=None,
    num_classes=10,
    latent_dim=100,
    architecture="convolutional",
    filters=64,
    kernel_size=4,
    normalization="batch",
    class_names=None,
    generator=None,
    discriminator=None,
    **kwargs,
):
    """Both players know the label: `min_G max_D log D(x|y) + log(1 - D(G(z|y)|y))`.

    Args:
        image_shape: `(height, width, channels)` of the networks made here, sizes as
            for `DCGAN`; None where networks are given.
        num_classes: Number of classes, or of attributes, of which a sample may have
            several.
        latent_dim: Size of a latent.
        architecture: `"convolutional"`, that of DCGAN, or `"maxout"`, the paper's dense
            layers, for an `image_shape` of any size.
        filters, kernel_size, normalization: Of the convolutional networks, as for
            `DCGAN`.
        class_names: What classes or attributes are called, in their order: `generate`
            then takes `labels={"Male", "Smiling"}`. None if they have numbers only.
        generator: Keras model from `(latents, labels)` to samples, instead.
        discriminator: Keras model from `(samples, labels)` to logits, instead. Labels
            come as zeros and ones, `(batch, num_classes)`.
        **kwargs: As for `kerasgen.models.GAN`: `seed`, `name` ...

    Returns:
        A `kerasgen.models.GAN`, not compiled.

    Raises:
        ValueError: If an argument is out of range, or networks do not fit.
        TypeError: If an argument is unknown: says which ones there are.

    Example:

    ```python
    model = kerasgen.models.CGAN((28, 28, 1), num_classes=10, filters=8)
    model.compile()
    images, labels = np.zeros((32, 28, 28, 1), "uint8"), np.arange(32) % 10
    model.fit(images, labels, batch_size=16, verbose=0)
    model.generate(4, labels=3)  # four of class 3
    ```

    Reference:
        Mirza and Osindero, 2014, arXiv:1411.1784, equation 2; networks and optimizers
        of `"maxout"` from section 4.1.

    Differences:
        With `"convolutional"`, the default, the label is given as more latents and as
        a further channel of the image, and the optimizers are DCGAN's. With
        `"maxout"` images lie in [-1, 1] rather than [0, 1], latents are those of
        `GAN`, and the momentum stays at the 0.5 that the paper raises to 0.7. The
        generator's loss is the non-saturating one unless `loss` says otherwise.
    """

    check_one_of(ARCHITECTURES, architecture=architecture)
    labels = Labels(num_classes, names=class_names)
    seed, maxout = kwargs.get("seed"), architecture == "maxout"
    if generator is None:
        shape = needed(image_shape)
        generator = (
            maxout_generator(shape, num_classes, latent_dim, seed)
            if maxout
            else convolutional_generator(
                shape, latent_dim, filters, kernel_size, num_classes
            )
        )
    if discriminator is None:
        shape = needed(image_shape)
        discriminator = (
            maxout_discriminator(shape, num_classes, seed)
            if maxout
            else convolutional_discriminator(
                shape, filters, kernel_size, num_classes, normalization
            )
        )
    sgd = keras.optimizers.SGD(FallingRate(), momentum=0.5)
    return GAN(
        generator,
        discriminator,
        (latents_of(generator, latent_dim), labels),
        conditions=["labels"],
        **{
            "name": "cgan",
            "defaults": {"optimizer": sgd} if maxout else {},
            **kwargs,
        },
    )


def maxout_generator(image_shape, num_classes, latent_dim, seed):
    """Latents and labels each through a layer of its own, then one of both."""
    shape = check_image_shape(image_shape)
    check_positive(latent_dim=latent_dim, num_classes=num_classes)
    latents = keras.Input((latent_dim,), name="latents")
    condition = keras.Input((num_classes,), name="condition")
    drop = _dropout(seed)
    z = drop(keras.layers.Dense(200, "relu")(latents))
    y = drop(keras.layers.Dense(1000, "relu")(condition))
    x = drop(keras.layers.Dense(1200, "relu")(keras.layers.Concatenate()([z, y])))
    x = keras.layers.Dense(math.prod(shape), "tanh", dtype="float32")(x)
    images = keras.layers.Reshape(shape, dtype="float32", name="images")(x)
    return keras.Model((latents, condition), images, name="generator")


def maxout_discriminator(image_shape, num_classes, seed):
    """Images and labels each through a maxout layer of its own, then one of both."""
    images = keras.Input(check_image_shape(image_shape), name="images")
    condition = keras.Input((num_classes,), name="condition")
    drop = _dropout(seed, first=3)  # the generator has three
    x = drop(layers.Maxout(240, 5)(keras.layers.Flatten()(images)))
    y = drop(layers.Maxout(50, 5)(condition))
    features = drop(layers.Maxout(240, 4)(keras.layers.Concatenate()([x, y])))
    logits = keras.layers.Dense(1, dtype="float32", name="logits")(features)
    outputs = {"features": features, "logits": logits}
    return keras.Model((images, condition), outputs, name="discriminator")


def _dropout(seed, first=0):
    """Dropout of one half, with a new seed at each use."""
    seeds = itertools.count((seed or 0) + first)
    return lambda x: keras.layers.Dropout(0.5, seed=next(seeds))(x)


@registered
class FallingRate(keras.optimizers.schedules.LearningRateSchedule):
    """The paper's rate: 0.1, divided by 1.00004 at every step, until it is 1e-6."""

    def __call__(self, step):
        falling = 0.1 * ops.exp(-math.log(1.00004) * ops.cast(step, "float32"))
        return ops.maximum(falling, 1e-6)

    def get_config(self):
        return {}
