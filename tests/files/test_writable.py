import pathlib

import pytest

from kerasgen.files import writable_folder

pytestmark = pytest.mark.host


def test_a_folder_is_made_and_left_empty(tmp_path):
    folder = writable_folder(tmp_path / "a" / "b")
    assert folder == tmp_path / "a" / "b" and not list(folder.iterdir())
    assert writable_folder(str(folder)) == folder


def test_the_home_folder_is_meant_by_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert writable_folder("~/there") == tmp_path / "there"
    assert not pathlib.Path("~").exists()


@pytest.mark.parametrize("name", ["file", "file/inside"])
def test_what_cannot_be_written_to_is_refused(tmp_path, name):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match="`folder` must be a folder.*Received: folder="):
        writable_folder(tmp_path / name)
