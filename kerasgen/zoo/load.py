"""From an entry of the zoo to a model."""

import keras

from kerasgen.engine import GenerativeModel
from kerasgen.engine.keras_private import variables_without_values
from kerasgen.zoo.entry import registry, weights
from kerasgen.zoo.entry.manifest import CONFIG, WEIGHTS
from kerasgen.zoo.entry.trusted_config import read_config
from kerasgen.zoo.entry.whole import opened
from kerasgen.zoo.sources.catalog import find, is_shipped


def load(source, sha256=None):
    """Loads a trained model.

    Before anything is built the files are compared with their sizes and SHA-256
    digests, for entries that come with kerasgen those of its registry. Nothing is
    unpickled and no code of the entry runs. Afterwards the largest array of each
    network is compared with the file. What is fetched is kept in the folder of
    Keras, is looked at again each time, and is fetched anew if it is damaged.

    Args:
        source: One of `kerasgen.zoo.list()`, which need no network; the folder of an
            entry, or a zip archive of one; or where there is one: `https://...` (of an
            archive), `hf://user/repo`, `hf://user/repo@revision`,
            `kaggle://owner/model/keras/variation`, the same with `/version`.
        sha256: Digest of the archive, required for https; of `manifest.json`, which
            holds those of the other files, where there is no archive. None accepts
            any.

    Returns:
        A model, not compiled: it samples at once, and `compile()` and `fit` train it
        further. The same seed gives the same samples on every backend, images up to 2
        of 255, unless networks draw at random themselves, as those of pix2pix do; in a
        PixelCNN a number at the very border of two levels can change single images.

    Raises:
        ValueError: If the name is unknown (the nearest are listed), a digest differs,
            a file is cut off, altered or of another model, or an archive or a
            configuration holds what could harm: says which, and how.
        FileNotFoundError: If a file is missing.
        ConnectionError: If the entry is not on this machine and cannot be downloaded.
        ImportError: If the package of a hub is not installed.
        RuntimeError: If this version of Keras does not take the weights of the file.

    Example:

    ```py
    digits = kerasgen.zoo.load("dcgan_mnist")
    digits.generate(64, seed=0)  # uint8 (64, 28, 28, 1)
    ```
    """
    folder = find(source, sha256)
    with opened(folder) as (manifest, files):
        config = _config(folder, manifest, files)
        return _model(config, files)


def _model(config, files):
    """A model of that configuration with the weights of the file."""
    stored = files[WEIGHTS]
    # Nothing has a value before all shapes were compared with those of the file.
    with variables_without_values(weights.Room(stored, weights.layout(stored))):
        model = _built(config, files[CONFIG])
        variables = weights.named_variables(weights.networks(model))
        weights.read(stored, variables)
    weights.check(stored, variables)
    return model


def _built(config, path):
    try:
        model = keras.saving.deserialize_keras_object(config)
    except Exception as error:  # Keras and the layers raise whatever they meet
        raise ValueError(
            f"{path} describes no model that this version of kerasgen, with Keras "
            f"{keras.__version__}, can build. Received: {type(error).__name__}: "
            f"{str(error)[:500]}"
        ) from error
    if not isinstance(model, GenerativeModel):
        raise ValueError(
            f"{path} must describe one of kerasgen.models. "
            f"Received: a {type(model).__name__}"
        )
    return model


def verified_config(folder):
    """The configuration of an entry of which every file has been looked at.

    Raises:
        ValueError, FileNotFoundError: As `load`.
    """
    with opened(folder) as (manifest, files):
        return _config(folder, manifest, files)


def _config(folder, manifest, files):
    if is_shipped(folder):
        registry.verify(folder, manifest)
    return read_config(files[CONFIG])
