"""Writes a model as an entry of the zoo."""

import errno
import io
import json
import os
import pathlib

import keras
import numpy as np

from kerasgen._version import __version__
from kerasgen.arguments import check_flags, check_paths
from kerasgen.engine import GenerativeModel
from kerasgen.zoo.entry import archive, weights
from kerasgen.zoo.entry.manifest import CONFIG, FILE, WEIGHTS, Manifest, StoredFile
from kerasgen.zoo.entry.trusted_config import check_config
from kerasgen.zoo.entry.whole import put


def save(model, folder, half_precision=False):
    """Writes what `kerasgen.zoo.load` reads: networks, and nothing of the training.

    The files are `config.json`, `weights.h5` and `manifest.json`. Where the model keeps
    an average of a network, that is the network of the entry; a model in mixed
    precision becomes one in float32. Files that are there already are replaced all at
    once: who loads the entry meanwhile, or after an interruption, gets the old model or
    the new one. Other files of the folder stay.

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
        OSError: If the folder cannot be written to, or its disk is full; an entry that
            is there stays what it was.

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
    check_flags(half_precision=half_precision)
    with model.as_of_now():
        return _save(model, pathlib.Path(folder).expanduser(), half_precision)


def _save(model, path, half_precision):
    networks = weights.networks(model)
    config = configuration(model)
    archived = path.suffix.lower() == ".zip" and not path.is_dir()
    _check_can_be_written_to(path.parent if archived else path)
    named = weights.named_variables(networks)
    stored = weights.to_hdf5(named, half_precision)
    manifest = describe(model, config, stored, half_precision)
    contents = {FILE: manifest.to_json(), CONFIG: to_json(config), WEIGHTS: stored}
    if archived:
        archive.write(contents, path)
    else:
        put(path, contents)
    return manifest


def _check_can_be_written_to(folder):
    """Makes the folder, and refuses one that cannot be written to, before the work."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise OSError(
            f"`folder` must be a folder that can be written to: {error}. "
            f"Received: folder={str(folder)!r}"
        ) from error


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


def to_json(config):
    """A configuration as the bytes of its file."""
    return (json.dumps(config, indent=1, sort_keys=True) + "\n").encode()


def describe(model, config, stored, half_precision):
    """The manifest of an entry.

    Args:
        model: The model.
        config: Its `configuration`.
        stored: Its weights, the bytes of their file.
        half_precision: Whether they are float16.

    Returns:
        The `Manifest`.
    """
    files = {CONFIG: to_json(config), WEIGHTS: stored}
    return Manifest(
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
        files={n: StoredFile.of_open(io.BytesIO(f)) for n, f in files.items()},
    )


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
