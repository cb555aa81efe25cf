"""Entries on Hugging Face and on Kaggle, through their own packages."""

import pathlib
import re

from kerasgen.files import cache_folder
from kerasgen.printable import printable
from kerasgen.zoo.entry.manifest import CONTENTS
from kerasgen.zoo.sources.cache import is_sound

PART = r"[A-Za-z0-9][\w.-]*"
HUGGING_FACE = re.compile(rf"hf://({PART}/{PART})(?:@([\w./-]+))?", re.ASCII)
KAGGLE = re.compile(rf"kaggle://({PART}/{PART}/keras/{PART}(?:/\d+)?)", re.ASCII)


def from_hugging_face(address):
    """The folder of the entry in a repository of Hugging Face.

    It is kept in the folder of Keras, in the layout of huggingface_hub, which also goes
    on with interrupted downloads and, without a network, finds what is there.

    Args:
        address: `hf://user/repo`, or `hf://user/repo@revision` with a branch, tag or
            commit.

    Raises:
        ValueError: If the address is not one.
        ImportError: If huggingface_hub is not installed.
        ConnectionError: If the repository cannot be downloaded.
    """
    repository, revision = parse_hugging_face(address)
    hub = hugging_face_package()
    return _fetched(
        address,
        lambda again: hub.snapshot_download(
            repository,
            revision=revision,
            cache_dir=cache_folder("zoo", "hugging_face"),
            allow_patterns=list(CONTENTS),
            force_download=again,
        ),
    )


def from_kaggle(address):
    """The folder of the entry in a model of Kaggle.

    It is kept where kagglehub keeps models: KAGGLEHUB_CACHE.

    Args:
        address: `kaggle://owner/model/keras/variation`, or the same with `/version`.

    Raises:
        ValueError: If the address is not one.
        ImportError: If kagglehub is not installed.
        ConnectionError: If the model cannot be downloaded.
    """
    handle = parse_kaggle(address)
    try:
        import kagglehub
    except ImportError as error:
        raise _missing("kagglehub") from error
    return _fetched(
        address,
        lambda again: kagglehub.model_download(handle, force_download=again),
    )


def parse_hugging_face(address):
    """Repository and revision, None without one.

    Raises:
        ValueError: If the address is not one.
    """
    found = HUGGING_FACE.fullmatch(address)
    if found is None:
        raise ValueError(
            "An address on Hugging Face must be hf://user/repo, with @revision where "
            f"one is wanted. Received: {address}"
        )
    return found.groups()


def parse_kaggle(address):
    """What kagglehub calls a handle.

    Raises:
        ValueError: If the address is not one.
    """
    found = KAGGLE.fullmatch(address)
    if found is None:
        raise ValueError(
            "An address on Kaggle must be kaggle://owner/model/keras/variation, with "
            f"/version where one is wanted. Received: {address}"
        )
    return found[1]


def hugging_face_package():
    """The package huggingface_hub.

    Raises:
        ImportError: If it is not installed.
    """
    try:
        import huggingface_hub
    except ImportError as error:
        raise _missing("huggingface_hub") from error
    return huggingface_hub


def _missing(package):
    return ImportError(
        f"This needs the package {package}, which is not installed. Install it with "
        f"`pip install {package}`"
    )


def _fetched(address, fetch):
    """What `fetch(again)` brings, once more from the start if it is damaged."""
    folder = _attempt(address, fetch, False)
    return folder if is_sound(folder) else _attempt(address, fetch, True)


def _attempt(address, fetch, again):
    try:
        return pathlib.Path(fetch(again))
    except Exception as error:  # their packages have dozens of kinds
        raise ConnectionError(
            f"{address} is not on this machine, or damaged, and could not be fetched. "
            "Check the address, the network and, for what is not public, that you are "
            f"logged in. Received: {type(error).__name__}: {printable(error)}"
        ) from error
