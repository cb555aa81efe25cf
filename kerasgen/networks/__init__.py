"""Whole networks that two or more models share, and the sizes they can have."""

from kerasgen.networks.autoencoder import (
    autoencoder_networks,
    convolutional_decoder,
    convolutional_encoder,
    dense_decoder,
    dense_encoder,
)
from kerasgen.networks.code_discriminator import code_discriminator
from kerasgen.networks.convolutional import (
    convolutional_discriminator,
    convolutional_generator,
)
from kerasgen.networks.patch_discriminator import patch_discriminator
from kerasgen.networks.reach import symbolic_outputs, warn_of_outputs
from kerasgen.networks.residual_translator import residual_translator
from kerasgen.networks.shapes import (
    check_decoder,
    check_translator,
    input_shapes,
    output_shapes,
    vector_size,
)
from kerasgen.networks.sizes import check_image_shape, doublings, needed
from kerasgen.networks.u_net import u_net

__all__ = [
    "autoencoder_networks",
    "check_decoder",
    "check_image_shape",
    "check_translator",
    "code_discriminator",
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
    "patch_discriminator",
    "residual_translator",
    "symbolic_outputs",
    "u_net",
    "vector_size",
    "warn_of_outputs",
]
