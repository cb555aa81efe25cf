"""Whole networks that two or more models share."""

from kerasgen.networks.convolutional import (
    convolutional_discriminator,
    convolutional_generator,
)

__all__ = ["convolutional_discriminator", "convolutional_generator"]
