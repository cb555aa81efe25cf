"""From an entry of the zoo to a model."""

import json

import keras

from kerasgen.zoo import registry, weights
from kerasgen.zoo.catalog import find, is_shipped
from kerasgen.zoo.manifest import CONFIG, WEIGHTS, Manifest, verify
from kerasgen.zoo.trusted_config import check_config


def load(name):
    """Loads a trained model.

    Before anything is built the files are compared with their sizes and SHA-256
    digests, for entries that come with kerasgen those of its registry. Nothing is
    unpickled, no code of the entry runs, and no network is needed.

    Args:
        name: One of `kerasgen.zoo.list()`, or the folder of an entry.

    Returns:
        A model, not compiled: it samples at once, and `compile()` and `fit` train it
        further. The same seed gives the same samples on every backend, images up to 2
        of 255.

    Raises:
        ValueError: If the name is unknown (the nearest are listed), or a file is cut
            off, altered or of another model: says which, and how.
        FileNotFoundError: If a file is missing.

    Example:

    ```py
    digits = kerasgen.zoo.load("dcgan_mnist")
    digits.generate(64, seed=0)  # uint8 (64, 28, 28, 1)
    ```
    """
    folder = find(name)
    manifest = Manifest.read(folder)
    verify(folder, manifest.files)
    if is_shipped(folder):
        registry.verify(folder, manifest)
    config = json.loads((folder / CONFIG).read_text("utf-8"))
    check_config(config, folder / CONFIG)
    model = keras.saving.deserialize_keras_object(config)
    variables = weights.named_variables(weights.networks(model))
    weights.read(folder / WEIGHTS, variables)
    return model
