"""Where the entries of the zoo are: in the wheel, the checkout, and added folders."""

import pathlib

from kerasgen.nearest import nearest
from kerasgen.zoo.recipe import Recipe

_HERE = pathlib.Path(__file__).parent
_registered = {}


def shipped_folder():
    """The folder of the entries that come with kerasgen, or None."""
    if (_HERE / "entries").is_dir():
        return _HERE / "entries"
    checkout = _HERE.parents[1]
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


def register(folder):
    """Adds an entry, or a folder of entries, to the zoo of this process.

    Args:
        folder: A folder that `kerasgen.zoo.save` wrote, known by its own name, or a
            folder with such folders in it.

    Returns:
        The names added, sorted.

    Raises:
        ValueError: If there is no entry, or its name is taken by another folder.
    """
    folder = pathlib.Path(folder).expanduser().resolve()
    found = _in_folder(folder)
    if is_entry(folder):
        found = {folder.name: folder}
    if not found:
        raise ValueError(
            "`folder` must hold an entry (config.json, weights.h5, manifest.json), or "
            f"folders with entries. Received: folder={str(folder)!r}"
        )
    known = _entries()
    for name, path in found.items():
        if name in known and known[name].resolve() != path:
            raise ValueError(
                f"The zoo has an entry of that name, {known[name]}: rename the folder. "
                f"Received: {path}"
            )
    _registered.update(found)
    return sorted(found)


def find(name_or_folder):
    """The folder of an entry.

    Raises:
        ValueError: If there is none; the nearest names are listed.
    """
    entries = _entries()
    if str(name_or_folder) in entries:
        return entries[str(name_or_folder)]
    folder = pathlib.Path(name_or_folder).expanduser()
    if folder.is_dir():
        return folder
    raise ValueError(
        "`name` must be one of kerasgen.zoo.list() or the folder of an entry. "
        f"{nearest(name_or_folder, entries)}Received: name={str(name_or_folder)!r}"
    )


def is_shipped(folder):
    """Whether the folder is one of those that come with kerasgen."""
    shipped = shipped_folder()
    return shipped is not None and folder.resolve().parent == shipped.resolve()


def is_entry(folder):
    """Whether the folder claims to hold a model."""
    return (folder / "manifest.json").is_file()


def find_recipe(recipe):
    """A `Recipe`, from itself, the path of a recipe file, or a name of the zoo.

    Raises:
        ValueError: If there is none; the nearest names are listed.
    """
    if isinstance(recipe, Recipe):
        return recipe
    path = pathlib.Path(recipe).expanduser()
    shipped = shipped_folder()
    known = {name: folder / "recipe.py" for name, folder in _registered.items()}
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
    shipped = shipped_folder()
    return {**_registered, **(_in_folder(shipped) if shipped else {})}


def _in_folder(folder):
    if not folder.is_dir():
        return {}
    return {path.name: path for path in folder.iterdir() if is_entry(path)}
