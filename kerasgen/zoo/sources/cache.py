"""Entries that were fetched, in the folder of Keras, one for each digest."""

import os
import shutil

from kerasgen.files import cache_folder, download, locked
from kerasgen.zoo.entry.archive import check_file, unpack
from kerasgen.zoo.entry.manifest import (
    FILE,
    WEIGHTS_LIMIT,
    Manifest,
    StoredFile,
    verify,
)

SEAL = "manifest.sha256"  # what the other digests of a folder in the cache rest on


def from_archive(path, sha256=None):
    """The folder of the entry in a zip archive of this machine.

    Args:
        path: The archive.
        sha256: Its digest, if that is known.

    Raises:
        ValueError: If it has another digest, or is not the archive of an entry.
    """
    check_file(path)
    found = StoredFile.of(path)
    if sha256 not in (None, found.sha256):
        raise ValueError(
            f"{path} is not the file of that digest. Received: {found.bytes:,} bytes "
            f"with sha256 {found.sha256}, expected sha256 {sha256}"
        )
    return _cached(found.sha256, lambda folder: unpack(path, folder))


def from_web(url, sha256):
    """The folder of the entry in a zip archive on a web server.

    Args:
        url: Its address.
        sha256: Its digest.

    Raises:
        ValueError: If it has another digest, or is not the archive of an entry.
        ConnectionError: If it is not in the cache and cannot be downloaded.
    """

    def bring(folder):
        archive = cache_folder("zoo") / f"{sha256}.zip"
        try:
            download(url, archive, sha256, limit=WEIGHTS_LIMIT)
            unpack(archive, folder)
        except ConnectionError as error:
            raise ConnectionError(
                f"The entry is not whole on this machine, and {error}. Try again with "
                "a network, or fetch the archive on another machine and pass its path "
                "as `source`"
            ) from error
        finally:
            archive.unlink(missing_ok=True)

    return _cached(sha256, bring)


def is_sound(folder):
    """Whether a folder holds an entry whose files are as they were saved."""
    try:
        verify(folder, Manifest.read(folder).files)
    except (OSError, ValueError):
        return False
    return True


def _is_sealed(folder):
    """Whether a folder is as `_cached` left it, the manifest as well."""
    if not is_sound(folder) or not (folder / SEAL).is_file():
        return False
    return (folder / SEAL).read_bytes() == StoredFile.of(folder / FILE).sha256.encode()


def _cached(sha256, bring):
    """The entry of a digest; `bring` fills an empty folder if it is not there whole.

    Raises:
        OSError: If the cache cannot be written to: says what to do.
    """
    folder = cache_folder("zoo", sha256)
    try:
        if not _is_sealed(folder):  # needs no lock, for which a folder may be closed
            _put(folder, bring)
    except OSError as error:
        if error.errno is None:  # of ours: of the archive, or of its server
            raise
        raise OSError(
            f"The entry is unpacked into {folder.parent}, which cannot be written to: "
            f"{error}. Make room with `kerasgen cache --clear`, name another folder "
            "with the environment variable KERAS_HOME, or unpack the archive yourself "
            "and load its folder"
        ) from error
    return folder


def _put(folder, bring):
    """Fills the folder of an entry, unless another process has done so meanwhile."""
    with locked(folder.with_suffix(".lock")):
        if not _is_sealed(folder):
            fresh, damaged = (folder.with_suffix(s) for s in (".fresh", ".damaged"))
            for remains in (fresh, damaged):  # of a process that died here
                shutil.rmtree(remains, ignore_errors=True)
            fresh.mkdir()
            try:
                bring(fresh)
                (fresh / SEAL).write_text(StoredFile.of(fresh / FILE).sha256, "utf-8")
            except BaseException:
                shutil.rmtree(fresh, ignore_errors=True)
                raise
            if folder.exists():
                os.replace(folder, damaged)
            os.replace(fresh, folder)
            shutil.rmtree(damaged, ignore_errors=True)
