"""The digests of all entries that come with kerasgen, apart from the entries."""

import json
import pathlib

from kerasgen.files import replacing
from kerasgen.zoo.entry.manifest import Manifest, is_entry

FILE = pathlib.Path(__file__).parent / "registry.json"


def digests(folder):
    """`{entry: {file: sha256}}` of a folder of entries, from their manifests."""
    folder = pathlib.Path(folder)
    return {
        path.name: {n: f.sha256 for n, f in Manifest.read(path).files.items()}
        for path in sorted(folder.iterdir())
        if is_entry(path)
    }


def read():
    """The registry as it is written down."""
    return json.loads(FILE.read_text("utf-8"))


def write(folder):
    """Writes the registry anew, from a folder of entries."""
    with replacing(FILE) as temporary:
        temporary.write_text(json.dumps(digests(folder), indent=2) + "\n", "utf-8")


def verify(folder, manifest):
    """Compares a manifest with the registry.

    Raises:
        ValueError: If the entry is not in it, or has other digests.
    """
    expected = read().get(folder.name)
    found = {name: file.sha256 for name, file in manifest.files.items()}
    if found == expected:
        return
    raise ValueError(
        f"{folder} is not the entry that came with this version of kerasgen; install "
        f"it again. Received: {found}, expected {expected}"
    )
