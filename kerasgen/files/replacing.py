"""Files that appear whole or not at all."""

import os
import pathlib
import tempfile


class replacing:
    """Context manager: a temporary path that takes the place of `path` on success.

    The folder is made if it is missing; `~` is the home folder. After an error or an
    interruption `path` is as it was.
    """

    def __init__(self, path):
        self.path = pathlib.Path(path).expanduser()

    def __enter__(self):
        folder = self.path.parent
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            prefix=".", suffix="".join(self.path.suffixes), dir=folder
        )
        os.close(handle)
        self.temporary = pathlib.Path(name)
        return self.temporary

    def __exit__(self, kind, error, trace):
        if kind is None:
            umask = os.umask(0)
            os.umask(umask)
            self.temporary.chmod(0o666 & ~umask)  # mkstemp makes it private
            os.replace(self.temporary, self.path)
        else:
            self.temporary.unlink(missing_ok=True)
