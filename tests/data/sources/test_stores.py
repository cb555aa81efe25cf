import os
import pickle
import zipfile

import pytest

from kerasgen.data.sources.stores import Archive, Folder

pytestmark = pytest.mark.host


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "files"
    (folder / "inner").mkdir(parents=True)
    (folder / "a.txt").write_bytes(b"first")
    (folder / "inner" / "b.txt").write_bytes(b"second")
    return folder


@pytest.mark.parametrize("kind", ["folder", "archive"])
def test_files_are_named_by_their_path_and_read(files, zipped, kind):
    store = Folder(files) if kind == "folder" else Archive(zipped(files))
    assert sorted(store.names()) == ["a.txt", "inner/b.txt"]
    assert store.read("inner/b.txt") == b"second"


def test_compressed_members_are_read(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"first" * 100)
    assert Archive(tmp_path / "a.zip").read("a.txt") == b"first" * 100


def test_an_archive_is_opened_once_and_again_after_a_fork(files, zipped, monkeypatch):
    archive = Archive(zipped(files))
    parent = archive._open()
    assert archive._open() is parent
    pid = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: pid + 1)
    # The parent's handle shares its position in the file with the child's.
    assert archive._open() is not parent
    assert archive.read("a.txt") == b"first"


def test_a_pickled_archive_reads(files, zipped):
    archive = pickle.loads(pickle.dumps(Archive(zipped(files))))
    assert archive.read("a.txt") == b"first"
