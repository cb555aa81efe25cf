"""Deep convolutional GAN (Radford, Metz and Chintala, 2015)."""

from kerasgen.adversarial import GAN, makes_gan
from kerasgen.inputs import latents_of
from kerasgen.networks import (
    convolutional_discriminator,
    convolutional_generator,
    needed,
)


@makes_gan
def DCGAN(
    image_shape=None,
    latent_dim=100,
    filters=64,
    kernel_size=4,
    latent_distribution="uniform",
    normalization="batch",
    minibatch_discrimination=0,
    minibatch_stddev=0,
    dense_width=0,
    categories=0,
    generator=None,
    discriminator=None,
    **kwargs,
):
    """A GAN of strided convolutions, in any size that can be halved often enough.

    Args:
        image_shape: `(height, width, channels)` of the networks made here; height and
            width are multiples of one `2**m`, m at least 1, and the shorter is 4 to 9
            times as much, such as 28 = 7 * 4, 64 = 4 * 16, 96 x 128 = 6 * 16 x 8 * 16
            or 144 x 256 = 9 * 16 x 16 * 16. None where networks are given.
        latent_dim: Size of a latent, z in the paper.
        filters: Filters at the largest resolution; they double with each halving.
        kernel_size: Of all convolutions, at least 2.
        latent_distribution: `"uniform"` on [-1, 1] as in the paper, or `"normal"`.
        normalization: The discriminator's: `"batch"`, `"virtual_batch"`, `"layer"`,
            `"spectral"` or None.
        minibatch_discrimination: How many similarities within the batch the
            discriminator sees; 0 for none.
        minibatch_stddev: Size of the groups whose variety the discriminator sees
            (`kerasgen.layers.MinibatchStddev`), at least 2 and not with virtual batch
            normalization; 0 for none.
        dense_width: Units of a hidden dense layer at the latents' end of either
            network; 0 for none. With so few halvings as 28x28 allows nothing else
            brings a whole image together; the authors' code for MNIST has 1024.
        categories: Of how many latents, the first, the generator is told which is the
            largest, so that kinds of samples need not pass into one another
            (`kerasgen.layers.LatentCategories`); 0 for none, as in the paper.
        generator: Keras model from latents to samples, instead.
        discriminator: Keras model from samples to logits, instead.
        **kwargs: As for `kerasgen.models.GAN`: `seed`, `name` ...

    Returns:
        A `kerasgen.models.GAN`, not compiled.

    Raises:
        ValueError: If no such network makes `image_shape` (the side at fault and near
            sizes are named), or an argument is out of range.

    Example:

    ```python
    model = kerasgen.models.DCGAN(image_shape=(28, 28, 1), filters=8)
    model.compile()
    images = np.zeros((32, 28, 28, 1), "uint8")
    model.fit(images, batch_size=16, epochs=1, verbose=0)
    ```

    Reference:
        Radford et al., 2015, arXiv:1511.06434, section 3 and figure 1; numbers of
        section 4.

    Differences:
        Half the paper's width and 4x4 kernels, which tile without checkerboard, as in
        most later work: `filters=128, kernel_size=5` is the paper's network. The
        discriminator's width is not in the paper; here it mirrors the generator's.
    """
    if generator is None:
        generator = convolutional_generator(
            needed(image_shape),
            latent_dim,
            filters,
            kernel_size,
            dense_width=dense_width,
            categories=categories,
        )
    if discriminator is None:
        discriminator = convolutional_discriminator(
            needed(image_shape),
            filters,
            kernel_size,
            normalization=normalization,
            minibatch_discrimination=minibatch_discrimination,
            minibatch_stddev=minibatch_stddev,
            dense_width=dense_width,
            seed=kwargs.get("seed"),
        )
    inputs = latents_of(generator, latent_dim, latent_distribution)
    return GAN(generator, discriminator, inputs, **{"name": "dcgan", **kwargs})
