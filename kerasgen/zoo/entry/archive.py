"""Entries of the zoo as zip archives."""

import contextlib
import errno
import fnmatch
import io
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
    """Whether a file is a zip archive with an entry in it."""
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return _base(archive.namelist()) is not None
    except (*BROKEN, OSError):
        return False


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
        base = _base([member.filename for member in members])
        if base is None:
            raise ValueError(
                f"{path} must hold one entry of the zoo, at its top or in a folder "
                f"there. Received: {len(members)} members and not one {FILE}"
            )
        for member in members:
            name = member.filename.removeprefix(base)
            if member.filename == base + name and belongs(name):
                _write(archive, member, pathlib.Path(folder) / name)
    verify(folder, Manifest.read(folder).files)


def belongs(name):
    """Whether an entry may hold a file of that name."""
    is_plain = posixpath.basename(name) == name and name.isprintable()
    return is_plain and any(fnmatch.fnmatchcase(name, kind) for kind in CONTENTS)


@contextlib.contextmanager
def _opened(path):
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (*BROKEN, OSError) as error:
        # Where a damaged archive points before its beginning.
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise
        raise ValueError(
            f"{path} is not a zip archive, or is cut off or damaged: {error}"
        ) from error


def _base(names):
    """`""` or `"folder/"`, where the manifest is; None without exactly one."""
    found = [n for n in names if posixpath.basename(n) == FILE and n.count("/") < 2]
    return found[0].removesuffix(FILE) if len(found) == 1 else None


def _check_members(path, members):
    size = pathlib.Path(path).stat().st_size
    unpacked = sum(member.file_size for member in members)
    names = [member.filename.casefold() for member in members]
    if len(members) > MEMBERS or unpacked > min(RATIO * size, WEIGHTS_LIMIT):
        raise ValueError(
            f"{path} must hold at most {MEMBERS} members of at most {RATIO} times its "
            f"size and {WEIGHTS_LIMIT:,} bytes. Received: {len(members)} members of "
            f"{unpacked:,} bytes in {size:,} bytes"
        )
    for member in members:
        fault = _fault(member)
        if names.count(member.filename.casefold()) > 1:
            fault = "is there twice"
        if fault:
            raise ValueError(
                f"{path} is not an archive that kerasgen would have written: a member "
                f"{fault}. Received: {member.filename[:200]!r}"
            )


def _fault(member):
    """What is wrong with a member of an archive, or None."""
    name = member.filename
    parts = name.replace("\\", "/").split("/")
    kind = stat.S_IFMT(member.external_attr >> 16)
    limit = WEIGHTS_LIMIT if parts[-1] == WEIGHTS else CONFIG_LIMIT
    faults = {
        "lies outside of it": name.startswith(("/", "\\"))
        or ".." in parts
        or ":" in name,
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
