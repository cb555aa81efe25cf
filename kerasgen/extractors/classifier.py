"""The small classifiers that ship with kerasgen, to extract features offline."""

import hashlib
import json
import pathlib

import keras
import numpy as np

FOLDER = pathlib.Path(__file__).parent / "weights"
VERSIONS = {
    "mnist": "mnist_v1",
    "fashion_mnist": "fashion_mnist_v1",
    "cifar10": "cifar10_v1",
}
WHITENING = "whitening"  # the layer whose kernel is computed from the data


def classifier(image_shape, widths, num_classes=10):
    """A residual network of nine convolutions, for images of some 30 pixels.

    A frozen 2x2 convolution whitens patches, then each width makes a stage: a
    convolution, a halving by maximum, and two convolutions with a way around them.

    Args:
        image_shape: `(height, width, channels)`; each stage halves height and width.
        widths: Filters of each stage.
        num_classes: Number of logits.

    Returns:
        A Keras model from images `(batch, height, width, channels)`, uint8 or float in
        [0, 255], to features `(batch, widths[-1])` and logits `(batch, num_classes)`,
        by these names. Its activations are called `relu_1`, `relu_2` and so on.

    Reference:
        Page, How to train your ResNet, 2018 (widths, scaled logits); Jordan, 94% on
        CIFAR-10 in 3.29 seconds on a single GPU, 2024, arXiv:2404.00498 (whitening).
    """
    inputs = keras.Input(image_shape, name="images")
    x = keras.layers.Rescaling(1 / 64, offset=-2.0)(inputs)
    x = keras.layers.Conv2D(
        8 * image_shape[-1], 2, use_bias=False, trainable=False, name=WHITENING
    )(x)
    for i, width in enumerate(widths):
        first, second, third = (f"relu_{3 * i + j}" for j in (1, 2, 3))
        x = _convolution(x, width, first, pool=True)
        around = _convolution(_convolution(x, width, second), width, third)
        x = keras.layers.Add()([x, around])
    features = keras.layers.GlobalAveragePooling2D(dtype="float32", name="features")(x)
    logits = keras.layers.Dense(num_classes, dtype="float32")(features)
    logits = keras.layers.Rescaling(1 / 8, dtype="float32", name="logits")(logits)
    return keras.Model(inputs, {"features": features, "logits": logits})


def _convolution(x, width, name, pool=False):
    x = keras.layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
    if pool:
        x = keras.layers.MaxPooling2D()(x)
    x = keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
    return keras.layers.ReLU(name=name)(x)


def shipped_classifier(name, folder=FOLDER):
    """The trained classifier of a name.

    Args:
        name: `"mnist"`, `"fashion_mnist"` or `"cifar10"`: version 1 of it, for ever; or
            a name with its version, such as `"cifar10_v1"`.
        folder: Where `<version>.npz` and `<version>.json` lie.

    Returns:
        `(network, facts)`: what `classifier` returns, and what the `.json` says of it.

    Raises:
        ValueError: If a file is missing, or is not the one that was published.
    """
    version = VERSIONS.get(name, name)
    path = pathlib.Path(folder) / f"{version}.npz"
    facts_path = path.with_suffix(".json")
    for file in (path, facts_path):
        if not file.exists():
            raise ValueError(
                f"The weights of the extractor {name!r} are not on this machine; "
                f"install kerasgen again. Received: no file {file}"
            )
    facts = json.loads(facts_path.read_text("utf-8"))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != facts["sha256"]:
        raise ValueError(
            f"{path} is not the file that was published; install kerasgen again. "
            f"Received: sha256 {digest}, expected {facts['sha256']}"
        )
    network = classifier(**facts["network"])
    read_weights(path, network)
    return network, facts


def write_weights(path, network):
    """Writes a network's weights, in order and in half precision, to a `.npz`."""
    with np.errstate(over="ignore"):  # reported next
        halves = [w.numpy().astype("float16") for w in network.weights]
    if not all(np.isfinite(half).all() for half in halves):
        raise ValueError(
            "Weights must be finite in float16. Received: values that are not"
        )
    np.savez(path, **{f"{i:03d}": half for i, half in enumerate(halves)})


def read_weights(path, network):
    """Assigns what `write_weights` wrote."""
    with np.load(path, allow_pickle=False) as file:
        network.set_weights([file[name].astype("float32") for name in file.files])
