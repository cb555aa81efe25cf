"""What has been written, onto the disk."""

import contextlib
import errno
import os

CANNOT = (errno.EINVAL, errno.ENOTSUP)  # of file systems that know no such thing


def flush(path):
    """Waits until a file is on the disk; or a folder, as far as names in it go.

    A rename may reach the disk before what was written into the file: after a power
    failure the name would then lead to an empty one.

    Raises:
        OSError: If the file cannot be written, because its disk is full for example.
    """
    if os.path.isdir(path):
        with contextlib.suppress(OSError):  # Windows opens no folders
            _flush(path, os.O_RDONLY)
    else:
        _flush(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)


def _flush(path, mode):
    handle = os.open(path, mode)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in CANNOT:
            raise
    finally:
        os.close(handle)
