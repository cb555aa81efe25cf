"""Files that appear whole or not at all."""

import contextlib
import os
import pathlib
import re
import secrets

from kerasgen.files.flush import flush
from kerasgen.files.full_disk import naming
from kerasgen.files.lock import claim, remove_unclaimed

OURS = re.compile(r"\.kerasgen_[0-9a-f]{16}(\..*)?")


@contextlib.contextmanager
def replacing(path):
    """Context manager: a temporary path that takes the place of `path` on success.

    The folder is made if it is missing; `~` is the home folder. After an error or an
    interruption `path` is as it was; what a process that died has left of such files is
    removed by the next one that writes into the folder. A file that is replaced hands
    on its permissions.

    Args:
        path: Where the file goes.

    Yields:
        The path of an empty file in the same folder, with the same suffixes. Write
        into it; another file in its place could be taken for one that was left.

    Raises:
        OSError: If the folder cannot be written to, or its disk is full.
    """
    path = pathlib.Path(path).expanduser()
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep(path.parent)
    name = f".kerasgen_{secrets.token_hex(8)}{''.join(path.suffixes)}"
    temporary = path.with_name(name)
    with naming(path), claim(temporary):
        try:
            yield temporary
            flush(temporary)
            _keep_permissions(path, temporary)
            os.replace(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    flush(path.parent)


def sweep(folder):
    """Removes what processes that died while they were writing have left in a folder.

    Where the system has no locks that end with a process, it stays.
    """
    with os.scandir(folder) as found:
        for each in found:
            if OURS.fullmatch(each.name) and each.is_file(follow_symlinks=False):
                remove_unclaimed(each.path)


def _keep_permissions(path, temporary):
    with contextlib.suppress(OSError):  # nothing is there, or it has none
        temporary.chmod(path.stat().st_mode & 0o777)
