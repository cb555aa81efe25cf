"""Writes a model as an entry of the zoo."""

import contextlib
import json
import os
import pathlib
import tempfile

import keras
import numpy as np

from kerasgen._version import __version__
from kerasgen.arguments import check_paths
from kerasgen.engine import GenerativeModel
from kerasgen.zoo.entry import weights
from kerasgen.zoo.entry.archive import pack
from kerasgen.zoo.entry.manifest import CONFIG, FILE, WEIGHTS, Manifest, StoredFile
from kerasgen.zoo.entry.trusted_config import check_config


def save(model, folder, half_precision=False):
    """Writes what `kerasgen.zoo.load` reads: networks, and nothing of the training.

    The files are `config.json`, `weights.h5` and `manifest.json`. Where the model keeps
    an average of a network, that is the network of the entry; a model in mixed
    precision becomes one in float32. Files that are there already are replaced when all
    the new ones are complete; others stay.

    Args:
        model: One of `kerasgen.models`.
        folder: Folder of the entry, made if it is missing; its name is the entry's. Or
            a path that ends in `.zip`: an archive of one, replaced if it is there.
        half_precision: Store float16 instead of float32: half the size.

    Returns:
        The `Manifest`.

    Raises:
        ValueError: If the model is of a kind that the zoo cannot hold, or a weight is
            not finite.
        OSError: If the folder cannot be written to.

    Example:

    ```python
    model = kerasgen.models.DCGAN(image_shape=(28, 28, 1), filters=4)
    kerasgen.zoo.save(model, "my_digits")
    kerasgen.zoo.load("my_digits").generate(4, seed=0)
    ```
    """
    if not isinstance(model, GenerativeModel):
        raise ValueError(
            "`model` must be a model of kerasgen.models. "
            f"Received: a {type(model).__name__}"
        )
    check_paths(folder=folder)
    networks = weights.networks(model)
    config = configuration(model)
    path = pathlib.Path(folder).expanduser()
    archived = path.suffix.lower() == ".zip" and not path.is_dir()
    folder = path.parent if archived else path
    with _temporary(folder) as fresh:
        named = weights.named_variables(networks)
        weights.write(fresh / WEIGHTS, named, half_precision)
        manifest = describe(model, config, fresh, half_precision)
        if archived:
            pack(fresh, path)
        else:
            replace(fresh, folder, (CONFIG, WEIGHTS, FILE))
    return manifest


@contextlib.contextmanager
def _temporary(folder):
    """A temporary folder inside `folder`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary = tempfile.TemporaryDirectory(prefix=".saving_", dir=folder)
    except OSError as error:
        raise OSError(
            f"`folder` must be a folder that can be written to: {error}. "
            f"Received: folder={str(folder)!r}"
        ) from error
    with temporary as name:
        yield pathlib.Path(name)


def configuration(model):
    """The model's configuration as JSON has it, without what `compile` was given.

    Raises:
        ValueError: If it holds anything that `load` would not trust.
    """
    config = keras.saving.serialize_keras_object(model)
    config = json.loads(json.dumps(_without(config, "compile_config")))
    config = _in_float32(config)
    check_config(config, type(model).__name__)
    return config


def describe(model, config, folder, half_precision):
    """Writes configuration and manifest beside weights that are there.

    Args:
        model: The model.
        config: Its `configuration`.
        folder: Where its weights are.
        half_precision: Whether they are float16.

    Returns:
        The `Manifest`.
    """
    text = json.dumps(config, indent=1, sort_keys=True) + "\n"
    (folder / CONFIG).write_text(text, "utf-8")
    manifest = Manifest(
        kerasgen=__version__,
        keras=keras.__version__,
        model=type(model).__name__,
        kind=model.kind,
        sampled_kind=model.sampled_kind,
        inputs=model.inputs,
        parameters={
            name: sum(int(np.prod(v.shape)) for v in network.weights)
            for name, network in model.networks.items()
        },
        half_precision=half_precision,
        files={name: StoredFile.of(folder / name) for name in (CONFIG, WEIGHTS)},
    )
    manifest.write(folder / FILE)
    return manifest


def _without(value, key):
    if isinstance(value, dict):
        return {k: _without(v, key) for k, v in value.items() if k != key}
    if isinstance(value, (list, tuple)):
        return [_without(v, key) for v in value]
    return value


def _in_float32(config):
    """The configuration with all layers in float32: the same samples everywhere."""
    if isinstance(config, list):
        return [_in_float32(value) for value in config]
    if not isinstance(config, dict):
        return config
    if config.get("class_name") == "DTypePolicy":
        return {**config, "config": {"name": "float32"}}
    return {key: _in_float32(value) for key, value in config.items()}


def replace(fresh, folder, names):
    """Puts new files in the place of the old ones: all of them, or none."""
    previous = fresh / "previous"
    previous.mkdir()
    moved = []
    try:
        for name in names:
            if (folder / name).exists():
                os.replace(folder / name, previous / name)
            moved.append(name)
            os.replace(fresh / name, folder / name)
    except BaseException:
        for name in moved:
            (folder / name).unlink(missing_ok=True)
            if (previous / name).exists():
                os.replace(previous / name, folder / name)
        raise
