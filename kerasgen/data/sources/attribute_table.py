"""Tables of attributes: a csv file with one row per image."""

import csv
import io

import numpy as np

from kerasgen.data.sources.source import check_known

ID = "image_id"


class AttributeTable:
    """A csv file with an `image_id` column and one column per attribute.

    Args:
        data: bytes of the file.
        origin: str, its name, for messages.

    Raises:
        ValueError: If it is no csv file in UTF-8, there is no `image_id` column, or a
            row has another number of columns than the first.
    """

    def __init__(self, data, origin):
        self.origin = origin
        rows = self._read(data)
        self._header = [name.strip() for name in rows[0]] if rows else []
        if ID not in self._header:
            raise ValueError(
                f"A table of attributes needs a column {ID!r}. {origin} has: "
                f"{', '.join(self._header)}"
            )
        self.names = [name for name in self._header if name != ID]
        place = self._header.index(ID)
        ids = (row[place].strip().replace("\\", "/") for row in rows[1:] if row)
        self._rows = dict(zip(ids, filter(None, rows[1:]), strict=True))

    def _read(self, data):
        """Return the rows of a csv file, lists of str; empty ones among them."""
        try:
            # utf-8-sig: spreadsheets put a byte order mark before the first name.
            rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        except (UnicodeDecodeError, csv.Error) as error:
            raise ValueError(
                f"A table of attributes must be a csv file in UTF-8. {self.origin} is "
                f"not: {error}"
            ) from error
        for number, row in enumerate(rows):
            if row and len(row) != len(rows[0]):
                raise ValueError(
                    f"All rows of a table must have as many columns. {self.origin} has "
                    f"{len(rows[0])} in the first row and {len(row)} in row "
                    f"{number + 1}: {', '.join(row)[:80]}"
                )
        return rows

    def values(self, images, names):
        """Return float32 `(len(images), len(names))` of 0 and 1.

        Args:
            images: list of str, paths; a row is found by the path or its last part.
            names: list of str, columns whose values are 1/-1 or 1/0.
        """
        check_known(names, self.names, "attributes")
        columns = [self._header.index(name) for name in names]
        values = np.empty((len(images), len(names)), dtype=np.float32)
        for place, image in enumerate(images):
            row = self._rows.get(image) or self._rows.get(image.rsplit("/", 1)[-1])
            if row is None:
                raise ValueError(f"{self.origin} has no row for the image {image}")
            values[place] = [self._flag(row, column) for column in columns]
        return values

    def _flag(self, row, column):
        flag = {"1": 1.0, "-1": 0.0, "0": 0.0}.get(row[column].strip())
        if flag is None:
            raise ValueError(
                f"An attribute must be 1, 0 or -1. {self.origin} has "
                f"{row[column]!r} in the column {self._header[column]!r}"
            )
        return flag


def has_image_id(data):
    """Return whether the first line of a csv file names an `image_id` column."""
    first = data[:65536].split(b"\n", 1)[0].decode("utf-8-sig", errors="replace")
    return ID in [name.strip() for name in first.split(",")]
