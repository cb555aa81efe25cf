"""What is known about an entry, without building its model."""

import dataclasses
import json
import pathlib
import reprlib

from kerasgen.kinds import Kind, Pair
from kerasgen.printable import printable
from kerasgen.zoo.entry.manifest import CONFIG, CONFIG_LIMIT, WEIGHTS, Manifest
from kerasgen.zoo.sources.catalog import find
from kerasgen.zoo.training.recipe import Recipe


@dataclasses.dataclass(frozen=True)
class Info:
    """A trained model of the zoo.

    Args:
        name: What `kerasgen.zoo.load` takes.
        folder: Where it is.
        model: Name of the constructor, or class, of the model.
        summary: What it makes.
        kind: What it learned from, a `kerasgen.kinds.Kind`.
        sampled_kind: What it makes.
        inputs: What it makes that from, a tuple of `kerasgen.inputs.Input`.
        parameters: Number of values by network.
        bytes: Size of configuration and weights.
        sha256: Digest of the weights.
        license: Of the weights, as far as it is ours to give.
        data, data_source, data_license: What it was trained on.
        metrics: `{protocol: results}`, the contents of `metrics.json`.
        training: Backend, seconds and so on, the contents of `training.json`.
        recipe: How it was trained; None if the entry does not say.
    """

    name: str
    folder: pathlib.Path
    model: str
    summary: str
    kind: Kind
    sampled_kind: Kind
    inputs: tuple
    parameters: dict
    bytes: int
    sha256: str
    license: str
    data: str
    data_source: str
    data_license: str
    metrics: dict
    training: dict
    recipe: Recipe | None

    def __str__(self):
        sizes = ", ".join(f"{n} {p:,}" for n, p in self.parameters.items())
        lines = {
            "model": self.model,
            "makes": self.summary or self.sampled_kind,
            "kind": self.kind,
            "inputs": ", ".join(map(repr, self.inputs)) or "none",
            **self._labels(),
            "parameters": sizes,
            "size": f"{self.bytes / 1e6:.1f} MB",
            "sha256": self.sha256,
            "license": self.license,
            "data": self.data_source or self.data,
            "data license": self.data_license,
            "measured": ", ".join(self.metrics) or "nothing",
            "folder": self.folder,
        }
        told = {name: " ".join(printable(said).split()) for name, said in lines.items()}
        return "\n".join([self.name, *(f"  {k:13}{v}" for k, v in told.items())])

    def _labels(self):
        """A line that says what labels the model takes, if it takes any."""
        found = (each for each in self.inputs if each.name == "labels")
        return {
            each.name: ", ".join(each.names or (f"0 to {each.size - 1}",))
            for each in found
        }


def info(source, sha256=None):
    """Says what a trained model is: data, licenses, numbers, sizes.

    Args:
        source, sha256: As for `kerasgen.zoo.load`. What is elsewhere is fetched.

    Returns:
        An `Info`; `print` shows it in lines.

    Raises:
        ValueError: If there is no such entry, or its manifest cannot be read.

    Example:

    ```py
    kerasgen.zoo.info("dcgan_mnist").data_license
    ```
    """
    folder = find(source, sha256)
    manifest = Manifest.read(folder)
    training = read_json(folder / "training.json")
    recipe = _recipe(folder, training)
    told = recipe or Recipe(name="unknown", model=manifest.model, data="not stated")
    return Info(
        name=_name(source),
        folder=folder,
        model=told.model,
        summary=told.summary,
        kind=manifest.kind,
        sampled_kind=manifest.sampled_kind,
        inputs=manifest.inputs,
        parameters=manifest.parameters,
        bytes=sum(manifest.files[name].bytes for name in (CONFIG, WEIGHTS)),
        sha256=manifest.files[WEIGHTS].sha256,
        license=told.license,
        data=told.data,
        data_source=told.data_source,
        data_license=told.data_license,
        metrics=read_json(folder / "metrics.json"),
        training=training,
        recipe=recipe,
    )


def shape(kind):
    """The shape of a sample as people write it: `28 x 28 x 1`."""
    if isinstance(kind, Pair):
        return f"{shape(kind.a)} and {shape(kind.b)}"
    return " x ".join(map(str, kind.shape))


def _name(source):
    path = pathlib.Path(source).expanduser()
    return path.resolve().name if path.is_dir() else str(source)


def read_json(path):
    """The contents of a JSON file, `{}` if there is none.

    Raises:
        ValueError: If it is not an object in JSON, or far too large.
    """
    if not path.is_file():
        return {}
    size = path.stat().st_size
    if size > CONFIG_LIMIT:
        raise ValueError(
            f"{path} must have at most {CONFIG_LIMIT:,} bytes. Received: {size:,} bytes"
        )
    try:
        found = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise ValueError(
            f"{path} must hold an object of JSON. Received: {reprlib.repr(found)}"
        )
    return found


def _recipe(folder, training):
    if (folder / "recipe.py").is_file():
        return Recipe.read(folder / "recipe.py")
    if "recipe" not in training:
        return None
    try:
        return Recipe.of_run(training["recipe"])
    except ValueError as error:
        raise ValueError(f"{folder / 'training.json'}: {error}") from error
