"""3D-GAN (Wu, Zhang, Xue, Freeman and Tenenbaum, 2016)."""

import keras

from kerasgen import layers
from kerasgen.adversarial import GAN, SkipWhileAccurate, makes_gan
from kerasgen.arguments import check_positive
from kerasgen.inputs import latents_of
from kerasgen.kinds import Voxels
from kerasgen.networks import doublings


@makes_gan
def ThreeDGAN(
    voxel_shape=None,
    latent_dim=200,
    filters=64,
    latent_distribution="unit_uniform",
    generator=None,
    discriminator=None,
    **kwargs,
):
    """A GAN of volumetric convolutions that makes solid bodies.

    The generator outnumbers the discriminator, whose task in three dimensions is the
    easier one: a rate 250 times as large, and updates of the discriminator only while
    it takes at most 80 % of a minibatch for what they are.

    Args:
        voxel_shape: `(depth, height, width, channels)` of the networks made here; the
            three sides are multiples of one `2**m`, m at least 1, and the shortest is 4
            to 9 times as much. None where networks are given.
        latent_dim: Size of a latent.
        filters: Filters at the largest resolution; they double with each halving.
        latent_distribution: `"unit_uniform"` on [0, 1] as in the paper, `"uniform"` on
            [-1, 1], or `"normal"`, with which samples differ sooner.
        generator: Keras model from latents to occupancy in [0, 1], instead.
        discriminator: Keras model from voxels to logits, instead.
        **kwargs: As for `kerasgen.models.GAN`: `seed`, `name` ...

    Returns:
        A `kerasgen.models.GAN`, not compiled.

    Raises:
        ValueError: If no such network makes `voxel_shape` (the nearest sizes are
            named), or an argument is out of range.

    Example:

    ```python
    model = kerasgen.models.ThreeDGAN((8, 8, 8, 1), latent_dim=4, filters=4)
    model.compile()
    bodies = np.random.default_rng(0).integers(0, 2, (16, 8, 8, 8, 1)).astype("uint8")
    model.fit(bodies, batch_size=8, verbose=0)
    model.generate(3).shape  # (3, 8, 8, 8, 1), zeros and ones
    ```

    Reference:
        Wu et al., 2016, arXiv:1610.07584, section 3.1 and appendix A; without biases,
        as in the authors' released networks.

    Differences:
        At 64x64x64 the networks are the paper's, whose convolutions from and to a
        single cell are written as dense layers; other sizes have more or fewer
        halvings. The generator's loss is the non-saturating one.
    """
    if generator is None:
        generator = _generator(_sides(voxel_shape), latent_dim, filters)
    if discriminator is None:
        discriminator = _discriminator(_sides(voxel_shape), filters)
    defaults = {
        "optimizer": {  # section 3.1
            "discriminator": keras.optimizers.Adam(1e-5, beta_1=0.5),
            "generator": keras.optimizers.Adam(2.5e-3, beta_1=0.5),
        },
        "turns": SkipWhileAccurate(0.8),
    }
    inputs = latents_of(generator, latent_dim, latent_distribution)
    return GAN(
        generator,
        discriminator,
        inputs,
        **{"name": "three_d_gan", "defaults": defaults, **kwargs},
    )


def _generator(voxel_shape, latent_dim, filters):
    """Appendix A: 512, 256, 128, 64 filters and one, of 4x4x4 cells."""
    check_positive(latent_dim=latent_dim, filters=filters)
    *sides, channels = voxel_shape
    m = _doublings(voxel_shape)
    base = [n // 2**m for n in sides]
    widths = [filters * 2**i for i in reversed(range(m))]
    latents = keras.Input((latent_dim,), name="latents")
    # On a single cell a transposed convolution without padding is a dense layer.
    x = keras.layers.Dense(base[0] * base[1] * base[2] * widths[0], use_bias=False)(
        latents
    )
    x = keras.layers.Reshape((*base, widths[0]))(x)
    x = keras.layers.ReLU()(_batch_norm()(x))
    for width in widths[1:]:
        x = layers.Conv3DTranspose(width, **_convolution())(x)
        x = keras.layers.ReLU()(_batch_norm()(x))
    x = layers.Conv3DTranspose(channels, **_convolution())(x)
    x = keras.layers.Activation("sigmoid", dtype="float32", name="voxels")(x)
    return keras.Model(latents, x, name="generator")


def _discriminator(voxel_shape, filters):
    """The generator's mirror image, with leaky rectifiers."""
    check_positive(filters=filters)
    voxels = x = keras.Input(voxel_shape, name="voxels")
    for i in range(_doublings(voxel_shape)):
        x = layers.Conv3D(filters * 2**i, **_convolution())(x)
        x = keras.layers.LeakyReLU(negative_slope=0.2)(_batch_norm()(x))
    features = keras.layers.Flatten()(x)
    # A convolution that sees all there is left is a dense layer.
    logits = keras.layers.Dense(1, use_bias=False, dtype="float32", name="logits")(
        features
    )
    outputs = {"logits": logits, "features": features}
    return keras.Model(voxels, outputs, name="discriminator")


def _convolution():
    return {"kernel_size": 4, "strides": 2, "padding": "same", "use_bias": False}


def _batch_norm():
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)


def _doublings(voxel_shape):
    depth, height, width, _ = voxel_shape
    return doublings(height, width, depth)


def _sides(voxel_shape):
    """The shape, checked, where networks are to be made for it."""
    if voxel_shape is None:
        raise ValueError(
            "`voxel_shape` is needed unless both networks are given. "
            "Received: voxel_shape=None"
        )
    return Voxels(voxel_shape).shape
