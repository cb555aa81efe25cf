"""Where kerasgen keeps what it has fetched or worked out."""

import contextlib
import dataclasses
import os
import pathlib
import shutil
import stat

from kerasgen.files.lock import locked

ENTRIES = "zoo"  # whose folders are each kept for itself


def cache_folder(*parts):
    """`kerasgen` in the folder of Keras: `~/.keras`, unless KERAS_HOME says otherwise.

    Args:
        *parts: Names of folders inside it.
    """
    home = os.environ.get("KERAS_HOME") or "~/.keras"
    return pathlib.Path(home).expanduser().joinpath("kerasgen", *parts)


@dataclasses.dataclass(frozen=True)
class Kept:
    """A file or folder of the cache that can be removed alone.

    Attributes:
        name: Its path in the cache, such as `zoo/<digest>` or `statistics`.
        bytes: Its size.
        changed: When it was last written to, in seconds since 1970.
    """

    name: str
    bytes: int
    changed: float


def list_cache():
    """What the cache holds: a list of `Kept`, by name."""
    return [_kept(path) for path in _parts() if path.suffix != ".lock"]


def clear_cache(names=None):
    """Removes what the cache holds; it is fetched, or worked out, again when needed.

    Entries are waited for until whoever brings them has done so.

    Args:
        names: As in `Kept`; None removes everything.

    Returns:
        The list of `Kept` that is gone.

    Raises:
        ValueError: If there is nothing of a name.
        OSError: If something cannot be removed.
    """
    there = {kept.name: kept for kept in list_cache()}
    for name in names or ():
        if name not in there:
            raise ValueError(
                "`names` must be of what the cache holds, which is "
                f"{', '.join(there) or 'nothing'}. Received: {name!r}"
            )
    gone = [kept for name, kept in there.items() if names is None or name in names]
    for kept in gone:
        path = cache_folder(*kept.name.split("/"))
        with locked(_lock_of(path)):
            if _is_folder(path):
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    return gone


def _parts():
    """Paths of what can be removed alone, sorted."""
    top = cache_folder()
    if not top.is_dir():
        return []
    folder = top / ENTRIES
    entries = sorted(folder.iterdir()) if folder.is_dir() else []
    return sorted([path for path in top.iterdir() if path != folder] + entries)


def _lock_of(path):
    """The lock that whoever writes there holds."""
    if path.parent.name == ENTRIES:
        return path.with_suffix(".lock")
    return path.with_name(f"{path.name.removesuffix('.part')}.lock")


def _is_folder(path):
    """Whether it is one itself, and no link to one that may be somebody else's."""
    return path.is_dir() and not path.is_symlink()


def _kept(path):
    size, changed = 0, 0.0
    for file in [path, *(path.rglob("*") if _is_folder(path) else ())]:
        with contextlib.suppress(FileNotFoundError):  # removed by another process
            found = file.lstat()
            size += found.st_size if stat.S_ISREG(found.st_mode) else 0
            changed = max(changed, found.st_mtime)
    return Kept(path.relative_to(cache_folder()).as_posix(), size, changed)
