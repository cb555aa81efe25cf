"""Deep regret analytic GAN (Kodali et al., 2017)."""

import keras

from kerasgen.models.cgan import needed
from kerasgen.models.gan import GAN
from kerasgen.networks import convolutional_discriminator, convolutional_generator


@keras.saving.register_keras_serializable(package="kerasgen")
class DRAGAN(GAN):
    """A GAN whose discriminator has a slope of one around the real samples.

    Discriminator `-log D(x) - log(1 - D(G(z))) + 10 (|grad D(x + delta)| - 1)^2`, with
    `delta` of the size of half the data's standard deviation, see
    `kerasgen.penalties.dragan`.

    Args:
        image_shape: `(height, width, channels)` of the networks made here, sizes as
            for `DCGAN`; None where networks are given.
        latent_dim: Size of a latent.
        filters, kernel_size, normalization: As for `DCGAN`.
        generator: Keras model from latents to samples, instead.
        discriminator: Keras model from samples to logits, instead.
        **kwargs: As for `kerasgen.models.GAN`.

    Raises:
        ValueError: If an argument is out of range, or networks do not fit.

    Example:

    ```python
    model = kerasgen.models.DRAGAN((28, 28, 1), filters=4)
    model.compile()
    model.fit(np.zeros((32, 28, 28, 1), "uint8"), batch_size=16, verbose=0)
    ```

    Reference:
        Kodali et al., 2017, arXiv:1705.07215, algorithm 1. The penalty's weight, the
        generator's non-saturating loss, the latents and the numbers of Adam are those
        of the authors' code for MNIST.

    Differences:
        The networks are those of DCGAN; the authors' published code has one hidden
        layer. The discriminator has no batch normalization, which would make the
        gradient for one sample depend on the others; `normalization="batch"` has it.
        The penalty takes the slope of the logit, as that code does.
    """

    def __init__(
        self,
        image_shape=None,
        latent_dim=100,
        filters=64,
        kernel_size=4,
        normalization=None,
        generator=None,
        discriminator=None,
        **kwargs,
    ):
        if generator is None:
            generator = convolutional_generator(
                needed(image_shape), latent_dim, filters, kernel_size
            )
        if discriminator is None:
            discriminator = convolutional_discriminator(
                needed(image_shape), filters, kernel_size, normalization=normalization
            )
        kwargs.setdefault("loss", "non_saturating")
        kwargs.setdefault("penalty", "dragan")
        kwargs.setdefault("penalty_weight", 10.0)
        kwargs.setdefault("latent_distribution", "uniform")
        kwargs.setdefault("name", "dragan")
        super().__init__(generator, discriminator, **kwargs)

    def default_optimizers(self):
        return {
            player: keras.optimizers.Adam(1e-4, beta_1=0.5, beta_2=0.9)
            for player in ("discriminator", "generator")
        }
