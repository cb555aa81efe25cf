import errno
import os

import pytest

from kerasgen.files.flush import flush

pytestmark = pytest.mark.host


@pytest.fixture
def failing(monkeypatch):
    """Makes the system refuse to write to the disk."""

    def fail(number):
        def fsync(_):
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(os, "fsync", fsync)

    return fail


def test_files_and_folders_are_flushed(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    flushed = []
    monkeypatch.setattr(os, "fsync", lambda h: flushed.append(os.fstat(h).st_ino))
    for path in (tmp_path / "file", tmp_path):
        flush(path)
        assert flushed.pop() == path.stat().st_ino and not flushed


def test_a_full_disk_is_an_error(tmp_path, failing):
    (tmp_path / "file").touch()
    failing(errno.ENOSPC)
    with pytest.raises(OSError, match="No space"):
        flush(tmp_path / "file")


def test_a_file_system_that_cannot_flush_is_none(tmp_path, failing):
    (tmp_path / "file").touch()
    failing(errno.EINVAL)
    flush(tmp_path / "file")
