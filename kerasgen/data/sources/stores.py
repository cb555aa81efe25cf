"""Files by name, from a folder or from inside a zip archive."""

import os
import pathlib
import threading
import zipfile


class Folder:
    """The files below a folder, named by their path with forward slashes."""

    def __init__(self, path):
        self.path = pathlib.Path(path)

    def __str__(self):
        return str(self.path)

    def names(self):
        """Return the names of all files, in no particular order."""
        found = []
        for folder, _, files in os.walk(self.path, followlinks=True):
            base = pathlib.Path(folder).relative_to(self.path)
            found += [(base / file).as_posix() for file in files]
        return found

    def read(self, name):
        """Return the bytes of a file."""
        return (self.path / name).read_bytes()


class Archive:
    """The files inside a zip archive, read one at a time and never extracted.

    Reading is safe from many threads, after a fork and after pickling: a process
    opens the archive when it first reads. Names are only ever looked up inside the
    archive, so a member called `../x` reaches nothing outside.
    """

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self._handle = (None, None)
        self._lock = threading.Lock()
        self._open()

    def __str__(self):
        return str(self.path)

    def __getstate__(self):
        return {"path": self.path}

    def __setstate__(self, state):
        self.__init__(state["path"])

    def names(self):
        """Return the names of all files, in no particular order."""
        infos = self._open().infolist()
        return list({info.filename: None for info in infos if not info.is_dir()})

    def read(self, name):
        """Return the bytes of a file."""
        # One handle and a lock: a handle per thread would parse the whole directory
        # in each (seconds, and hundreds of bytes a file), to speed up the small
        # part of the work that is not decoding.
        with self._lock:
            return self._open().read(name)

    def _open(self):
        # A forked child shares the file position with its parent, hence the pid.
        pid, handle = self._handle
        if pid != os.getpid():
            try:
                handle = zipfile.ZipFile(self.path)
            except zipfile.BadZipFile as error:
                raise ValueError(
                    f"{self.path} is not a whole zip archive; it may be cut off: "
                    f"{error}"
                ) from error
            self._handle = (os.getpid(), handle)
        return handle
