"""The two representations of images: uint8 in [0, 255] and float in [-1, 1]."""

import keras
import numpy as np
from keras import ops


def to_float(images):
    """uint8 tensors to float32 in [-1, 1]; other tensors are cast to float32."""
    floats = ops.cast(images, "float32")
    if keras.backend.standardize_dtype(images.dtype) == "uint8":
        return floats / 127.5 - 1.0
    return floats


def to_uint8(images):
    """Float arrays in [-1, 1] to uint8, rounded to the nearest and clipped."""
    images = np.asarray(images, "float32")
    return np.rint(np.clip((images + 1.0) * 127.5, 0.0, 255.0)).astype("uint8")
