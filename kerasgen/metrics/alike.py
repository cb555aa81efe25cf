"""Pictures of several sizes, or gray ones among color: made alike to be measured."""

import concurrent.futures
import dataclasses
from collections.abc import Callable

from kerasgen.data.transform import in_channels, pixels_of, to_8_bit


@dataclasses.dataclass(frozen=True)
class Resized:
    """Brings each picture to the size at which an extractor looks, on the host.

    Attributes:
        channels: 1 or 3.
        resize: Called with uint8 `(height, width, channels)`, gives the same of one
            size.
    """

    channels: int
    resize: Callable

    def __call__(self, image):
        """uint8 `(height, width, channels)` of a `PIL.Image.Image`."""
        return self.resize(pixels_of(in_channels(to_8_bit(image), self.channels)))


def alike(source, transform, resize, workers):
    """The transform that gives all pictures of a source one shape.

    An extractor resizes everything anyway, so that sets of one size need none of this.

    Args:
        source: A `kerasgen.data` source of pictures, or of anything else that has one
            shape already.
        transform: The `Transform` that was asked for.
        resize: As `Resized` takes it, or None.
        workers: Threads that look at the pictures.

    Returns:
        `(transform, done)`: `done` says what had to be done, for protocols; None where
        nothing had.
    """
    if source.kind is not None:
        return transform, None
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        forms = set(pool.map(source.form, range(len(source))))
    sizes = {form[:2] for form in forms}
    channels = {form[2] for form in forms}
    done = []
    if len(channels) > 1 and transform.channels is None:
        done.append("gray ones in color")
        transform = dataclasses.replace(transform, channels=3)
    if len(sizes) > 1 and transform.image_size is None and resize is not None:
        done.append(
            f"{len(sizes)} sizes, each resized on the host as the extractor resizes, "
            "and rounded to 8 bits"
        )
        transform = Resized(transform.channels or channels.pop(), resize)
    return transform, "; ".join(done) or None
