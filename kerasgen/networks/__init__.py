"""Whole networks that two or more models share, and the sizes they can have."""

from kerasgen.networks.autoencoder import (
    autoencoder_networks,
    convolutional_decoder,
    convolutional_encoder,
    dense_decoder,
    dense_encoder,
)
from kerasgen.networks.convolutional import (
    check_image_shape,
    convolutional_discriminator,
    convolutional_generator,
    doublings,
    needed,
)
from kerasgen.networks.shapes import (
    check_decoder,
    input_shapes,
    output_shapes,
    vector_size,
)

__all__ = [
    "autoencoder_networks",
    "check_decoder",
    "check_image_shape",
    "convolutional_decoder",
    "convolutional_discriminator",
    "convolutional_encoder",
    "convolutional_generator",
    "dense_decoder",
    "dense_encoder",
    "doublings",
    "input_shapes",
    "needed",
    "output_shapes",
    "vector_size",
]
