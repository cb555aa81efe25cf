"""What a disk that takes no more says, said of the file that was to be written."""

import contextlib
import errno

# No space, more than the user may have, larger than a file may be, a broken disk.
CAUSES = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


@contextlib.contextmanager
def naming(path):
    """Context manager: the system's error about a full disk names the file.

    The system's own says neither which file nor which folder.

    Raises:
        OSError: Instead of one of `CAUSES`, with the same number.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in CAUSES:
            raise
        raise OSError(
            error.errno,
            f"{error.strerror}: {path.name} could not be written, and what was in the "
            f"folder is as it was. Received: {path}",
        ) from error
