import multiprocessing.pool

import pytest

import kerasgen
from kerasgen.zoo.entry.manifest import StoredFile
from kerasgen.zoo.sources.cache import SEAL

pytestmark = pytest.mark.host


@pytest.fixture
def published(web, archive):
    """Address and digest of the stored entry on a web server."""
    web.files["/tiny.zip"] = archive.read_bytes()
    return web.url("/tiny.zip"), StoredFile.of(archive).sha256


@pytest.fixture
def cached(home):
    """Names in the cache."""

    def cached():
        folder = home / "kerasgen" / "zoo"
        return sorted(path.name for path in folder.iterdir())

    return cached


def test_an_archive_is_compared_with_a_digest(archive):
    found = StoredFile.of(archive).sha256
    kerasgen.zoo.info(archive, found.upper())
    with pytest.raises(ValueError, match=f"sha256 {found}, expected sha256 {'0' * 64}"):
        kerasgen.zoo.load(archive, "0" * 64)


def test_a_file_that_is_no_archive(tiny):
    with pytest.raises(ValueError, match="config.json is not a zip archive"):
        kerasgen.zoo.load(tiny / "config.json")


def test_an_entry_of_the_web_is_fetched_once(published, web, cached):
    for _ in range(2):
        assert kerasgen.zoo.info(*published).inputs[0].size == 8
    assert len(web.requests) == 1
    assert cached() == [published[1]]


def test_what_was_fetched_needs_no_network(published, web):
    kerasgen.zoo.info(*published)
    web.files.clear()
    assert kerasgen.zoo.info(*published).inputs[0].size == 8


@pytest.mark.parametrize("name", [SEAL, "manifest.json", "config.json", "weights.h5"])
@pytest.mark.parametrize("harm", ["remove", "alter", "cut"])
def test_a_damaged_cache_is_repaired(published, web, cached, name, harm):
    info = kerasgen.zoo.info(*published)
    path = info.folder / name
    whole = path.read_bytes()
    path.unlink()
    if harm == "alter":
        path.write_bytes(whole.replace(b"8", b"9"))
    elif harm == "cut":
        path.write_bytes(whole[:-1])
    assert kerasgen.zoo.info(*published).folder == info.folder
    assert path.read_bytes() == whole
    assert len(web.requests) == 2
    assert cached() == [published[1]]


def test_remains_of_a_process_that_died_are_not_trusted(published, home, cached):
    folder = home / "kerasgen" / "zoo" / published[1]
    for half in (folder, folder.with_suffix(".fresh"), folder.with_suffix(".damaged")):
        half.mkdir(parents=True)
        (half / "config.json").write_text("{")
    folder.with_suffix(".lock").touch()
    assert kerasgen.zoo.info(*published).inputs[0].size == 8
    assert cached() == [published[1]]


@pytest.mark.parametrize("whole", [True, False])
def test_an_archive_left_by_a_process_that_died(published, web, archive, home, whole):
    folder = home / "kerasgen" / "zoo"
    folder.mkdir(parents=True)
    data = archive.read_bytes()
    (folder / f"{published[1]}.zip").write_bytes(data if whole else data[:-1] + b"?")
    assert kerasgen.zoo.info(*published).inputs[0].size == 8
    assert len(web.requests) == (0 if whole else 1)


def test_a_broken_download_goes_on(published, web, cached):
    web.faults = [{"cut": 500}, {"cut": 900}]
    assert kerasgen.zoo.info(*published).inputs[0].size == 8
    assert [r for _, r in web.requests] == [None, "bytes=500-", "bytes=900-"]
    assert cached() == [published[1]]


def test_a_download_that_was_given_up_goes_on_at_the_next_call(published, web, cached):
    web.faults = [{"cut": 500}] + [{"status": 503}] * 4
    with pytest.raises(ConnectionError, match="the 500 bytes that came are kept"):
        kerasgen.zoo.load(*published)
    assert cached() == [f"{published[1]}.zip.part"]
    kerasgen.zoo.info(*published)
    assert web.requests[-1][1] == "bytes=500-"
    assert cached() == [published[1]]


def test_a_wrong_file_is_refused_and_nothing_kept(published, web, cached):
    web.files["/tiny.zip"] = b"<html>moved</html>"
    with pytest.raises(ValueError, match=f"18 bytes.*expected sha256 {published[1]}"):
        kerasgen.zoo.load(*published)
    assert not cached()


def test_a_digest_of_something_else_is_refused(published, web, cached):
    url, found = published
    with pytest.raises(ValueError, match=f"{found}, expected sha256 {'1' * 64}"):
        kerasgen.zoo.load(url, "1" * 64)
    assert not cached()


def test_an_archive_of_something_else_is_refused(web, cached, tmp_path):
    (tmp_path / "x").write_bytes(b"no archive")
    web.files["/x"] = b"no archive"
    with pytest.raises(ValueError, match="is not a zip archive"):
        kerasgen.zoo.load(web.url("/x"), StoredFile.of(tmp_path / "x").sha256)
    assert not cached()


def test_without_a_network_says_what_to_do(published, web, cached):
    web.files.clear()
    with pytest.raises(
        ConnectionError, match="not whole on this machine.*404.*its path"
    ):
        kerasgen.zoo.load(*published)
    assert not cached()


def test_many_at_once_fetch_once(published, web, cached):
    with multiprocessing.pool.ThreadPool(4) as pool:
        found = pool.map(lambda _: kerasgen.zoo.info(*published).folder, range(4))
    assert len(set(found)) == len(web.requests) == 1
    assert cached() == [published[1]]


def test_a_cache_that_cannot_be_written_to_says_what_to_do(archive, home):
    (home / "kerasgen").write_text("in the way")
    message = (
        "cannot be written to.*kerasgen cache --clear.*KERAS_HOME.*load its folder"
    )
    with pytest.raises(OSError, match=message):
        kerasgen.zoo.load(archive)


def test_what_is_in_the_cache_loads_where_nothing_can_be_written(
    archive, monkeypatch, home
):
    def closed(*_):
        raise PermissionError(13, "Permission denied")

    kerasgen.zoo.info(archive)
    monkeypatch.setattr("kerasgen.zoo.sources.cache.locked", closed)
    assert kerasgen.zoo.info(archive).inputs[0].size == 8
    monkeypatch.setenv("KERAS_HOME", str(home / "elsewhere"))
    with pytest.raises(OSError, match="Permission denied.*KERAS_HOME"):
        kerasgen.zoo.info(archive)
