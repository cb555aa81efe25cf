"""Images in the files of a folder or a zip archive."""

import contextlib
import copy
import io
import pathlib

import numpy as np

from kerasgen.data.sources.attribute_table import AttributeTable, has_image_id
from kerasgen.data.sources.layout import read_layout
from kerasgen.data.sources.source import Source, UnreadableImage
from kerasgen.data.sources.stores import read_file
from kerasgen.data.transform import channels_of

ORIENTATION = 0x0112  # of EXIF: from 5 on, height and width change places
QUARTER_TURN = 5


class FileSource(Source):
    """One split of the images in a store, sorted by name.

    Args:
        store: a `Folder` or an `Archive`.
        split: str, a split folder such as `"test"` or `"trainA"`; `"train"` where
            there are none.
    """

    def __init__(self, store, split):
        self.store = store
        names = store.names()
        layout = read_layout(names)
        if not layout.splits:
            found = f"{len(names)} files, no images" if names else "no files"
            raise ValueError(f"There must be images to load. {store} has {found}")
        if split not in layout.splits:
            raise ValueError(
                f"`split` must be one that {store} has: "
                f"{', '.join(sorted(layout.splits))}. Received: split={split!r}"
            )
        self.names = layout.splits[split]
        self._stems = layout.stems
        if layout.classes is not None:
            self.class_names = layout.class_names
            self.num_classes = len(layout.class_names)
            number = {name: i for i, name in enumerate(layout.class_names)}
            classes = [number[layout.classes[name]] for name in self.names]
            self.labels = np.array(classes, dtype=np.int32)
        self._tables = [name for name in names if name.lower().endswith(".csv")]

    def __len__(self):
        return len(self.names)

    def __str__(self):
        return str(self.store)

    @property
    def stems(self):
        return [self._stems[name] for name in self.names]

    def open(self, index):
        from PIL import ImageOps

        with self._opened(index) as image:
            image.load()
            ImageOps.exif_transpose(image, in_place=True)
        return image

    def form(self, index):
        with self._opened(index) as image:
            # Of a PNG it would decode everything to look for what is hardly ever there.
            has_exif = image.format != "PNG" or "exif" in image.info
            turned = has_exif and image.getexif().get(ORIENTATION, 1) >= QUARTER_TURN
            size = image.size if turned else image.size[::-1]
            return *size, channels_of(image)

    @contextlib.contextmanager
    def _opened(self, index):
        """Context manager: the image as Pillow opens it; what fails names it."""
        from PIL import Image

        try:
            yield Image.open(io.BytesIO(self.store.read(self.names[index])))
        except MemoryError:
            raise
        except Exception as error:  # broken files raise nearly anything in Pillow
            raise UnreadableImage(
                f"{self.describe(index)} cannot be read as an image: {error}. "
                'Remove it, or pass on_error="skip".'
            ) from error

    def describe(self, index):
        return f"{self.names[index]} in {self.store}"

    def take(self, indices):
        taken = copy.copy(self)
        taken.names = [self.names[index] for index in indices]
        if self.labels is not None:
            taken.labels = self.labels[indices]
        return taken

    def attributes(self, names, table=None):
        if table is not None:
            return AttributeTable(_read(table), str(table)).values(self.names, names)
        for name in sorted(self._tables):
            data = self.store.read(name)
            if has_image_id(data):
                found = AttributeTable(data, f"{name} in {self.store}")
                return found.values(self.names, names)
        return super().attributes(names)


def _read(table):
    """Return the bytes of a table of attributes that lies anywhere."""
    try:
        return read_file(pathlib.Path(table).expanduser())
    except (OSError, ValueError) as error:
        raise ValueError(
            "`attribute_table` must be a csv file that can be read. "
            f"Received: attribute_table={str(table)!r} ({error})"
        ) from error
