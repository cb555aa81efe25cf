import pathlib
import threading
import time

import pytest

from kerasgen.files import locked
from kerasgen.files.cache import cache_folder, clear_cache, list_cache

pytestmark = pytest.mark.host


def test_the_folder_is_in_that_of_keras(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "kerasgen"
    assert cache_folder("a", "b") == tmp_path / "kerasgen" / "a" / "b"


def test_without_keras_home_it_is_in_the_users(monkeypatch):
    monkeypatch.delenv("KERAS_HOME", raising=False)
    assert cache_folder("a") == pathlib.Path.home() / ".keras" / "kerasgen" / "a"
    monkeypatch.setenv("KERAS_HOME", "~/elsewhere")
    assert cache_folder() == pathlib.Path.home() / "elsewhere" / "kerasgen"


@pytest.fixture
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    return tmp_path / "kerasgen"


def write(path, size):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(size))


def test_what_is_kept_is_listed_with_its_size(cache):
    assert list_cache() == [] == clear_cache()
    write(cache / "zoo" / "ab" / "weights.h5", 10)
    write(cache / "zoo" / "ab" / "config.json", 5)
    write(cache / "zoo" / "ab.lock", 0)
    write(cache / "statistics" / "a" / "b.npz", 7)
    write(cache / "inception.pth", 3)
    found = {kept.name: kept.bytes for kept in list_cache()}
    assert found == {"inception.pth": 3, "statistics": 7, "zoo/ab": 15}
    assert abs(list_cache()[0].changed - time.time()) < 60


def test_what_is_named_is_removed_and_nothing_else(cache, tmp_path):
    write(cache / "zoo" / "ab" / "weights.h5", 10)
    write(tmp_path / "outside" / "file", 1)
    (cache / "zoo" / "link").symlink_to(tmp_path / "outside")
    write(cache / "inception.pth", 3)
    for name in ("outside", "../outside", "zoo"):
        with pytest.raises(ValueError, match=f"zoo/ab, zoo/link. Received: '{name}'"):
            clear_cache([name])
    assert [kept.name for kept in clear_cache(["zoo/ab"])] == ["zoo/ab"]
    assert [kept.name for kept in clear_cache()] == ["inception.pth", "zoo/link"]
    assert list_cache() == [] and (tmp_path / "outside/file").exists()


@pytest.mark.parametrize(
    ("name", "lock"),
    [("zoo/ab.fresh", "zoo/ab.lock"), ("a.pth.part", "a.pth.lock")],
)
def test_what_is_being_brought_is_waited_for(cache, name, lock):
    write(cache / name, 3)
    with locked(cache / lock):
        clearing = threading.Thread(target=clear_cache)
        clearing.start()
        clearing.join(0.2)
        assert (cache / name).exists()
    clearing.join()
    assert not (cache / name).exists()
