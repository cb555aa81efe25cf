"""What an entry holds and how to tell that it is still so."""

import dataclasses
import hashlib
import json
import os
import pathlib
import re
import reprlib

import keras

from kerasgen.inputs import Input
from kerasgen.kinds import Kind
from kerasgen.zoo.entry.trusted_config import describes

FORMAT = 2
FILE = "manifest.json"
CONFIG = "config.json"
WEIGHTS = "weights.h5"
# All that an entry may hold; archives and hubs are asked for nothing else.
CONTENTS = (
    FILE,
    CONFIG,
    WEIGHTS,
    "recipe.py",
    "training.json",
    "metrics.json",
    "card.md",
    "LICENSE",
    "*.png",
)
DESCRIBED = ("kind", "sampled_kind", "inputs")  # fields of the manifest with objects
MANIFEST_LIMIT = 2**20  # bytes
CONFIG_LIMIT = 2**22
WEIGHTS_LIMIT = 2**32


def is_entry(folder):
    """Whether the folder claims to hold a model."""
    return (folder / FILE).is_file()


@dataclasses.dataclass(frozen=True)
class StoredFile:
    """Size and digest of a file as it was written."""

    bytes: int
    sha256: str

    @classmethod
    def of(cls, path):
        """Measures a file."""
        with open(path, "rb") as file:
            return cls.of_open(file)

    @classmethod
    def of_open(cls, file):
        """Measures a file that is open, or bytes in memory that read like one."""
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return cls(file.seek(0, os.SEEK_END), digest)


@dataclasses.dataclass(frozen=True)
class Manifest:
    """The contents of `manifest.json`.

    Args:
        kerasgen, keras: Versions that wrote the entry.
        model: Class of the model.
        kind: What the model learned from, a `kerasgen.kinds.Kind`.
        sampled_kind: What it makes.
        inputs: What it makes that from, `kerasgen.inputs.Input` in a tuple.
        parameters: Number of values by network.
        half_precision: Whether weights are float16.
        files: `{name: StoredFile}` of all that `load` reads.
    """

    kerasgen: str
    keras: str
    model: str
    kind: Kind
    sampled_kind: Kind
    inputs: tuple
    parameters: dict
    half_precision: bool
    files: dict

    def to_json(self):
        """The manifest as bytes of JSON."""
        values = {"format": FORMAT, **vars(self)}
        for field in DESCRIBED:
            values[field] = keras.saving.serialize_keras_object(values[field])
        values["files"] = {n: dataclasses.asdict(f) for n, f in self.files.items()}
        return (json.dumps(values, indent=2) + "\n").encode()

    @classmethod
    def read(cls, folder):
        """Reads the manifest of an entry.

        Raises:
            FileNotFoundError: If there is none.
            ValueError: If it cannot be read, or is of another format.
        """
        path = pathlib.Path(folder) / FILE
        check_exists(path)
        return cls.from_file(path)

    @classmethod
    def from_file(cls, path):
        """Reads a manifest from its path, or from an `EntryFile` of it.

        Raises:
            ValueError: As `read`.
        """
        if path.stat().st_size > MANIFEST_LIMIT:
            raise ValueError(
                f"{path} is not the manifest of a zoo entry, which has at most "
                f"{MANIFEST_LIMIT:,} bytes. Received: {path.stat().st_size:,} bytes"
            )
        try:
            values = json.loads(path.read_text("utf-8"))
            version = values.pop("format")
        except (
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            RecursionError,
        ) as error:
            raise ValueError(
                f"{path} is not the manifest of a zoo entry: {error!r}"
            ) from error
        _check_format(path, version)
        try:
            for field in DESCRIBED:
                values[field] = _described(path, field, values[field])
            values["inputs"] = tuple(values["inputs"])
            files = {n: StoredFile(**f) for n, f in values["files"].items()}
            files[CONFIG], files[WEIGHTS]
            manifest = cls(**{**values, "files": files})
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"{path} is not complete: {error!r}") from error
        _check(path, manifest)
        return manifest


def verify(folder, files):
    """Compares an entry's files with their sizes and digests.

    Args:
        folder: The entry.
        files: `{name: StoredFile}`, as expected.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If a file is cut off or altered: says which, and how.
    """
    for name, expected in files.items():
        path = pathlib.Path(folder) / name
        check_exists(path)
        found = StoredFile.of(path)
        if found == expected:
            continue
        cut = found.bytes < expected.bytes
        raise ValueError(
            f"{path} is {'cut off' if cut else 'not the file that was saved'}; get it "
            f"again. Received: {found.bytes:,} bytes with sha256 {found.sha256}, "
            f"expected {expected.bytes:,} bytes with sha256 {expected.sha256}"
        )


def _check(path, manifest):
    """Refuses a manifest that says what none of ours would."""
    limits = {CONFIG: CONFIG_LIMIT, WEIGHTS: WEIGHTS_LIMIT}
    files = manifest.files
    rules = {
        "files": files.keys() == limits.keys()
        and all(_is_count(f.bytes, limits[name]) for name, f in files.items())
        and all(_is_digest(f.sha256) for f in files.values()),
        "kind": isinstance(manifest.kind, Kind),
        "sampled_kind": isinstance(manifest.sampled_kind, Kind),
        "inputs": all(isinstance(each, Input) for each in manifest.inputs),
        "parameters": isinstance(manifest.parameters, dict)
        and all(map(_is_count, manifest.parameters.values())),
        "model": isinstance(manifest.model, str),
    }
    for field, holds in rules.items():
        if not holds:
            raise _not_ours(path, field, getattr(manifest, field))


def _check_format(path, version):
    if version == 1:
        raise ValueError(
            f"{path} is of the form that entries had before models were made of kinds "
            "and inputs. In a checkout of kerasgen, `python tools/convert_entry.py "
            f"{path.parent}` rewrites it, with the same weights. Received: format=1, "
            f"expected {FORMAT}"
        )
    if version != FORMAT:
        raise ValueError(
            f"{path} is of a format this version of kerasgen does not know; "
            "install a newer one. "
            f"Received: format={version!r}, expected {FORMAT}"
        )


def _described(path, field, config):
    """The kind, or the inputs, of a configuration that holds nothing else."""
    if config == []:
        return config
    if not describes(config):
        raise _not_ours(path, field, config)
    try:
        return keras.saving.deserialize_keras_object(config)
    except Exception as error:  # a constructor raises whatever it meets
        raise _not_ours(path, field, config) from error


def _not_ours(path, field, received):
    return ValueError(
        f"{path} is not the manifest of a zoo entry: `{field}` is not what "
        f"kerasgen.zoo.save writes there. Received: {field}={reprlib.repr(received)}"
    )


def _is_count(value, limit=2**48):
    return type(value) is int and 0 <= value <= limit


def _is_digest(value):
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


def check_exists(path):
    """Raises a `FileNotFoundError` that says what an entry consists of."""
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is missing: an entry of the zoo has {FILE}, {CONFIG} and "
            f"{WEIGHTS}. Get it again from where it came"
        )
