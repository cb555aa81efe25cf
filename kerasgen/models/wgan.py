"""Wasserstein GAN (Arjovsky, Chintala and Bottou, 2017)."""

import keras

from kerasgen.adversarial import Alternating, Clip, makes_gan
from kerasgen.models.dcgan import DCGAN


@makes_gan
def WGAN(
    image_shape=None,
    latent_dim=100,
    filters=64,
    kernel_size=4,
    normalization="batch",
    generator=None,
    discriminator=None,
    **kwargs,
):
    """A critic with weights in a small box estimates the earth mover's distance.

    The critic minimizes `f(G(z)) - f(x)`, five times for each update of the generator,
    which minimizes `-f(G(z))`; after each update the critic's weights are clipped to
    [-0.01, 0.01].

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
    model = kerasgen.models.WGAN((28, 28, 1), filters=4)
    model.compile()
    # Five minibatches of 8 for the critic's five updates.
    model.fit(np.zeros((40, 28, 28, 1), "uint8"), batch_size=40, verbose=0)
    ```

    Reference:
        Arjovsky et al., 2017, arXiv:1701.07875, algorithm 1 and its numbers; networks
        of section 4, those of DCGAN, batch normalization included. Width, kernels and
        the constants of RMSprop are those of the authors' code.

    Differences:
        Always five updates of the critic: the authors' code makes 100 before each of
        the first 25 of the generator's, and before every 500th.
    """

    defaults = {
        # PyTorch's defaults, in which the authors wrote, but for the rate.
        "optimizer": keras.optimizers.RMSprop(5e-5, rho=0.99, epsilon=1e-8),
        "loss": "wasserstein",
        "turns": Alternating(discriminator=5),  # n_critic
        "constraints": {"discriminator": Clip(0.01)},  # c
    }
    return DCGAN(
        image_shape,
        latent_dim,
        filters,
        kernel_size,
        "normal",
        normalization,
        generator=generator,
        discriminator=discriminator,
        **{"name": "wgan", "defaults": defaults, **kwargs},
    )
