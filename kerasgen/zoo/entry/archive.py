"""Entries of the zoo as zip archives."""

import contextlib
import errno
import fnmatch
import io
import os
import pathlib
import posixpath
import shutil
import stat
import struct
import zipfile
import zlib

from kerasgen.files import replacing
from kerasgen.zoo.entry.manifest import (
    CONFIG_LIMIT,
    CONTENTS,
    FILE,
    WEIGHTS,
    WEIGHTS_LIMIT,
    Manifest,
    verify,
)

MEMBERS = 1000  # an archive may hold
TABLE_LIMIT = 2**20  # bytes of what an archive says of its members
RATIO = 200  # of size unpacked to size packed; deflate reaches 1032 with zeros
EPOCH = (1980, 1, 1, 0, 0, 0)  # of every member: equal entries, equal archives
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    UnicodeError,
)


def is_archive(path):
    """Whether a file is a zip archive with an entry in it.

    One that could hold far more members than an entry has is none; it may be one of
    pictures.
    """
    try:
        with _opened(path) as archive:
            return _base(archive.infolist()) is not None
    except (OSError, ValueError):
        return False


def check_file(path):
    """Refuses what can be no archive, before anybody waits for what it says.

    Raises:
        ValueError: If it is no regular file, or too large.
    """
    found = os.stat(path)
    if not stat.S_ISREG(found.st_mode):  # opening a pipe waits for a writer
        raise ValueError(
            f"An entry must be a folder or a zip archive. Received: {path}, which is "
            "no regular file"
        )
    if found.st_size > WEIGHTS_LIMIT:
        raise ValueError(
            f"The zip archive of an entry has at most {WEIGHTS_LIMIT:,} bytes. "
            f"Received: {path} with {found.st_size:,} bytes"
        )


def pack(folder, path):
    """Writes the files in the folder of an entry as a zip archive."""
    files = [file for file in pathlib.Path(folder).iterdir() if belongs(file.name)]
    write({file.name: file.read_bytes() for file in files}, path)


def write(contents, path):
    """Writes the files of an entry as a zip archive: equal files, equal archive.

    Args:
        contents: `{name: bytes}`.
        path: The archive, replaced if it is there.

    Raises:
        OSError: If it cannot be written; an archive that is there stays what it was.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in sorted(contents.items()):
            member = zipfile.ZipInfo(name, EPOCH)
            member.external_attr = 0o644 << 16
            archive.writestr(member, data, zipfile.ZIP_DEFLATED)
    with replacing(path) as temporary:
        temporary.write_bytes(packed.getbuffer())


def unpack(path, folder):
    """Writes the files of the entry in an archive into a folder.

    The entry is at the top of the archive or in a folder there. Names in the archive
    are compared with those an entry has and never become paths. Other files stay where
    they are.

    Args:
        path: The archive.
        folder: An empty folder.

    Raises:
        ValueError: If it is no archive of an entry, or holds anything that an honest
            one does not: says what.
    """
    with _opened(path) as archive:
        members = archive.infolist()
        _check_members(path, members)
        base = _base(members)
        if base is None:
            raise ValueError(
                f"{path} must hold one entry of the zoo, at its top or in a folder "
                f"there. Received: {len(members)} members and not one {FILE}"
            )
        for member in members:
            name = _name(member).removeprefix(base)
            if _name(member) == base + name and belongs(name):
                _write(archive, member, pathlib.Path(folder) / name)
    verify(folder, Manifest.read(folder).files)


def belongs(name):
    """Whether an entry may hold a file of that name."""
    is_plain = posixpath.basename(name) == name and name.isprintable()
    return is_plain and any(fnmatch.fnmatchcase(name, kind) for kind in CONTENTS)


@contextlib.contextmanager
def _opened(path):
    check_file(path)
    try:
        with _Reads(io.FileIO(path)) as file, zipfile.ZipFile(file) as archive:
            yield archive
    except (*BROKEN, OSError) as error:
        # Where a damaged archive points before its beginning.
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise
        raise ValueError(
            f"{path} is not a zip archive, or is cut off or damaged: {error}"
        ) from error


class _Reads(io.BufferedReader):
    """A file of which `zipfile` reads no table of millions of members.

    It reads the table at once, whatever number of members the archive says there are;
    all else it reads in small pieces.
    """

    def read(self, size=-1):
        if size is not None and size > TABLE_LIMIT:
            raise ValueError(
                f"{self.raw.name} must hold at most {MEMBERS} members. Received: a "
                f"table of members that takes {size:,} bytes"
            )
        return super().read(size)


def _name(member):
    """The name of a member as it is meant: some programs on Windows write `a\\b`."""
    return member.filename.replace("\\", "/")


def _base(members):
    """`""` or `"folder/"`, where the manifest is; None without exactly one."""
    names = map(_name, members)
    found = [n for n in names if posixpath.basename(n) == FILE and n.count("/") < 2]
    return found[0].removesuffix(FILE) if len(found) == 1 else None


def _check_members(path, members):
    size = pathlib.Path(path).stat().st_size
    unpacked = sum(member.file_size for member in members)
    names = [_name(member).casefold() for member in members]
    if len(members) > MEMBERS or unpacked > min(RATIO * size, WEIGHTS_LIMIT):
        raise ValueError(
            f"{path} must hold at most {MEMBERS} members of at most {RATIO} times its "
            f"size and {WEIGHTS_LIMIT:,} bytes. Received: {len(members)} members of "
            f"{unpacked:,} bytes in {size:,} bytes"
        )
    for member in members:
        fault = _fault(member)
        if names.count(_name(member).casefold()) > 1:
            fault = "is there twice"
        if fault:
            raise ValueError(
                f"{path} is not an archive that kerasgen would have written: a member "
                f"{fault}. Received: {member.filename[:200]!r}"
            )


def _fault(member):
    """What is wrong with a member of an archive, or None."""
    name = _name(member)
    parts = name.split("/")
    kind = stat.S_IFMT(member.external_attr >> 16)
    limit = WEIGHTS_LIMIT if parts[-1] == WEIGHTS else CONFIG_LIMIT
    faults = {
        "lies outside of it": name.startswith("/") or ".." in parts or ":" in name,
        "is no regular file": kind not in (0, stat.S_IFREG, stat.S_IFDIR),
        "is encrypted": member.flag_bits & 0x1,
        "is compressed in another way than deflate": member.compress_type
        not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED),
        f"is larger than {limit:,} bytes": belongs(parts[-1])
        and member.file_size > limit,
    }
    return next((fault for fault, found in faults.items() if found), None)


def _write(archive, member, path):
    # `zipfile` reads at most the size that `_check_members` has seen.
    with archive.open(member) as source, open(path, "xb") as target:
        shutil.copyfileobj(source, target)
