"""From a model to an address that others load it from."""

import pathlib
import shutil
import tempfile

import keras

from kerasgen.printable import printable
from kerasgen.zoo.entry.manifest import CONTENTS
from kerasgen.zoo.entry.whole import contents
from kerasgen.zoo.load import verified_config
from kerasgen.zoo.publishing import readme
from kerasgen.zoo.save import save
from kerasgen.zoo.sources.catalog import find
from kerasgen.zoo.sources.hubs import hugging_face_package, parse_hugging_face


def push(model_or_entry, address, private=None):
    """Uploads a model to Hugging Face, for `kerasgen.zoo.load` to fetch.

    The repository is made if it is missing. Files that it holds already and that the
    entry has as well are replaced in one commit; others stay. A repository without a
    README gets one: the card, or how to load the model.

    Args:
        model_or_entry: A model that `kerasgen.zoo.save` takes, or anything that
            `kerasgen.zoo.load` takes: card, recipe and license then go along.
        address: `hf://user/repo`.
        private: Whether a repository that is made here is private; None is the
            account's default.

    Returns:
        The address of just this upload, `hf://user/repo@commit`.

    Raises:
        ValueError: If the address is not one, or the model cannot be saved.
        ImportError: If huggingface_hub is not installed.
        PermissionError: If nobody is logged in.
        ConnectionError: If it could not be uploaded.

    Example:

    ```py
    address = kerasgen.zoo.push("runs/my_digits", "hf://me/my_digits")
    kerasgen.zoo.load(address).generate(4, seed=0)
    ```
    """
    repository, revision = parse_hugging_face(str(address))
    if revision is not None:
        raise ValueError(
            "`address` must be hf://user/repo without a revision: the upload makes "
            f"one. Received: address={address!r}"
        )
    hub = hugging_face_package()
    if hub.get_token() is None:
        raise PermissionError(
            "Uploading needs a token of Hugging Face that may write: log in with "
            "`hf auth login`, or set the environment variable HF_TOKEN"
        )
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary) / "entry"
        _copy(model_or_entry, folder)
        verified_config(folder)
        text = readme.readme(folder, repository)
        commit = _upload(hub, repository, folder, text, private)
    return f"hf://{repository}@{commit.oid}"


def _copy(model_or_entry, folder):
    """Writes the files of an entry into a new folder."""
    if isinstance(model_or_entry, keras.Model):
        return save(model_or_entry, folder)
    folder.mkdir()
    source = find(model_or_entry)
    for pattern in CONTENTS:
        for path in source.glob(pattern):
            shutil.copyfile(path, folder / path.name)
    for name, data in contents(source).items():  # of one save
        (folder / name).write_bytes(data)


def _upload(hub, repository, folder, text, private):
    try:
        hub.create_repo(repository, private=private, exist_ok=True)
        if not hub.file_exists(repository, readme.FILE):
            (folder / readme.FILE).write_text(text, "utf-8")
        return hub.upload_folder(
            repo_id=repository,
            folder_path=folder,
            commit_message="Upload a model of kerasgen",
        )
    except Exception as error:  # the package has dozens of kinds
        raise ConnectionError(
            f"hf://{repository} could not be written to. Check the network, and that "
            f"your token may write there. Received: {type(error).__name__}: "
            f"{printable(error)}"
        ) from error
