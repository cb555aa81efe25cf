"""The files that pictures go to."""

from kerasgen.files import replacing


def save_image(path, image):
    """Writes a uint8 array `(height, width, channels)` in the format of the suffix."""
    picture = _picture(image)
    with replacing(path) as temporary:
        picture.save(temporary)


def save_animation(path, images, milliseconds=200, last=2000):
    """Writes uint8 arrays of one shape as an animation (`.gif`, `.webp`, `.png`).

    Args:
        path: File to write.
        images: Sequence of arrays `(height, width, channels)`.
        milliseconds: How long each picture stands.
        last: How long the last one stands, before the animation starts again.
    """
    pictures = [_picture(image) for image in images]
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

    return Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)
