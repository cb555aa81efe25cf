"""What an entry holds and how to tell that it is still so."""

import dataclasses
import hashlib
import json
import pathlib
import re
import reprlib

FORMAT = 1
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
MANIFEST_LIMIT = 2**20  # bytes
CONFIG_LIMIT = 2**24
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
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return cls(pathlib.Path(path).stat().st_size, digest)


@dataclasses.dataclass(frozen=True)
class Manifest:
    """The contents of `manifest.json`.

    Args:
        kerasgen, keras: Versions that wrote the entry.
        model: Class of the model.
        image_shape: Shape of one sample.
        latent_dim: Size of a latent.
        latent_distribution: Of the latents.
        parameters: Number of values by network.
        half_precision: Whether weights are float16.
        files: `{name: StoredFile}` of all that `load` reads.
    """

    kerasgen: str
    keras: str
    model: str
    image_shape: tuple
    latent_dim: int | None
    latent_distribution: str | None
    parameters: dict
    half_precision: bool
    files: dict

    def write(self, path):
        """Writes the manifest as JSON."""
        values = {"format": FORMAT, **dataclasses.asdict(self)}
        path.write_text(json.dumps(values, indent=2) + "\n", "utf-8")

    @classmethod
    def read(cls, folder):
        """Reads the manifest of an entry.

        Raises:
            FileNotFoundError: If there is none.
            ValueError: If it cannot be read, or is of another format.
        """
        path = pathlib.Path(folder) / FILE
        _check_exists(path)
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
        if version != FORMAT:
            raise ValueError(
                f"{path} is of a format this version of kerasgen does not know; "
                "upgrade with `pip install --upgrade kerasgen`. "
                f"Received: format={version!r}, expected {FORMAT}"
            )
        try:
            values["image_shape"] = tuple(values["image_shape"])
            files = {n: StoredFile(**f) for n, f in values["files"].items()}
            files[CONFIG], files[WEIGHTS]
            manifest = cls(**{**values, "files": files})
        except (KeyError, TypeError, AttributeError) as error:
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
        _check_exists(path)
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
        "image_shape": all(_is_count(size) for size in manifest.image_shape),
        "latent_dim": manifest.latent_dim is None or _is_count(manifest.latent_dim),
        "parameters": isinstance(manifest.parameters, dict)
        and all(map(_is_count, manifest.parameters.values())),
        "model": isinstance(manifest.model, str),
    }
    for field, holds in rules.items():
        if not holds:
            received = reprlib.repr(getattr(manifest, field))
            raise ValueError(
                f"{path} is not the manifest of a zoo entry: `{field}` is not what "
                f"kerasgen.zoo.save writes there. Received: {field}={received}"
            )


def _is_count(value, limit=2**48):
    return type(value) is int and 0 <= value <= limit


def _is_digest(value):
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


def _check_exists(path):
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is missing: an entry of the zoo has {FILE}, {CONFIG} and "
            f"{WEIGHTS}. Get it again from where it came"
        )
