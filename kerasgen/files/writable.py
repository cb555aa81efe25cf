"""Folders that are tried out before the work whose results they are to hold."""

import pathlib
import tempfile


def writable_folder(folder):
    """A folder that files can be written to, made where it is missing.

    Args:
        folder: Path; `~` is the home folder.

    Returns:
        Its `pathlib.Path`.

    Raises:
        OSError: If it cannot be made or written to: says which, and why.
    """
    folder = pathlib.Path(folder).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OSError(
            f"`folder` must be a folder that can be written to: {error}. "
            f"Received: folder={str(folder)!r}"
        ) from error
    return folder
