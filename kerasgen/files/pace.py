"""How slow a web server may be: no answer takes longer than its size allows."""

import functools
import http.client
import io
import time
import urllib.request

TIMEOUT = 30.0  # seconds without a byte
PATIENCE = 60.0  # seconds for all that is not the file: connecting, headers ...
SLOWEST = 2**14  # bytes of the file a second, on the average


class Pace:
    """The time left for one request. What has come of the file gives more of it.

    A limit on the silence between two bytes alone would let a server that sends one
    now and then keep whoever asks, and all who wait for the same file, for ever.
    """

    def __init__(self):
        self.end = time.monotonic() + PATIENCE

    def came(self, size):
        """Says that so many bytes of the file have come."""
        self.end += size / SLOWEST

    def left(self):
        """Seconds that the next bytes may take.

        Raises:
            TimeoutError: If there are none.
        """
        left = self.end - time.monotonic()
        if left <= 0.0:
            raise TimeoutError(f"it sent less than {SLOWEST:,} bytes a second")
        return min(left, TIMEOUT)


def handlers(pace):
    """Handlers of `urllib.request` whose every read keeps the pace."""

    class Paced:
        def do_open(self, http_class, req, **arguments):
            def connection(*args, **kwargs):
                made = http_class(*args, **kwargs)
                made.response_class = functools.partial(_Answer, pace)
                return made

            return super().do_open(connection, req, **arguments)

    class Http(Paced, urllib.request.HTTPHandler):
        pass

    class Https(Paced, urllib.request.HTTPSHandler):
        pass

    return Http(), Https()


class _Answer(http.client.HTTPResponse):
    def __init__(self, pace, sock, *args, **kwargs):
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Reads(self.fp.detach(), sock, pace))


class _Reads(io.RawIOBase):
    """What comes through a socket, as long as the pace allows."""

    def __init__(self, raw, sock, pace):
        self.raw, self.sock, self.pace = raw, sock, pace

    def readable(self):
        return True

    def readinto(self, buffer):
        self.sock.settimeout(self.pace.left())
        try:
            return self.raw.readinto(buffer)
        except TimeoutError:
            self.pace.left()  # says so where the limit was that of the whole
            raise

    def close(self):
        self.raw.close()
        super().close()
