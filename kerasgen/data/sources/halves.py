"""Pairs that lie in one picture, the one sample beside the other."""

from kerasgen.data.sources.source import Source


class Half(Source):
    """The left or the right half of each image of a source.

    Args:
        source: a `Source` of images.
        right: bool, which half.
    """

    def __init__(self, source, right):
        self.source = source
        self.right = right
        self.stems = source.stems

    def __len__(self):
        return len(self.source)

    def __str__(self):
        return str(self.source)

    def open(self, index):
        image = self.source.open(index)
        if image.width % 2:
            raise ValueError(
                "Two pictures side by side have the same width, so that of the whole "
                f"must be even. {self.describe(index)} is {image.width} pixels wide"
            )
        middle = image.width // 2
        left = middle if self.right else 0
        return image.crop((left, 0, left + middle, image.height))

    def describe(self, index):
        return self.source.describe(index)

    def take(self, indices):
        return Half(self.source.take(indices), self.right)
