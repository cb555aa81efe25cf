"""One process at a time."""

import contextlib
import os
import pathlib

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None


@contextlib.contextmanager
def locked(path):
    """Context manager that one process, or thread, enters at a time; others wait.

    The system frees the lock of a process that dies.

    Args:
        path: Of the lock, a file that is there while somebody holds it.
    """
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = _acquire(path)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # Windows keeps files that others wait for
            path.unlink()
        os.close(handle)


def _acquire(path):
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _wait(handle)
        except BaseException:
            os.close(handle)
            raise
        if _is_file_of(handle, path):
            return handle
        os.close(handle)  # whoever held it has removed the file meanwhile


def _wait(handle):
    if fcntl is not None:
        fcntl.flock(handle, fcntl.LOCK_EX)
        return
    import msvcrt

    while True:
        # Gives up after ten seconds, with an error.
        with contextlib.suppress(OSError):
            msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
            return


def _is_file_of(handle, path):
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path))
    except FileNotFoundError:
        return False
