"""Where the published weights of FID's network come from."""

import hashlib

from kerasgen.files import cache_folder, download

NAME = "pt_inception-2015-12-05-6726825d.pth"
URL = f"https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/{NAME}"
BYTES = 95_628_359
SHA256 = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"


def fid_weights():
    """The published file in Keras's cache, downloaded where it is not there yet.

    Returns:
        Its path; size and SHA-256 digest are right.

    Raises:
        ConnectionError: If it cannot be downloaded: says what to fetch, and where to
            put it.
        ValueError: If the file that is there is cut off or altered.
    """
    path = cache_folder() / NAME
    if path.exists():
        _verify(path)
    else:
        _download(path)
    return path


def _download(path):
    try:
        download(URL, path, SHA256, limit=BYTES)
    except OSError as error:
        raise ConnectionError(
            f"The published weights of FID's Inception network are not on this machine "
            f"and could not be downloaded: {error}. Download {URL} ({BYTES:,} bytes) "
            f"and save it as {path}, or pass `weights` the path of the file. Without "
            "it, the extractors 'mnist', 'fashion_mnist' and 'cifar10' come with "
            "kerasgen"
        ) from error


def digest_of(path):
    """The SHA-256 digest of a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _verify(path):
    size, digest = path.stat().st_size, digest_of(path)
    if digest != SHA256:
        raise ValueError(
            f"{path} is {'cut off' if size < BYTES else 'not the published file'}; "
            f"remove it and get it again from {URL}. "
            f"Received: {size:,} bytes with sha256 {digest}, "
            f"expected {BYTES:,} bytes with sha256 {SHA256}"
        )
