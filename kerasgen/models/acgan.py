"""GAN with an auxiliary classifier (Odena, Olah and Shlens, 2017)."""

import keras

from kerasgen import layers
from kerasgen.adversarial import GAN, AuxiliaryClassifier, makes_gan
from kerasgen.inputs import Labels, latents_of
from kerasgen.networks import convolutional_generator, doublings, needed


@makes_gan
def ACGAN(
    image_shape=None,
    num_classes=10,
    latent_dim=100,
    filters=96,
    discriminator_filters=16,
    dropout=0.5,
    class_names=None,
    generator=None,
    discriminator=None,
    **kwargs,
):
    """The discriminator also names the class, of real and of generated samples.

    With `L_S` the log-likelihood of the right source and `L_C` that of the right class,
    the discriminator maximizes `L_S + L_C` and the generator `L_C - L_S`, here with
    the non-saturating or any other objective in place of `-L_S`.

    Args:
        image_shape: `(height, width, channels)` of the networks made here, sizes as
            for `DCGAN`; None where networks are given.
        num_classes: Number of classes; each sample has one.
        latent_dim: Size of a latent, without the class.
        filters: Filters of the generator at the largest resolution.
        discriminator_filters: Filters of the discriminator's first convolution.
        dropout: Rate after each of its convolutions, in [0, 1).
        class_names: What classes are called, in their order: `generate` then takes
            `labels="boot"`. None if they have numbers only.
        generator: Keras model from `(latents, labels)` to samples, instead.
        discriminator: Keras model from samples to a dictionary of `"logits"` and
            `"classes"`, logits `(batch, num_classes)`, instead.
        **kwargs: As for `kerasgen.models.GAN`: `seed`, `name` ...

    Returns:
        A `kerasgen.models.GAN`, not compiled.

    Raises:
        ValueError: If an argument is out of range, or networks do not fit.
        TypeError: If an argument is unknown: says which ones there are.

    Example:

    ```python
    model = kerasgen.models.ACGAN(
        (28, 28, 1), num_classes=10, filters=8, discriminator_filters=4
    )
    model.compile()
    images, labels = np.zeros((32, 28, 28, 1), "uint8"), np.arange(32) % 10
    model.fit(images, labels, batch_size=16, verbose=0)
    model.generate(4, labels=[1, 2, 3, 4])
    ```

    Reference:
        Odena et al., 2017, arXiv:1610.09585, section 3, equations 2 and 3; networks of
        its appendix for 32x32.

    Differences:
        The networks stretch to other sizes by more or fewer halvings. The class of a
        generated sample enters the networks as one-hot values beside the latent.
    """

    if generator is None:
        generator = convolutional_generator(
            needed(image_shape), latent_dim, filters, 5, num_classes
        )
    if discriminator is None:
        discriminator = _discriminator(
            needed(image_shape),
            discriminator_filters,
            dropout,
            num_classes,
            kwargs.get("seed"),
        )
    labels = Labels(num_classes, several=False, names=class_names, drawn=True)
    return GAN(
        generator,
        discriminator,
        (latents_of(generator, latent_dim), labels),
        **{
            "name": "acgan",
            "defaults": {"terms": [AuxiliaryClassifier()]},
            **kwargs,
        },
    )


def _discriminator(image_shape, filters, dropout, num_classes, seed):
    """The appendix: 3x3 convolutions of stride 2 and 1 in turn, with dropout."""
    height, width, _ = image_shape
    images = x = keras.Input(image_shape, name="images")
    for i in range(2 * doublings(height, width)):
        x = layers.Conv2D(
            filters * 2**i,
            3,
            strides=2 if i % 2 == 0 else 1,
            padding="same",
            use_bias=i == 0,  # batch norm follows the others and has its own
            kernel_initializer=_normal(),
        )(x)
        if i:
            x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
        x = keras.layers.LeakyReLU(negative_slope=0.2)(x)
        x = keras.layers.Dropout(dropout, seed=(seed or 0) + i)(x)
    features = keras.layers.Flatten()(x)
    outputs = {
        name: keras.layers.Dense(
            size, kernel_initializer=_normal(), dtype="float32", name=name
        )(features)
        for name, size in (("logits", 1), ("classes", num_classes))
    }
    return keras.Model(images, {**outputs, "features": features}, name="discriminator")


def _normal():
    return keras.initializers.RandomNormal(0.0, 0.02)
