import pathlib

from kerasgen.files.cache import cache_folder


def test_the_folder_is_in_that_of_keras(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "kerasgen"
    assert cache_folder("a", "b") == tmp_path / "kerasgen" / "a" / "b"


def test_without_keras_home_it_is_in_the_users(monkeypatch):
    monkeypatch.delenv("KERAS_HOME", raising=False)
    assert cache_folder("a") == pathlib.Path.home() / ".keras" / "kerasgen" / "a"
    monkeypatch.setenv("KERAS_HOME", "~/elsewhere")
    assert cache_folder() == pathlib.Path.home() / "elsewhere" / "kerasgen"
