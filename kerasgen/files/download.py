"""A file from the web: whole and of the right digest, or not there."""

import contextlib
import hashlib
import http.client
import os
import pathlib
import re
import time
import urllib.error
import urllib.parse
import urllib.request

from kerasgen.files.flush import flush
from kerasgen.files.full_disk import naming
from kerasgen.files.lock import locked
from kerasgen.files.pace import TIMEOUT, Pace, handlers
from kerasgen.printable import printable

ATTEMPTS = 5
PAUSE = 1.0  # seconds before the second attempt, twice as long before each further one
CHUNK = 2**18
PASSING = (408, 429)  # and 500 to 599: worth another attempt
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def download(url, path, sha256, limit):
    """Fetches a file, from where an earlier attempt broke off.

    What has come so far is kept in `<path>.part`. Processes that want the same file
    wait for the first of them, which no server can keep for long: see `pace`.

    Args:
        url: Address.
        path: Where the file goes. If it is there already nothing is fetched.
        sha256: Digest that the file must have, 64 lower-case hexadecimal digits.
        limit: Size in bytes that the file may have.

    Raises:
        ConnectionError: If the file cannot be downloaded, after a few attempts.
        OSError: If it cannot be written, because the disk is full for example.
        ValueError: If it has another digest or is too large; nothing is kept then.
    """
    path = pathlib.Path(path)
    part = path.with_name(f"{path.name}.part")
    with locked(path.with_name(f"{path.name}.lock")):
        if path.exists() and _digest(path) == sha256:
            return
        resumed = part.exists()
        if not resumed or _digest(part) != sha256:
            _fetch(url, part, sha256, limit)
        if resumed and _digest(part) != sha256:
            part.unlink()  # it was the beginning of another file
            _fetch(url, part, sha256, limit)
        _verify(url, part, sha256)
        with naming(part):
            flush(part)
        os.replace(part, path)


def check_address(url):
    """Refuses addresses whose answer could be read or altered on its way.

    Raises:
        ValueError: If it is neither https nor http to this machine itself.
    """
    parts = urllib.parse.urlsplit(url)
    secure = parts.scheme == "https" and parts.hostname
    if not secure and not _is_this_machine(parts):
        raise ValueError(
            "An address must begin with https://: over plain http anybody on the way "
            "can read and alter what is fetched (http://localhost alone is fine). "
            f"Received: {url}"
        )


def _is_this_machine(parts):
    return parts.scheme == "http" and parts.hostname in THIS_MACHINE


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirections to https, and from this machine to itself."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        here = urllib.parse.urlsplit(req.full_url)
        there = urllib.parse.urlsplit(newurl)
        if there.scheme != "https" and not (
            _is_this_machine(here) and _is_this_machine(there)
        ):
            raise urllib.error.HTTPError(
                req.full_url, code, f"redirected to {newurl}", headers, fp
            )
        fp.close()  # or all that the server sends with it would be read into memory
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Proxies(urllib.request.ProxyHandler):
    """Asks the proxies of the environment, but none for this machine itself."""

    def proxy_open(self, req, proxy, type):
        if urllib.parse.urlsplit(req.full_url).hostname in THIS_MACHINE:
            return None
        return super().proxy_open(req, proxy, type)


def _fetch(url, part, sha256, limit):
    """Makes `part` whole, in a few attempts."""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE * 2 ** (attempt - 1))
        try:
            return _continue(url, part, sha256, limit)
        except urllib.error.HTTPError as error:
            failure = error
            error.close()
            if error.code == 416:  # the file ends before what we have of it
                part.unlink(missing_ok=True)
            elif error.code < 500 and error.code not in PASSING:
                break
        except urllib.error.URLError as error:  # no connection at all
            failure = error
            break
        except ConnectionError as error:
            failure = error
    size = part.stat().st_size if part.exists() else 0
    kept = f"; the {size:,} bytes that came are kept in {part}" if size else ""
    raise ConnectionError(
        f"{url} could not be downloaded, attempt {attempt + 1} of {ATTEMPTS}: "
        f"{printable(failure) or type(failure).__name__}{kept}"
    ) from failure


def _continue(url, part, sha256, limit):
    """One request, for what `part` lacks."""
    start = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"User-Agent": "kerasgen"})
    if start:
        request.add_header("Range", f"bytes={start}-")
    pace = Pace()
    with _asked(request, pace) as answer:
        begins = _first_byte(answer)
        if begins not in (0, start):
            part.unlink()
            raise ConnectionError("the server sent another range than asked for")
        length = answer.headers.get("Content-Length") or ""
        sized = re.fullmatch("[0-9]{1,18}", length) is not None
        expected = begins + int(length) if sized else 0
        received = expected
        if expected <= limit:
            with naming(part), open(part, "ab" if begins else "wb") as file:
                received = begins + _copy(answer, file, limit - begins, pace)
    if received > limit:
        part.unlink(missing_ok=True)
        raise ValueError(
            f"{url} is larger than the {limit:,} bytes it may have. "
            f"Received: {received:,} bytes"
        )
    if received < expected:
        raise ConnectionError(
            f"the connection broke off after {received:,} of {expected:,} bytes"
        )
    # The end of an answer that says no length looks like a broken connection.
    if not (sized or answer.chunked) and _digest(part) != sha256:
        raise ConnectionError(
            f"the connection ended after {received:,} bytes, of how many the server "
            "did not say, which are not the published file or not all of it"
        )


def _asked(request, pace):
    """The answer to a request."""
    opener = urllib.request.build_opener(_Redirects, _Proxies, *handlers(pace))
    with _over_the_network():
        return opener.open(request, timeout=TIMEOUT)


@contextlib.contextmanager
def _over_the_network():
    """Context manager: whatever a connection raises becomes a `ConnectionError`.

    So it is not taken for an error of the disk, which another attempt does not help.
    """
    try:
        yield
    except urllib.error.URLError:  # no connection, or an error that the server tells
        raise
    except (OSError, http.client.HTTPException) as error:
        raise ConnectionError(str(error) or type(error).__name__) from error


def _first_byte(answer):
    """Where in the file the answer begins: a server need not heed a range."""
    if answer.status != 206:
        return 0
    found = re.match("bytes ([0-9]{1,18})-", answer.headers.get("Content-Range", ""))
    return int(found[1]) if found else -1


def _copy(answer, file, limit, pace):
    """Copies until the end, or until there is more than `limit`; returns how much."""
    copied = 0
    while copied <= limit and (chunk := _read(answer)):
        pace.came(len(chunk))
        file.write(chunk)
        copied += len(chunk)
    return copied


def _read(answer):
    """What has come, once there is anything; nothing at the end."""
    with _over_the_network():
        return answer.read1(CHUNK)


def _verify(url, part, sha256):
    digest, size = _digest(part), part.stat().st_size
    if digest != sha256:
        part.unlink()
        raise ValueError(
            f"{url} is not the published file. Received: {size:,} bytes with sha256 "
            f"{digest}, expected sha256 {sha256}"
        )


def _digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
