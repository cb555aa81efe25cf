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
        try:
            yield
        finally:
            # Windows keeps files that others wait for.
            with contextlib.suppress(OSError):
                path.unlink()
    finally:
        os.close(handle)


@contextlib.contextmanager
def claim(path):
    """Context manager that makes an empty file and says that its process is alive.

    Others may write to the file; `remove_unclaimed` leaves it alone meanwhile. Where
    the system has no locks that end with a process, it only makes the file.
    """
    handle = _claimed(path)
    try:
        if fcntl is None:  # Windows does not move files that are open
            os.close(handle)
        yield
    finally:
        if fcntl is not None:
            os.close(handle)


def remove_unclaimed(path):
    """Removes a file that a process has claimed and left by dying."""
    if fcntl is None:
        return
    with contextlib.suppress(OSError):  # claimed, gone, or of another user
        handle = os.open(path, os.O_RDWR)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_file_of(handle, path):
                os.unlink(path)
        finally:
            os.close(handle)


def _claimed(path):
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
        if fcntl is not None:
            with contextlib.suppress(OSError):  # a file system without locks
                fcntl.flock(handle, fcntl.LOCK_EX)
        if _is_file_of(handle, path):
            return handle
        os.close(handle)  # somebody removed it before it was locked


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
