"""Normalizations of image-to-image networks, by name."""

import keras

from kerasgen import layers
from kerasgen.arguments import check_one_of


def instance_norm():
    """Each map of each image to mean 0 and variance 1, without weights."""
    return layers.GroupNormalization(groups=-1, epsilon=1e-5, center=False, scale=False)


def affine_instance_norm():
    """The same with weights: batch normalization of a batch of one."""
    near_one = keras.initializers.RandomNormal(1.0, 0.02)
    return layers.GroupNormalization(
        groups=-1, epsilon=1e-5, gamma_initializer=near_one
    )


NORMALIZATIONS = {
    "instance": instance_norm,
    "affine_instance": affine_instance_norm,
    "batch": layers.StatelessBatchNormalization,
}


def normalization_of(name):
    """A function that makes layers.

    Args:
        name: One of `NORMALIZATIONS`.

    Raises:
        ValueError: If the name is unknown.
    """
    check_one_of(list(NORMALIZATIONS), normalization=name)
    return NORMALIZATIONS[name]
