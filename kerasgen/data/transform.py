"""From any picture to pixels of one size and number of channels."""

import dataclasses

import numpy as np

from kerasgen.arguments import check_positive, is_integer


@dataclasses.dataclass(frozen=True)
class Transform:
    """Channels, then a center crop, then a resize, each where asked for.

    Attributes:
        crop: `(height, width)` of the center crop, or `None`.
        image_size: `(height, width)` of the result, or `None`.
        channels: 1, 3, or `None` for what the picture has.
    """

    crop: tuple | None = None
    image_size: tuple | None = None
    channels: int | None = None

    def leaves(self, shape):
        """Return whether images of a shape come out as they are."""
        height, width, channels = shape
        return (
            self.crop in (None, (height, width))
            and self.image_size in (None, (height, width))
            and self.channels in (None, channels)
        )

    def __call__(self, image):
        """Return uint8 `(height, width, channels)` from a `PIL.Image.Image`."""
        image = in_channels(to_8_bit(image), self.channels)
        if self.crop is not None:
            image = center_crop(image, *self.crop)
        if self.image_size is not None:
            image = resize(image, *self.image_size)
        return pixels_of(image)


def transform_of(crop, image_size, channels):
    """Return the `Transform` of arguments as users give them.

    Args:
        crop, image_size: int, `(height, width)`, or `None`.
        channels: 1, 3, or `None`.

    Raises:
        ValueError: If one is anything else.
    """
    if isinstance(channels, bool) or channels not in (None, 1, 3):
        raise ValueError(
            f"`channels` must be 1, 3 or None. Received: channels={channels!r}"
        )
    return Transform(_size(crop=crop), _size(image_size=image_size), channels)


def _size(**size):
    """Return `(height, width)` of one argument, `None` where there is none."""
    ((name, value),) = size.items()
    if value is None:
        return None
    pair = (value, value) if is_integer(value) else value
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise ValueError(
            f"`{name}` must be an integer or (height, width). "
            f"Received: {name}={value!r}"
        )
    for side in pair:
        check_positive(**{name: side})
    return tuple(int(side) for side in pair)


def to_8_bit(image):
    """Return a picture in mode L or RGB, composited over white if transparent.

    16-bit gray is rounded to 8 bits (divided by 257).
    """
    from PIL import Image

    if image.mode.startswith("I;16"):
        pixels = np.asarray(image).astype(np.uint32)
        return Image.fromarray(((pixels + 128) // 257).astype(np.uint8))
    if image.mode in ("I", "F"):
        raise ValueError(
            "has 32-bit pixels, whose range is not known; convert it to 8 bits"
        )
    mode = "L" if channels_of(image) == 1 else "RGB"
    if image.has_transparency_data:
        # Through RGBA, which Pillow can composite, then back to what it was.
        white = Image.new("RGBA", image.size, "white")
        white.alpha_composite(image.convert("RGBA"))
        image = white
    return image if image.mode == mode else image.convert(mode)


def channels_of(image):
    """Return how many channels a picture has once it is in 8 bits, 1 or 3."""
    gray = image.mode in ("1", "L", "LA", "La") or image.mode.startswith("I;16")
    return 1 if gray else 3


def in_channels(image, channels):
    """Return a picture in mode L or RGB in gray (1), color (3), or as it is (None)."""
    mode = {None: image.mode, 1: "L", 3: "RGB"}[channels]
    return image if image.mode == mode else image.convert(mode)


def pixels_of(image):
    """Return uint8 `(height, width, channels)` of a picture in mode L or RGB."""
    pixels = np.asarray(image)
    return pixels[..., None] if pixels.ndim == 2 else pixels


def center_crop(image, height, width):
    """Return the middle; of an odd margin the extra pixel goes right and below."""
    if image.height < height or image.width < width:
        raise ValueError(
            f"is {image.height} x {image.width} (height x width), smaller than the "
            f"crop of {height} x {width}"
        )
    top = (image.height - height) // 2
    left = (image.width - width) // 2
    return image.crop((left, top, left + width, top + height))


def resize(image, height, width):
    """Crop to the aspect ratio of the result, then resize with Lanczos.

    The cropped side is rounded to the nearest pixel.
    """
    from PIL import Image

    if image.width * height > image.height * width:
        kept = image.height, max(1, _divide(image.height * width, height))
    else:
        kept = max(1, _divide(image.width * height, width)), image.width
    image = center_crop(image, *kept)
    if kept == (height, width):
        return image
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _divide(a, b):
    """Return `a / b` to the nearest integer, halves up."""
    return (2 * a + b) // (2 * b)
