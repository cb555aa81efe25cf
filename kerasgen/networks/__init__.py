"""Whole networks that two or more models share, and the sizes they can have."""

from kerasgen.networks.convolutional import (
    check_image_shape,
    convolutional_discriminator,
    convolutional_generator,
    doublings,
    needed,
)

__all__ = [
    "check_image_shape",
    "convolutional_discriminator",
    "convolutional_generator",
    "doublings",
    "needed",
]
