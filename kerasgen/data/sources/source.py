"""What every kind of source offers."""

import abc

from kerasgen.data.sources.as_kind import check_kind
from kerasgen.data.transform import channels_of
from kerasgen.kinds import Images
from kerasgen.nearest import nearest


class UnreadableImage(ValueError):
    """One image cannot be decoded; the message names it."""


class Source(abc.ABC):
    """A numbered set of samples, one split of it.

    Attributes:
        in_memory: whether all samples lie in memory, ready for batches.
        kind: a `Kind`, or `None` before samples have been read.
        labels: int32 `(n,)` classes, float32 `(n, k)` flags, or `None`.
        class_names: list of str in label order, or `None` where not known.
        num_classes: number of classes, or `None` where there are none.
        stems: list of str, the names of samples within their split, without the
            endings of files; `None` where they have none.
    """

    in_memory = False
    kind = None
    labels = None
    stems = None
    class_names = None
    num_classes = None

    @abc.abstractmethod
    def __len__(self):
        """Return the number of samples."""

    def of_kind(self, kind, nonnegative=False):
        """Return the same samples, read as samples of `kind`.

        Args:
            kind: a `Kind`, the name of one, or `None` for the only one that fits.
            nonnegative: whether float images of which none is below 0 are meant.

        Raises:
            ValueError: If they are of no such kind.
        """
        check_kind(kind)
        if kind in (None, "images") or isinstance(kind, Images):
            return self
        raise ValueError(f"{self} holds images. Received: kind={kind!r}")

    @abc.abstractmethod
    def open(self, index):
        """Return image `index`, decoded and upright, as a `PIL.Image.Image`.

        Raises:
            UnreadableImage: If it cannot be decoded.
        """

    def form(self, index):
        """Return `(height, width, channels)` of image `index`, upright, in 8 bits.

        Raises:
            UnreadableImage: If it cannot be decoded.
        """
        image = self.open(index)
        return image.height, image.width, channels_of(image)

    @abc.abstractmethod
    def describe(self, index):
        """Return the name of image `index` for a message."""

    @abc.abstractmethod
    def take(self, indices):
        """Return the same source with only the samples at `indices`."""

    def attributes(self, names, table=None):
        """Return float32 `(n, len(names))` of 0 and 1."""
        raise ValueError(
            "`attributes` needs a set with a table of attributes: a csv file with "
            "an `image_id` column inside the folder or archive, or "
            f"`attribute_table=`. {self} has none. Received: attributes={names}"
        )


def check_known(names, known, what):
    """Raise a `ValueError` that lists the nearest of `known`.

    Args:
        names: iterable of str, the names asked for.
        known: iterable of str, the names there are.
        what: str, the argument for the message, such as `"attributes"`.
    """
    known = list(known)
    unknown = [name for name in names if name not in known]
    if not unknown:
        return
    raise ValueError(
        f"`{what}` must name what the set has. {nearest(unknown[0], known)}"
        f"Received: {what}={unknown[0]!r}"
    )
