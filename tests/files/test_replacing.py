import errno
import os
import pathlib
import subprocess
import sys

import pytest

import kerasgen
from kerasgen.files.replacing import replacing

pytestmark = pytest.mark.host

# The modules alone: importing kerasgen would take seconds.
WRITE = """
import sys, time, types
package = sys.modules["kerasgen"] = types.ModuleType("kerasgen")
package.__path__ = [sys.argv[1]]
from kerasgen.files.replacing import replacing
with replacing(sys.argv[2]) as temporary:
    print(temporary, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def writer(tmp_path):
    """Another process that writes `x.weights.h5`, and where."""
    package = pathlib.Path(kerasgen.__file__).parent
    arguments = [sys.executable, "-c", WRITE, package, tmp_path / "x.weights.h5"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        yield process, pathlib.Path(process.stdout.readline().strip())
        process.kill()


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError), replacing(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_is_as_readable_as_any_other(tmp_path):
    before = os.umask(0o027)
    try:
        with replacing(tmp_path / "x.weights.h5") as temporary:
            assert temporary.name.endswith(".weights.h5")
            temporary.write_text("new")
    finally:
        os.umask(before)
    assert (tmp_path / "x.weights.h5").stat().st_mode & 0o777 == 0o640


def test_other_threads_keep_their_permissions(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "umask")  # it is the whole process's
    with replacing(tmp_path / "x.txt") as temporary:
        temporary.write_text("new")
    assert (tmp_path / "x.txt").read_text() == "new"


def test_a_file_hands_on_its_permissions(tmp_path):
    path = tmp_path / "secret.txt"
    path.touch(0o600)
    with replacing(path) as temporary:
        temporary.write_text("new")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_is_on_the_disk_before_it_gets_its_name(tmp_path, monkeypatch):
    path, events = tmp_path / "x.txt", []
    fsync, replace = os.fsync, os.replace

    def flushing(handle):
        events.append(os.fstat(handle).st_ino)
        fsync(handle)

    def renaming(source, target):
        events.append("renamed")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", flushing)
    monkeypatch.setattr(os, "replace", renaming)
    with replacing(path) as temporary:
        temporary.write_text("new")
    assert events == [path.stat().st_ino, "renamed", tmp_path.stat().st_ino]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_full_disk_is_named_and_loses_nothing(tmp_path, number):
    path = tmp_path / "x.txt"
    path.write_text("old")
    with pytest.raises(OSError, match="x.txt could not be written") as told:
        with replacing(path) as temporary:
            temporary.write_text("half")
            raise OSError(number, os.strerror(number))
    assert told.value.errno == number and str(path) in str(told.value)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_that_is_none_of_the_disk_stays_what_it_is(tmp_path):
    with pytest.raises(ConnectionResetError, match="^reset$"):
        with replacing(tmp_path / "x.txt"):
            raise ConnectionResetError("reset")


def test_what_a_dead_process_left_is_removed_by_the_next(writer, tmp_path):
    process, left = writer
    for name in (".kerasgen_notes.txt", ".hidden.keras"):
        (tmp_path / name).touch()
    with replacing(tmp_path / "other.txt") as temporary:
        assert left.exists()  # it lives
        temporary.write_text("new")
    assert left.exists()
    process.kill()
    process.wait()
    with replacing(tmp_path / "other.txt"):
        pass
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {".kerasgen_notes.txt", ".hidden.keras", "other.txt"}


def test_two_that_write_in_one_folder_leave_each_other_alone(tmp_path):
    with replacing(tmp_path / "a.txt") as a, replacing(tmp_path / "b.txt") as b:
        a.write_text("a")
        b.write_text("b")
    assert [(tmp_path / f"{n}.txt").read_text() for n in "ab"] == ["a", "b"]
