"""Pictures: uint8 in [0, 255] in data, float in [-1, 1] in networks."""

import keras
import numpy as np
from keras import ops

from kerasgen.kinds.kind import Kind, check_finite, check_range, on_host
from kerasgen.registered import registered

TOLERANCE = 1e-3  # of the range of floats, for what resizing rounds


@registered
class Images(Kind):
    """Pictures with channels last.

    Data is uint8, or float in [-1, 1]; networks take and make floats in [-1, 1];
    samples come back as uint8.

    Args:
        shape: `(height, width, channels)`.
    """

    noun = "images"
    dtype = "uint8"
    interval = (-1.0, 1.0)

    def __init__(self, shape):
        super().__init__(shape)
        if len(self.shape) != 3:
            raise ValueError(
                "An image has the shape (height, width, channels). "
                f"Received: shape={self.shape}"
            )

    def check_shape(self, found, name):
        if len(found) != 4:
            super().check_shape(found, name)
        height, width, channels = self.shape
        if found[1:] != self.shape and has_channels_first(found[1:]):
            raise ValueError(
                f"`{name}` must have their channels last, {self._batch_shape()}: pass "
                f"`np.moveaxis(images, 1, -1)`. Received: shape {found}"
            )
        if found[1:3] == (height, width) and found[3] != channels:
            raise ValueError(
                f"The model was made for {_colors(channels)} and the data has "
                f"{_colors(found[3])}. Received: `{name}` of shape {found}, expected "
                f"{self._batch_shape()}"
            )
        if found[1:] != self.shape:
            raise ValueError(
                f"`{name}` must have shape {self._batch_shape()}: load them with "
                f"`image_size={self.shape[:2]}` or build the model with "
                f"`image_shape={found[1:]}`. Received: shape {found}"
            )

    def check_dtype(self, dtype, name):
        if dtype == "uint8" or "float" in dtype:
            return
        advice = (
            "For True and False: `images.astype('uint8') * 255`."
            if dtype == "bool"
            else "For 0 to 255: `images.astype('uint8')`, which makes nonsense of what "
            "is larger; for 0 to 65535: `(images / 257).round().astype('uint8')`."
        )
        raise ValueError(
            f"`{name}` must be uint8 or float. {advice} Received: dtype {dtype}"
        )

    def limits(self, dtype):
        return None if dtype == "uint8" else (-1.0 - TOLERANCE, 1.0 + TOLERANCE)

    def check_values(self, values, name):
        if values.dtype == np.uint8:
            return
        values = values.astype("float32", copy=False)
        check_finite(values, name)
        check_range(
            values,
            *self.limits("float32"),
            f"Float `{name}` must lie in [-1, 1]; pass uint8 in [0, 255] to have them "
            "scaled.",
        )

    def check_set(self, samples, name=None, if_meant="pass `nonnegative=True`"):
        """Refuses float images of which none is below 0: [0, 1], most likely.

        Those of a single value, as blank ones are, say nothing.
        """
        values = on_host(samples)
        if values.dtype == np.uint8 or not values.size:
            return
        low, high = float(values.min()), float(values.max())
        if 0.0 <= low < high:
            raise ValueError(
                f"Float `{name or self.noun}` lie in [-1, 1], and none of these is "
                "below 0: for [0, 1] pass `images * 2 - 1`, or uint8 in [0, 255]. If "
                f"they are meant to be so, {if_meant}. "
                f"Received: values in [{low:g}, {high:g}]"
            )

    def to_float(self, samples):
        floats = ops.cast(samples, "float32")
        if keras.backend.standardize_dtype(samples.dtype) == "uint8":
            return floats / 127.5 - 1.0
        return floats

    def to_host(self, samples):
        samples = np.asarray(samples, "float32")
        return np.rint(np.clip((samples + 1.0) * 127.5, 0.0, 255.0)).astype("uint8")

    def views(self, samples):
        """The images; transparent ones over white, other channels side by side."""
        channels = self.shape[-1]
        if channels in (1, 3):
            return samples
        if channels == 4:
            return _over_white(samples)
        samples = np.moveaxis(samples, -1, 2)  # (n, height, channels, width)
        return samples.reshape(*samples.shape[:2], -1, 1)


def has_channels_first(shape):
    """Whether the shape of an image is most likely (channels, height, width)."""
    return len(shape) == 3 and shape[0] in (1, 3) and min(shape[1:]) > 4


def _over_white(samples):
    colors, alpha = samples[..., :3].astype("float32"), samples[..., 3:] / 255.0
    return np.rint(colors * alpha + 255.0 * (1.0 - alpha)).astype("uint8")


def _colors(channels):
    return {1: "gray images (1 channel)", 3: "color images (3 channels)"}.get(
        channels, f"{channels} channels"
    )
