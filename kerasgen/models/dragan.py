"""Deep regret analytic GAN (Kodali et al., 2017)."""

import keras

from kerasgen.adversarial import DRAGANPenalty, makes_gan
from kerasgen.models.dcgan import DCGAN


@makes_gan
def DRAGAN(
    image_shape=None,
    latent_dim=100,
    filters=64,
    kernel_size=4,
    normalization=None,
    generator=None,
    discriminator=None,
    **kwargs,
):
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

    Returns:
        A `kerasgen.models.GAN`, not compiled.

    Raises:
        ValueError: If an argument is out of range, or networks do not fit.
        TypeError: If an argument is unknown: says which ones there are.

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

    defaults = {
        "optimizer": keras.optimizers.Adam(1e-4, beta_1=0.5, beta_2=0.9),
        "loss": "non_saturating",
        "terms": [DRAGANPenalty(10.0)],
    }
    return DCGAN(
        image_shape,
        latent_dim,
        filters,
        kernel_size,
        "uniform",
        normalization,
        generator=generator,
        discriminator=discriminator,
        **{"name": "dragan", "defaults": defaults, **kwargs},
    )
