"""Images of which each epoch shows other parts: random crops."""

import numpy as np

from kerasgen.kinds import Images


class Jittered:
    """Images that are larger than what is shown of them.

    Args:
        samples: what a `Dataset` takes, of images at least as large as `size`.
        size: `(height, width)` of what is shown.

    Attributes:
        kind: the `Images` that are shown.
    """

    def __init__(self, samples, size):
        self.samples = samples
        self.kind = Images((*size, samples.kind.shape[-1]))
        larger = samples.kind.shape[:2]
        self.margins = np.array([a - b for a, b in zip(larger, size, strict=True)])

    def __len__(self):
        return len(self.samples)

    def __str__(self):
        return str(self.samples)

    @property
    def in_memory(self):
        return self.samples.in_memory

    def get(self, indices):
        """Return the middle of the images at `indices`."""
        return self.cropped(indices, np.full((len(indices), 2), 0.5))

    def cropped(self, indices, shares):
        """Return parts of the images at `indices`, uint8 `(n, *kind.shape)`.

        Args:
            indices: int array `(n,)`.
            shares: float array `(n, 2)` in [0, 1): of all tops and of all lefts that
                there are.
        """
        images = self.samples.get(indices)
        corners = np.floor(shares * (self.margins + 1)).astype(int)
        height, width, _ = self.kind.shape
        parts = [
            image[top : top + height, left : left + width]
            for image, (top, left) in zip(images, corners, strict=True)
        ]
        return np.stack(parts)
