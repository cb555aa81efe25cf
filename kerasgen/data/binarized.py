"""Gray images as black and white ones, each pixel drawn by its value."""

import functools

import numpy as np

from kerasgen.arguments import check_one_of
from kerasgen.data.sources.source import Source

WAYS = ("static", "dynamic")
STATIC_SEED = 0  # the one version that numbers are compared on


class Binarized(Source):
    """Images of a source, each drawn once and for all.

    Of all samples of a split together this is

        rng = np.random.Generator(np.random.PCG64(0))
        255 * (rng.random(images.shape) < images / 255)

    whichever of them are taken and in whatever order they are read.

    Args:
        samples: what offers `len`, `kind`, `in_memory` and `get(indices)`, uint8.
        rows: ints `(n,)`, the places of the samples in the whole split.
    """

    def __init__(self, samples, rows):
        self.samples = samples
        self.rows = rows
        self.kind = samples.kind
        self.stems = samples.stems

    def __len__(self):
        return len(self.samples)

    def __str__(self):
        return str(self.samples)

    @property
    def in_memory(self):
        return self.samples.in_memory

    def get(self, indices):
        """Return the images at `indices`, 0 and 255, `(n, height, width, channels)`."""
        if self.in_memory:
            return self._all[indices]
        return drawn(self.samples.get(indices), self.rows[indices], STATIC_SEED)

    @functools.cached_property
    def _all(self):
        """All of them: to draw them for each batch was a sixth of a VAE's step."""
        return drawn(self.samples.get(np.arange(len(self))), self.rows, STATIC_SEED)

    def open(self, index):
        from PIL import Image

        pixels = self.get(np.array([index]))[0]
        return Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)

    def describe(self, index):
        return self.samples.describe(index)

    def take(self, indices):
        return Binarized(self.samples.take(indices), self.rows[indices])


def drawn(images, rows, seed):
    """Return images of 0 and 255, whose means over all seeds are the gray ones.

    Args:
        images: uint8 `(n, height, width, channels)`.
        rows: ints `(n,)`: the place of each in its split, which alone says which of the
            seed's numbers are its own.
        seed: an integer, or a list of integers.
    """
    bits, at = np.random.PCG64(seed), 0
    size = images[0].size if len(images) else 0
    binary = np.empty_like(images)
    for image, row, result in zip(images, map(int, rows), binary, strict=True):
        bits.advance((row * size - at) % 2**128)  # its period: backwards is forwards
        at = (row + 1) * size
        # What `Generator.random` makes of 64 bits, which is fixed in this form.
        uniform = (bits.random_raw(size) >> np.uint64(11)) * 2.0**-53
        result[...] = 255 * (uniform.reshape(image.shape) < image / 255)
    return binary


def check_binarize(binarize):
    """Refuse any other way than there is."""
    check_one_of((*WAYS, None), binarize=binarize)


def binarized(samples, rows, binarize):
    """Return the samples of a set, binary where that is asked for once and for all.

    Raises:
        ValueError: If they are to be binary and are no uint8 images.
    """
    if binarize is None:
        return samples
    dtype = samples.get(np.array([0])).dtype
    if samples.kind.noun != "images" or dtype != np.uint8:
        raise ValueError(
            "`binarize` draws black or white for each pixel of uint8 images. "
            f"Received: binarize={binarize!r} and {dtype} {samples.kind.noun}"
        )
    return Binarized(samples, rows) if binarize == "static" else samples
