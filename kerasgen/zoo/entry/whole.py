"""Whole entries or none: always the files of one save.

`put` writes new files into `.saving`, a folder inside the entry, and moves them up. The
manifest goes first, and that is the switch: until then the entry is the old one, from
then on the new one, though some of its files may still be in `.saving`. `opened` takes
each file from where it has the digest in the manifest. So an entry can be read at any
moment, also by those who may not write to it, and what a process that died has left
there is tidied up by the next `put`.
"""

import contextlib
import io
import os
import pathlib
import shutil

from kerasgen.files import flush, locked, naming
from kerasgen.zoo.entry.manifest import FILE, Manifest, StoredFile, check_exists, verify

FRESH = ".saving"
LOCK = ".saving.lock"
ATTEMPTS = 100  # to read an entry that others keep replacing


def put(folder, contents):
    """Makes these the files of an entry, all at once; others of its folder stay.

    Processes and threads that do so at the same time wait for one another.

    Args:
        folder: The entry, made if it is missing.
        contents: `{name: bytes}`, the manifest among them. Files that it names and that
            are not here are those of the folder.

    Raises:
        OSError: If the folder cannot be written to, or its disk is full; the entry is
            what it was.
    """
    folder = pathlib.Path(folder)
    with locked(folder / LOCK):
        _tidy(folder)
        try:
            _write(folder / FRESH, contents)
            os.replace(folder / FRESH / FILE, folder / FILE)  # the switch
            flush(folder)
        finally:
            with contextlib.suppress(OSError):  # the entry is whole, and `_tidy` again
                _tidy(folder)


@contextlib.contextmanager
def opened(folder):
    """Context manager: the manifest of an entry and its files, open for reading.

    They are of one and the same save, and stay what they are when another process saves
    the entry meanwhile.

    Yields:
        `(manifest, {name: EntryFile})`, that of the manifest among them.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If a file is cut off or altered: says which, and how.
    """
    manifest, files = _of_one_save(pathlib.Path(folder))
    with contextlib.ExitStack() as stack:
        for file in files.values():
            stack.enter_context(file)
        yield manifest, files


def contents(folder):
    """`{name: bytes}` of an entry's files, the manifest among them, all of one save.

    Raises:
        FileNotFoundError, ValueError: As `opened`.
    """
    with opened(folder) as (_, files):
        return {name: file.read_bytes() for name, file in files.items()}


class EntryFile(io.BufferedReader):
    """An open file that answers to what its path does.

    It stays the same file when the path comes to lead to another one.
    """

    def __init__(self, path):
        super().__init__(io.FileIO(path))
        self.path = path

    def __str__(self):
        return str(self.path)

    @property
    def parent(self):
        return self.path.parent

    def stat(self):
        return os.fstat(self.fileno())

    def is_still_at_its_path(self):
        try:
            return os.path.samestat(self.stat(), self.path.stat())
        except FileNotFoundError:
            return False

    def read_bytes(self):
        self.seek(0)
        return self.read()

    def read_text(self, encoding):
        return self.read_bytes().decode(encoding)


def _write(fresh, contents):
    fresh.mkdir()
    for name, data in contents.items():
        with naming(fresh.with_name(name)):
            (fresh / name).write_bytes(data)
            flush(fresh / name)
    flush(fresh)


def _tidy(folder):
    """Moves up what a save left behind its switch, removes what it left before."""
    fresh = folder / FRESH
    if not fresh.is_dir():
        return
    expected = _expected(folder)
    for path in fresh.iterdir():
        if path.is_file() and StoredFile.of(path) == expected.get(path.name):
            os.replace(path, folder / path.name)
    flush(folder)
    shutil.rmtree(fresh)


def _expected(folder):
    try:
        return Manifest.read(folder).files
    except (FileNotFoundError, ValueError):
        return {}  # no switch to a manifest of ours has been made here


def _of_one_save(folder):
    """The manifest, and the open files that have its digests."""
    for _ in range(ATTEMPTS):
        check_exists(folder / FILE)
        with contextlib.ExitStack() as stack:
            held = stack.enter_context(EntryFile(folder / FILE))
            manifest = Manifest.from_file(held)
            files = {n: _open(folder, n, f) for n, f in manifest.files.items()}
            for file in filter(None, files.values()):
                stack.enter_context(file)
            if all(files.values()):
                stack.pop_all()
                return manifest, {**files, FILE: held}
            if held.is_still_at_its_path():
                verify(folder, manifest.files)  # says what is wrong
    raise OSError(
        f"{folder} cannot be read: other processes have saved it {ATTEMPTS} times "
        "meanwhile. Try again when they are done"
    )


def _open(folder, name, expected):
    # In this order: what is not above any more has been moved down by then.
    for path in (folder / FRESH / name, folder / name):
        if not path.is_file():  # a pipe would be waited for
            continue
        with contextlib.suppress(FileNotFoundError, IsADirectoryError):
            file = EntryFile(path)
            if StoredFile.of_open(file) == expected:
                return file
            file.close()
    return None
