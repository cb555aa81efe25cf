"""How extractors resize: in the compiled step, and a picture on the host."""

import functools

import numpy as np
from keras import ops

from kerasgen.extractors.bicubic import bicubic, bicubic_on_host


def bilinear(images, size):
    """Resizes images bilinearly, antialiased, with half-pixel centers."""
    return ops.image.resize(images, size, "bilinear", True, data_format="channels_last")


def bilinear_on_host(picture, size):
    """The same of one picture, uint8 `(height, width, channels)`, rounded to uint8."""
    from PIL import Image

    # In float, a channel at a time: of bytes Pillow rounds twice.
    channels = (Image.fromarray(c) for c in np.moveaxis(picture, -1, 0))
    resized = [
        np.asarray(c.convert("F").resize(size[::-1], Image.Resampling.BILINEAR))
        for c in channels
    ]
    return np.rint(np.stack(resized, axis=-1)).clip(0, 255).astype("uint8")


RESIZING = {"bilinear": bilinear, "bicubic": bicubic}
ON_HOST = {"bilinear": bilinear_on_host, "bicubic": bicubic_on_host}


def on_host(image_size, interpolation):
    """A function that resizes one picture, or None for no size."""
    if image_size is None:
        return None
    return functools.partial(ON_HOST[interpolation], size=image_size)


def resizer_name(image_size, interpolation):
    """What protocols say of it."""
    if image_size is None:
        return "none"
    height, width = image_size
    return f"{interpolation} to {height}x{width}, antialiased, half-pixel centres"
