import os
import pickle
import sys
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


# --- links


def test_each_folder_counts_once_wherever_links_lead(files):
    (files / "a_link").symlink_to(files / "inner")
    (files / "inner" / "back").symlink_to(files)
    (files / "inner" / "self").symlink_to(files / "inner")
    (files / "up").symlink_to(files.parent)
    assert sorted(Folder(files).names()) == ["a.txt", "inner/b.txt"]


def test_a_folder_elsewhere_is_found_by_its_first_link(files, tmp_path):
    elsewhere = tmp_path / "elsewhere" / "deep"
    elsewhere.mkdir(parents=True)
    (elsewhere / "c.txt").write_bytes(b"third")
    (elsewhere / "home").symlink_to(files)
    (files / "second").symlink_to(elsewhere)
    (files / "first").symlink_to(elsewhere.parent)
    store = Folder(files)
    names = sorted(store.names())
    assert names == ["a.txt", "first/deep/c.txt", "inner/b.txt"]
    assert store.read("first/deep/c.txt") == b"third"


def test_the_folder_itself_may_be_a_link(files, tmp_path):
    (tmp_path / "link").symlink_to(files)
    store = Folder(tmp_path / "link")
    assert sorted(store.names()) == ["a.txt", "inner/b.txt"]
    assert store.read("a.txt") == b"first"


# --- archives that were made on Windows


def test_backslashes_in_an_archive_are_slashes(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("set\\", "set\\inner\\", "set\\inner\\b.txt", "set/a.txt"):
            archive.writestr(zipfile.ZipInfo(name), name)
    store = Archive(tmp_path / "a.zip")
    assert sorted(store.names()) == ["set/a.txt", "set/inner/b.txt"]
    assert store.read("set/inner/b.txt") == b"set\\inner\\b.txt"


# --- what would hang or exhaust memory


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(OSError, match=r"a\.png is not a file but a .*pipe"):
        Folder(tmp_path).read("a.png")


def test_a_huge_file_is_refused_before_it_is_read(files, zipped, monkeypatch):
    stores = sys.modules["kerasgen.data.sources.stores"]
    archive, folder = Archive(zipped(files)), Folder(files)
    monkeypatch.setattr(stores, "LARGEST", 5)
    for store in (archive, folder):
        assert store.read("a.txt") == b"first"
        with pytest.raises(ValueError, match=r"than 5 bytes.*b\.txt of 6 bytes"):
            store.read("inner/b.txt")
