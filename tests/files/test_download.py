import errno
import hashlib
import importlib
import socket
import threading
import time
import tracemalloc

import pytest

from kerasgen.files import pace
from kerasgen.files.download import ATTEMPTS, check_address, download

pytestmark = pytest.mark.host
# The package has the function by that name.
module = importlib.import_module("kerasgen.files.download")
DATA = bytes(range(256)) * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def fetch(web, tmp_path):
    """Downloads `DATA` into an empty folder."""
    web.files["/file"] = DATA

    def fetch(path="/file", limit=256_000):
        download(web.url(path), tmp_path / "file", SHA256, limit)
        return (tmp_path / "file").read_bytes()

    return fetch


def left(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_comes_whole(fetch, tmp_path):
    assert fetch() == DATA
    assert left(tmp_path) == ["file"]


def test_a_broken_connection_goes_on_where_it_broke(fetch, web, tmp_path):
    web.faults = [{"cut": 1000}, {"cut": 2000}]
    assert fetch() == DATA
    assert [r for _, r in web.requests] == [None, "bytes=1000-", "bytes=2000-"]
    assert left(tmp_path) == ["file"]


def test_after_a_few_attempts_it_ends_and_the_next_call_goes_on(fetch, web, tmp_path):
    web.faults = [{"cut": 100 * (i + 1)} for i in range(ATTEMPTS)]
    with pytest.raises(ConnectionError, match="broke off after 500 of 256,000") as told:
        fetch()
    assert f"attempt {ATTEMPTS} of {ATTEMPTS}" in str(told.value)
    assert "the 500 bytes that came are kept" in str(told.value)
    assert left(tmp_path) == ["file.part"]
    assert fetch() == DATA
    assert web.requests[-1][1] == "bytes=500-"


def test_a_server_without_ranges_starts_over(fetch, web):
    web.heeds_ranges = False
    web.faults = [{"cut": 1000}]
    assert fetch() == DATA
    assert len(web.requests) == 2


def test_another_range_than_asked_for_starts_over(fetch, web):
    web.faults = [{"cut": 1000}, {"shift": 5}]
    assert fetch() == DATA
    assert [r for _, r in web.requests] == [None, "bytes=1000-", None]


@pytest.mark.parametrize("size", [100, len(DATA), len(DATA) + 1])
def test_the_beginning_of_another_file_is_thrown_away(fetch, web, tmp_path, size):
    (tmp_path / "file.part").write_bytes(b"?" * size)
    assert fetch(limit=2 * len(DATA)) == DATA
    assert [r for _, r in web.requests] == [f"bytes={size}-", None]


def test_what_came_whole_before_is_not_asked_for_again(fetch, web, tmp_path):
    (tmp_path / "file.part").write_bytes(DATA)
    assert fetch() == DATA
    assert not web.requests


def test_a_wrong_file_is_refused_with_both_digests(fetch, web, tmp_path):
    web.files["/file"] = b"wrong"
    found = hashlib.sha256(b"wrong").hexdigest()
    with pytest.raises(ValueError, match=f"5 bytes.*{found}, expected sha256 {SHA256}"):
        fetch()
    assert not left(tmp_path)


@pytest.mark.parametrize("status", [403, 404, 410])
def test_what_is_not_there_is_asked_for_once(fetch, web, status):
    web.faults = [{"status": status}] * 2
    with pytest.raises(ConnectionError, match=f"attempt 1 of.*{status}"):
        fetch()
    assert len(web.requests) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_in_trouble_is_asked_again(fetch, web, status):
    web.faults = [{"status": status}] * 2
    assert fetch() == DATA


def test_a_server_that_stays_in_trouble_is_given_up(fetch, web):
    web.faults = [{"status": 500}] * 100
    with pytest.raises(ConnectionError, match=f"attempt {ATTEMPTS} of.*500"):
        fetch()
    assert len(web.requests) == ATTEMPTS


def test_no_server_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/file"
        with pytest.raises(ConnectionError, match="attempt 1 of"):
            download(url, tmp_path / "file", SHA256, 10)
    assert not left(tmp_path)


@pytest.mark.parametrize("fault", [{}, {"unsized": True}])
def test_a_file_that_is_too_large_is_not_kept(fetch, web, tmp_path, fault):
    web.faults = [fault]
    with pytest.raises(ValueError, match="larger than the 999 bytes"):
        fetch(limit=999)
    assert not left(tmp_path)


def test_a_length_that_is_not_said(fetch, web):
    web.faults = [{"unsized": True}]
    assert fetch() == DATA


def test_a_cut_answer_of_no_said_length_goes_on_where_it_broke(fetch, web):
    web.faults = [{"unsized": True, "cut": 1000}, {"unsized": True, "cut": 3000}]
    assert fetch() == DATA
    assert [r for _, r in web.requests] == [None, "bytes=1000-", "bytes=3000-"]


def test_another_file_of_no_said_length_is_refused(fetch, web, tmp_path):
    web.files["/file"] = b"wrong"
    web.heeds_ranges = False
    web.faults = [{"unsized": True}] * ATTEMPTS
    with pytest.raises(ConnectionError, match="ended after 5 bytes.*not the published"):
        fetch()
    assert not (tmp_path / "file").exists()


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_server_that_sends_a_byte_now_and_then_is_left(fetch, web, monkeypatch, part):
    monkeypatch.setattr(pace, "PATIENCE", 0.2)
    web.faults = [{"drip": part}] * ATTEMPTS
    begun = time.monotonic()
    with pytest.raises(ConnectionError, match="sent less than 16,384 bytes a second"):
        fetch()
    assert time.monotonic() - begun < 20.0  # all bytes take 5,000


def test_what_comes_steadily_may_take_its_time(web, tmp_path, monkeypatch):
    web.files["/file"] = b"0123456789" * 10
    web.faults = [{"drip": "body"}]
    monkeypatch.setattr(pace, "PATIENCE", 1.0)
    monkeypatch.setattr(pace, "SLOWEST", 10)  # 100 bytes, one each 0.02 s: 2 s
    digest = hashlib.sha256(web.files["/file"]).hexdigest()
    download(web.url("/file"), tmp_path / "file", digest, 100)
    assert len(web.requests) == 1


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_this_machine_is_asked_without_a_proxy(fetch, web, monkeypatch, host):
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")  # where nobody listens
    monkeypatch.setattr(web, "url", lambda p: f"http://{host}:{web.server_port}{p}")
    assert fetch() == DATA


def test_a_full_disk_is_said_at_once(fetch, web, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "_copy", full)
    with pytest.raises(OSError, match="No space left.*file.part could not be written"):
        fetch()
    assert len(web.requests) == 1


def test_a_redirection_on_this_machine_is_followed(fetch, web):
    web.faults = [{"redirect": web.url("/file")}]
    assert fetch("/old") == DATA


def test_what_comes_with_a_redirection_is_not_read(fetch, web):
    web.faults = [{"redirect": web.url("/file"), "body": bytes(10**8)}]
    tracemalloc.start()
    try:
        assert fetch("/old") == DATA
        assert tracemalloc.get_traced_memory()[1] < 10**7
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("url", ["http://example.org/x", "ftp://127.0.0.1/x"])
def test_a_redirection_to_what_anybody_can_alter_is_refused(fetch, web, url):
    web.faults = [{"redirect": url}]
    with pytest.raises(ConnectionError, match="redirected to"):
        fetch()


def test_those_who_want_the_same_at_once_ask_once(fetch, web, tmp_path):
    threads = [threading.Thread(target=fetch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(web.requests) == 1
    assert left(tmp_path) == ["file"]


@pytest.mark.parametrize(
    "url", ["https://example.org/x", "http://localhost:1/x", "http://127.0.0.1/x"]
)
def test_addresses_that_are_safe(url):
    check_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/x",
        "http://localhost.example.org/x",
        "http://127.0.0.1@example.org/x",
        "https:///x",
        "ftp://localhost/x",
        "file:///etc/passwd",
    ],
)
def test_addresses_that_are_not(url):
    with pytest.raises(ValueError, match=f"must begin with https.*Received: {url}"):
        check_address(url)
