"""Which images of a folder belong to which split and class, from names alone."""

import dataclasses
import pathlib
import re

EXTENSIONS = frozenset(
    ".avif .bmp .dib .gif .j2k .jfif .jp2 .jpe .jpeg .jpg .pbm .pcx .pgm .png .pnm "
    ".ppm .qoi .tga .tif .tiff .webp".split()
)
SPLIT = re.compile(r"(train|training|val|valid|validation|dev|test|testing)[A-Z]?")


@dataclasses.dataclass(frozen=True)
class Layout:
    """The images of a folder or archive, sorted.

    Attributes:
        splits: dict of split name to a list of file names, each sorted.
        classes: dict of file name to class name, or `None` without classes.
        class_names: list of str, sorted, over all splits; `None` without classes.
        stems: dict of file name to its path within the split, without the ending.
    """

    splits: dict
    classes: dict | None
    class_names: list | None
    stems: dict


def read_layout(names):
    """Return the `Layout` of the files called `names`.

    Args:
        names: iterable of str, paths with forward slashes.
    """
    # {name: parts of its path}; folders that hold everything are left out.
    parts = _unwrapped(
        {name: tuple(name.split("/")) for name in names if is_image(name)}
    )
    if any(len(path) > 1 and SPLIT.fullmatch(path[0]) for path in parts.values()):
        splits = {}
        for name in sorted(parts):
            if len(parts[name]) > 1:
                splits.setdefault(parts[name][0], []).append(name)
        parts = {n: parts[n][1:] for split in splits.values() for n in split}
    else:
        splits = {"train": sorted(parts)} if parts else {}
    parts = _unwrapped(parts)
    stems = {n: "/".join(path).rpartition(".")[0] for n, path in parts.items()}
    folders = {path[0] if len(path) > 1 else None for path in parts.values()}
    if None in folders or len(folders) < 2:
        return Layout(splits, None, None, stems)
    classes = {name: path[0] for name, path in parts.items()}
    return Layout(splits, classes, sorted(folders), stems)


def is_image(name):
    """Return whether a file is a picture by its name."""
    path = pathlib.PurePosixPath(name)
    hidden = any(p.startswith(".") and p != ".." for p in path.parts)
    mac = path.parts[0] == "__MACOSX"  # resource forks that Finder adds to a zip
    return path.suffix.lower() in EXTENSIONS and not hidden and not mac


def _unwrapped(parts):
    """Leave out leading folders that every image lies in, unless they are splits."""
    while parts:
        first = {path[0] if len(path) > 1 else None for path in parts.values()}
        if len(first) > 1 or None in first or SPLIT.fullmatch(*first):
            break
        parts = {name: path[1:] for name, path in parts.items()}
    return parts
