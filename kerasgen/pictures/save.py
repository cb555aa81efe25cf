"""The files that pictures go to."""

import pathlib

import numpy as np

from kerasgen.arguments import as_array, as_list, check_paths, check_positive
from kerasgen.files import replacing


def save_image(path, image):
    """Writes a picture in the format of the suffix.

    Args:
        path: File to write.
        image: uint8 array `(height, width, channels)`, 1, 3 or 4 channels.

    Raises:
        ValueError: If it is anything else.
    """
    picture = _picture(image)
    with replacing(path) as temporary:
        picture.save(temporary)


def save_each(folder, images):
    """Writes uint8 arrays `(height, width, channels)` as `00000.png`, `00001.png` ...

    Args:
        folder: An empty folder, or one that is made: other pictures in it would be
            taken for some of these.
        images: Sequence of arrays.

    Raises:
        ValueError: If there is anything in the folder.
    """
    check_paths(folder=folder)
    images = as_list("images", images, "arrays")
    folder = pathlib.Path(folder).expanduser()
    if folder.is_dir() and any(folder.iterdir()):
        raise ValueError(
            "`folder` must be empty, so that nothing else is taken for these pictures. "
            f"Received: folder={str(folder)!r}"
        )
    for number, image in enumerate(images):
        save_image(folder / f"{number:05d}.png", image)


def save_animation(path, images, milliseconds=200, last=2000):
    """Writes uint8 arrays of one shape as an animation (`.gif`, `.webp`, `.png`).

    Args:
        path: File to write.
        images: Sequence of arrays `(height, width, channels)`, 1, 3 or 4 channels.
        milliseconds: How long each picture stands.
        last: How long the last one stands, before the animation starts again.

    Raises:
        ValueError: If there is no picture, they differ in shape, or a time is not a
            positive integer.
    """
    check_positive(milliseconds=milliseconds, last=last)
    images = as_list("images", images, "arrays")
    pictures = [_picture(image) for image in images]
    shapes = sorted({np.shape(image) for image in images})
    if len(shapes) != 1:
        raise ValueError(
            "`images` must hold at least one picture, and all have one shape. "
            f"Received: {', '.join(map(str, shapes)) or 'no pictures'}"
        )
    durations = [milliseconds] * (len(pictures) - 1) + [last]
    with replacing(path) as temporary:
        pictures[0].save(
            temporary,
            save_all=True,
            append_images=pictures[1:],
            duration=durations,
            loop=0,
        )


def _picture(image):
    from PIL import Image

    image = as_array("image", image)
    if image.dtype != "uint8" or image.ndim != 3 or image.shape[2] not in (1, 3, 4):
        raise ValueError(
            "A picture must be a uint8 array (height, width, 1, 3 or 4). "
            f"Received: {image.dtype} array of shape {image.shape}"
        )
    return Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)
