"""Files of weights that appear whole and in which damage is found.

HDF5 has no checksums for plain arrays. A `.keras` archive has one for each member, but
Keras passes over it: where it differs, and whenever weights alone are loaded, Keras
reads the weights piece by piece and compares nothing.
"""

import hashlib
import io
import os
import zipfile

from kerasgen.engine.keras_private import archive_behind
from kerasgen.files import replacing

# HDF5 takes no notice of what stands behind its end: Keras alone reads the file too.
MARK = b"kerasgen sha256 "
SEAL = len(MARK) + hashlib.sha256().digest_size  # bytes behind the HDF5 file


class _Memory(io.BytesIO):
    """What Keras takes for the path of a file of weights, and h5py for an open file."""

    def __str__(self):
        return "memory.weights.h5"


def write(save, path):
    """Writes a file of weights and, behind them, their digest.

    The file is built in memory: where a disk is full, h5py would end the process.

    Args:
        save: Has Keras write to the path that it is given.
        path: The file.

    Raises:
        OSError: If it cannot be written; a file that was there before is as it was.
    """
    memory = _Memory()
    save(memory)
    with replacing(path) as temporary, open(temporary, "wb") as file:
        file.write(memory.getbuffer())
        file.write(MARK + hashlib.sha256(memory.getbuffer()).digest())


def check(path):
    """Compares a `.weights.h5` or a `.keras` file with the checksums that it has.

    Raises:
        OSError: If the file is not as it was written. Keras's `BackupAndRestore` then
            takes the file before it, where it keeps one.
    """
    if str(path).endswith(".keras"):
        with zipfile.ZipFile(path) as archive:
            _check_archive(archive)
    else:
        _check_seal(path)


def check_store(store):
    """Compares what Keras is about to read weights from with its checksums.

    Raises:
        OSError: If it is not as it was written.
    """
    archive = archive_behind(store)
    if archive is not None:
        _check_archive(archive)


def _check_archive(archive):
    damaged = archive.testzip()
    if damaged is not None:
        raise OSError(
            f"{archive.filename} is damaged: {damaged} is not as it was saved. Save "
            "the model again, or take an earlier file"
        )


def _check_seal(path):
    with open(path, "rb") as file:
        size = max(os.fstat(file.fileno()).st_size - SEAL, 0)
        file.seek(size)
        seal = file.read()
        if not seal.startswith(MARK):
            return  # written by Keras alone
        found = _digest(file, size)
    if seal != MARK + found:
        raise OSError(
            f"{path} is damaged: the weights are not those that were saved. Save them "
            f"again, or take an earlier file. Received: sha256 {found.hex()}, expected "
            f"{seal.removeprefix(MARK).hex()}"
        )


def _digest(file, size):
    """The digest of the first bytes of a file."""
    digest = hashlib.sha256()
    file.seek(0)
    while size > 0 and (chunk := file.read(min(size, 2**20))):
        digest.update(chunk)
        size -= len(chunk)
    return digest.digest()
