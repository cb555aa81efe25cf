"""Files by name, from a folder or from inside a zip archive."""

import os
import pathlib
import stat
import threading
import zipfile

# Of a file: what 89 million pixels in color take without compression, from which number
# on Pillow warns that a picture may be made to exhaust memory.
LARGEST = 2**28


class Folder:
    """The files below a folder, named by their path with forward slashes.

    Links are followed, and each folder counts once: under its own name where it lies
    below this one, else under the first link to it.
    """

    def __init__(self, path):
        self.path = pathlib.Path(path)

    def __str__(self):
        return str(self.path)

    def names(self):
        """Return the names of all files, in no particular order."""
        found, seen, tops = [], set(), [self.path]
        while tops:
            links = []
            for top in tops:
                found += self._walk(top, seen, links)
            tops = sorted(links)
        return found

    def read(self, name):
        """Return the bytes of a file; raises as `read_file`."""
        return read_file(self.path / name)

    def _walk(self, top, seen, links):
        """Yield names of the files below a folder, add to what was seen and to links.

        Args:
            top: path of the folder.
            seen: set of the real paths of folders that need no second visit.
            links: list of paths of linked folders, which are left for later.
        """
        for folder, folders, files in os.walk(top, followlinks=True):
            real = os.path.realpath(folder)
            if real in seen:
                folders.clear()
                continue
            seen.add(real)
            linked = [name for name in folders if _leads_away(folder, real, name)]
            links += [pathlib.Path(folder, name) for name in linked]
            folders[:] = sorted(set(folders) - set(linked))
            base = pathlib.Path(folder).relative_to(self.path)
            yield from ((base / file).as_posix() for file in files)


def _leads_away(folder, real, name):
    """Return whether a folder is a link, or a junction of Windows."""
    return os.path.realpath(os.path.join(folder, name)) != os.path.join(real, name)


class Archive:
    """The files inside a zip archive, read one at a time and never extracted.

    Reading is safe from many threads, after a fork and after pickling: a process
    opens the archive when it first reads. Names are only ever looked up inside the
    archive, so a member called `../x` reaches nothing outside. Some programs write
    backslashes into an archive on Windows, which count as slashes.
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
        self._open()
        return list(self._members)

    def read(self, name):
        """Return the bytes of a file.

        Raises:
            ValueError: If it is too large.
        """
        # One handle and a lock: a handle per thread would parse the whole directory
        # in each (seconds, and hundreds of bytes a file), to speed up the small
        # part of the work that is not decoding.
        with self._lock:
            handle = self._open()
            member = self._members[name]
            _check_size(member.file_size, name)  # no more is ever unpacked
            return handle.read(member)

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
            names = (info.filename.replace("\\", "/") for info in handle.infolist())
            members = zip(names, handle.infolist(), strict=True)
            self._members = {n: info for n, info in members if not n.endswith("/")}
        return handle


def read_file(path):
    """Return the bytes of a picture or a table.

    Raises:
        OSError: If it cannot be read, or is a pipe, a socket or a device.
        ValueError: If it has more than `LARGEST` bytes.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):  # opening a pipe waits for a writer
        raise OSError(f"{path} is not a file but a folder, a pipe or a device")
    _check_size(found.st_size, path)
    return path.read_bytes()


def _check_size(size, name):
    """Refuse a file that would exhaust memory."""
    if size > LARGEST:
        raise ValueError(
            f"A picture or a table must not be larger than {LARGEST:,} bytes. "
            f"Received: {name} of {size:,} bytes"
        )
