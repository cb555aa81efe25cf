"""Conditional GAN (Mirza and Osindero, 2014)."""

import keras

from kerasgen.models.labelled_gan import LabelledGAN
from kerasgen.networks import convolutional_discriminator, convolutional_generator


@keras.saving.register_keras_serializable(package="kerasgen")
class CGAN(LabelledGAN):
    """Both players know the label: `min_G max_D log D(x|y) + log(1 - D(G(z|y)|y))`.

    Args:
        image_shape: `(height, width, channels)` of the networks made here, sizes as
            for `DCGAN`; None where networks are given.
        num_classes: Number of classes, or of attributes, of which a sample may have
            several.
        latent_dim: Size of a latent.
        filters, kernel_size: As for `DCGAN`.
        generator: Keras model from `(latents, labels)` to samples, instead.
        discriminator: Keras model from `(samples, labels)` to logits, instead. Labels
            come as zeros and ones, `(batch, num_classes)`.
        **kwargs: As for `kerasgen.models.GAN`.

    Raises:
        ValueError: If an argument is out of range, or networks do not fit.

    Example:

    ```python
    model = kerasgen.models.CGAN((28, 28, 1), num_classes=10, filters=8)
    model.compile()
    images, labels = np.zeros((32, 28, 28, 1), "uint8"), np.arange(32) % 10
    model.fit(images, labels, batch_size=16, verbose=0)
    model.generate(4, labels=3)  # four of class 3
    ```

    Reference:
        Mirza and Osindero, 2014, arXiv:1411.1784, section 3.2, equation 2.

    Differences:
        Where no networks are given they are those of DCGAN, with the label as more
        latents and as a further channel of the image, and its optimizers; the paper
        has dense layers with maxout, dropout and momentum,
        figure 1.
    """

    def __init__(
        self,
        image_shape=None,
        num_classes=10,
        latent_dim=100,
        filters=64,
        kernel_size=4,
        generator=None,
        discriminator=None,
        **kwargs,
    ):
        if generator is None:
            generator = convolutional_generator(
                needed(image_shape), latent_dim, filters, kernel_size, num_classes
            )
        if discriminator is None:
            discriminator = convolutional_discriminator(
                needed(image_shape), filters, kernel_size, num_classes
            )
        kwargs.setdefault("name", "cgan")
        super().__init__(generator, discriminator, num_classes, **kwargs)

    def fake_batch(self, real, training=True):
        """Generated samples with the labels of the real ones."""
        latents = self.sample_latents(real)
        samples = self.generator((latents, real["condition"]), training=training)
        return {"samples": samples, "condition": real["condition"]}

    def shown(self, given):
        """Inputs of the discriminator: samples and their labels."""
        return given["samples"], given["condition"]


def needed(image_shape):
    """The shape, where networks are to be made for it."""
    if image_shape is None:
        raise ValueError(
            "`image_shape` is needed unless both networks are given. "
            "Received: image_shape=None"
        )
    return image_shape
