"""Where the entries of the zoo are: in the wheel, the checkout, and where users say."""

import os
import pathlib
import re

from kerasgen.arguments import check_paths
from kerasgen.nearest import nearest
from kerasgen.zoo.entry.manifest import is_entry
from kerasgen.zoo.sources.source import Source, checked_digest
from kerasgen.zoo.training.recipe import Recipe

VARIABLE = "KERASGEN_ZOO"  # names a folder with more entries
_ZOO = pathlib.Path(__file__).parents[1]
_registered = {}


def shipped_folder():
    """The folder of the entries that come with kerasgen, or None."""
    if (_ZOO / "entries").is_dir():
        return _ZOO / "entries"
    checkout = _ZOO.parents[1]
    # Installed, the folder above is site-packages, where `zoo` is somebody else's.
    if (checkout / "pyproject.toml").is_file() and (checkout / "zoo").is_dir():
        return checkout / "zoo"
    return None


def list_names():
    """Names that `kerasgen.zoo.load` finds, sorted.

    Example:

    ```python
    kerasgen.zoo.list()
    ```
    """
    return sorted(_entries())


def register(name, source=None, sha256=None):
    """Adds an entry, or a folder of entries, to the zoo of this process.

    Nothing is fetched before it is asked for.

    Args:
        name: What the entry is to be called. Or, alone, a folder that
            `kerasgen.zoo.save` wrote, known by its own name, or a folder with such
            folders in it.
        source: Where the entry is: anything that `kerasgen.zoo.load` takes but a name.
        sha256: Its digest, as for `kerasgen.zoo.load`.

    Returns:
        The names added, sorted.

    Raises:
        ValueError: If there is no entry, its name is taken by another one, or the
            source or the digest is not one.

    Example:

    ```py
    kerasgen.zoo.register("my_digits", "hf://me/my_digits")
    kerasgen.zoo.load("my_digits")
    ```
    """
    check_paths(name=name, source=name if source is None else source)
    if source is None:
        found = {entry: Source(path) for entry, path in _folders(name).items()}
    else:
        found = {_checked_name(name): Source.parse(source, sha256)}
    known = _entries()
    for entry, place in found.items():
        if known.get(entry, place) != place:
            raise ValueError(
                f"The zoo has an entry of that name, {known[entry].place}: take "
                f"another name. Received: {entry}, {place.place}"
            )
    _registered.update(found)
    return sorted(found)


def find(source, sha256=None):
    """The folder of an entry, fetched if it is elsewhere.

    Args:
        source, sha256: As for `kerasgen.zoo.load`.

    Raises:
        ValueError: If there is none, the nearest names are listed; if a digest is not
            one or differs; if an archive is not of an entry.
        ConnectionError: If it is not on this machine and cannot be downloaded.
    """
    check_paths(name=source)
    known = _entries()
    found = known.get(str(source))
    if found is None:
        found = Source.parse(source, sha256, known)
    elif sha256 is not None:
        found = Source(found.place, checked_digest(sha256))
    return found.folder()


def is_shipped(folder):
    """Whether the folder is one of those that come with kerasgen."""
    shipped = shipped_folder()
    return shipped is not None and folder.resolve().parent == shipped.resolve()


def find_recipe(recipe):
    """A `Recipe`, from itself, the path of a recipe file, or a name of the zoo.

    Raises:
        ValueError: If there is none; the nearest names are listed.
    """
    if isinstance(recipe, Recipe):
        return recipe
    check_paths(recipe=recipe)
    path = pathlib.Path(recipe).expanduser()
    shipped = shipped_folder()
    known = {
        name: source.place / "recipe.py"
        for name, source in _registered.items()
        if isinstance(source.place, pathlib.Path)
    }
    if shipped is not None:
        known |= {p.parent.name: p for p in shipped.glob("*/recipe.py")}
    for file in (path, known.get(str(recipe)), path / "recipe.py"):
        if file is not None and file.is_file():
            return Recipe.read(file)
    raise ValueError(
        "`recipe` must be a recipe of the zoo or the path of a recipe file. "
        f"{nearest(recipe, known)}Received: recipe={str(recipe)!r}"
    )


def _entries():
    named = os.environ.get(VARIABLE)
    more = _sources(pathlib.Path(named).expanduser() if named else None)
    return {**more, **_registered, **_sources(shipped_folder())}


def _sources(folder):
    found = _in_folder(folder) if folder else {}
    return {name: Source(path.resolve()) for name, path in found.items()}


def _folders(folder):
    folder = pathlib.Path(folder).expanduser().resolve()
    found = {folder.name: folder} if is_entry(folder) else _in_folder(folder)
    if not found:
        raise ValueError(
            "`folder` must hold an entry (config.json, weights.h5, manifest.json), or "
            f"folders with entries. Received: folder={str(folder)!r}"
        )
    return found


def _in_folder(folder):
    if not folder.is_dir():
        return {}
    return {path.name: path for path in folder.iterdir() if is_entry(path)}


def _checked_name(name):
    if not re.fullmatch(r"\w[\w.-]*", str(name)):
        raise ValueError(
            "`name` must be made of letters, digits, underscores, hyphens and dots. "
            f"Received: name={name!r}"
        )
    return str(name)
