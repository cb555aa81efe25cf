"""Where the published weights of FID's network come from."""

import hashlib
import http.client
import os
import pathlib
import shutil
import urllib.request

from kerasgen.engine.files import replacing

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
    path = _cache() / NAME
    if path.exists():
        _verify(path, path)
    else:
        _download(path)
    return path


def _cache():
    home = os.environ.get("KERAS_HOME") or pathlib.Path.home() / ".keras"
    return pathlib.Path(home) / "kerasgen"


def _download(path):
    try:
        with replacing(path) as temporary:
            with urllib.request.urlopen(URL, timeout=30) as answer:
                with open(temporary, "wb") as file:
                    shutil.copyfileobj(answer, file)
            _verify(temporary, URL)
    except (OSError, http.client.HTTPException) as error:
        raise ConnectionError(
            f"The published weights of FID's Inception network are not on this machine "
            f"and could not be downloaded: {error}. Download {URL} ({BYTES:,} bytes) "
            f"and save it as {path}, or pass `weights` the path of the file. Without "
            "it, the extractors 'mnist', 'fashion_mnist' and 'cifar10' come with "
            "kerasgen"
        ) from error


def _verify(path, origin):
    size = path.stat().st_size
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != SHA256:
        raise ValueError(
            f"{origin} is {'cut off' if size < BYTES else 'not the published file'}; "
            f"remove it and get it again from {URL}. "
            f"Received: {size:,} bytes with sha256 {digest}, "
            f"expected {BYTES:,} bytes with sha256 {SHA256}"
        )
