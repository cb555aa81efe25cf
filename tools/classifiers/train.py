"""Trains a classifier that kerasgen ships as an extractor.

    KERAS_BACKEND=tensorflow python tools/classifiers/train.py cifar10_v1

Interrupted, the same command goes on after the last epoch. At the end the folder holds
`<name>.npz`, the weights in half precision, and `<name>.json`, what is known of them;
to publish a version, copy both into `kerasgen/extractors/weights`. With
`--hold-out` so many training images are left out, and judged instead of the test
images: whatever is chosen is chosen by them.
"""

import argparse
import dataclasses
import hashlib
import json
import pathlib
import subprocess
import time

import keras
import numpy as np

import kerasgen
from kerasgen.data.order import coin_tosses, shuffled
from kerasgen.engine import inference
from kerasgen.extractors.classifier import (
    WHITENING,
    classifier,
    read_weights,
    write_weights,
)
from kerasgen.files import replacing
from recipes import RECIPES

MOMENTUM = 0.9
RISE = 0.2  # of all steps until the highest learning rate


def main(arguments=None):
    """Reads the command line, trains, prints what came out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=sorted(RECIPES))
    parser.add_argument("--output", help="folder; default: runs/extractors/NAME")
    parser.add_argument("--data", help="name or path, instead of the recipe's")
    parser.add_argument("--epochs", type=int, help="instead of the recipe's")
    parser.add_argument("--hold-out", type=int, default=0, metavar="IMAGES")
    options = parser.parse_args(arguments)
    recipe = RECIPES[options.name]
    if options.epochs:
        recipe = dataclasses.replace(recipe, epochs=options.epochs)
    output = pathlib.Path(options.output or f"runs/extractors/{recipe.name}")
    facts = train(recipe, options.data or recipe.data, output, options.hold_out)
    print(json.dumps(facts, indent=2))


def train(recipe, data, output, hold_out=0):
    """Trains by a recipe, from the start or from the last epoch, and writes the result.

    Args:
        recipe: A `Recipe`.
        data: Name or path of the data set.
        output: Folder.
        hold_out: Training images to judge instead of the test images.

    Returns:
        What `<name>.json` says.
    """
    output = pathlib.Path(output)
    keras.utils.set_random_seed(recipe.seed)
    images, labels = load_split(data, "train")
    judged = "test"
    if hold_out:
        judged = f"the last {hold_out} training images in an order of their own"
        order = shuffled(len(images), seed=2**32, epoch=0)
        kept, left_out = order[:-hold_out], order[-hold_out:]
        others = images[left_out], labels[left_out]
        images, labels = images[kept], labels[kept]
    else:
        others = load_split(data, "test")
    keras.config.set_dtype_policy("mixed_bfloat16")  # thrice as fast on a new CPU
    trained = build(recipe, images)
    seconds = fit(trained, recipe, images, labels, output)
    keras.config.set_dtype_policy("float32")
    network = classifier(**recipe.network)
    network.set_weights(trained.get_weights())
    accuracy_in_full = accuracy(network, *others)
    path = output / f"{recipe.name}.npz"
    write_weights(path, network)
    read_weights(path, network)
    facts = {
        "name": recipe.name,
        "network": recipe.network,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "accuracy": accuracy(network, *others),
        "accuracy_in_full_precision": accuracy_in_full,
        "judged_on": judged,
        "judged_images": len(others[0]),
        "trained_on": len(images),
        "parameters": network.count_params(),
        "minutes": round(seconds / 60, 1),
        "backend": keras.backend.backend(),
        "commit": commit(),
        "recipe": dataclasses.asdict(recipe),
    }
    with replacing(output / f"{recipe.name}.json") as temporary:
        temporary.write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
    return facts


def load_split(data, split):
    """`(images, labels)` of a split, uint8 and int32, in the order of the set."""
    dataset = kerasgen.data.load(
        data, split, labels=True, shuffle=False, batch_size=1000
    )
    batches = [dataset[i] for i in range(len(dataset))]
    return tuple(np.concatenate(parts) for parts in zip(*batches, strict=True))


def build(recipe, images):
    """A new network, its first layer computed from images."""
    network = classifier(**recipe.network)
    network.get_layer(WHITENING).set_weights([whitening(images[::100])])
    return network


def whitening(images, epsilon=5e-4):
    """Kernel `(2, 2, channels, 8 * channels)` whose responses are uncorrelated.

    Eigenvectors of patches, each divided by its deviation, and their negatives.
    """
    scaled = images.astype("float64") / 64 - 2
    patches = np.lib.stride_tricks.sliding_window_view(scaled, (2, 2), axis=(1, 2))
    patches = patches.transpose(0, 1, 2, 4, 5, 3).reshape(-1, 4 * images.shape[-1])
    values, vectors = np.linalg.eigh(np.cov(patches, rowvar=False))
    vectors = vectors / np.sqrt(values + epsilon)
    kernel = np.concatenate([vectors, -vectors], axis=1)
    return kernel.reshape(2, 2, images.shape[-1], -1)


def fit(network, recipe, images, labels, output):
    """Trains what is left of the epochs; returns the seconds of all of them."""
    batches = Augmented(images, labels, recipe)
    clock = Clock(output / "seconds.json")
    model = keras.Model(network.input, network.get_layer("logits").output)
    compile_model(model, recipe, recipe.epochs * len(batches))
    model.fit(
        batches,
        epochs=recipe.epochs,
        shuffle=False,
        verbose=2,
        callbacks=[
            keras.callbacks.BackupAndRestore(
                str(output / "checkpoint"), delete_checkpoint=False
            ),
            keras.callbacks.LambdaCallback(
                on_epoch_begin=lambda epoch, logs: batches.set_epoch(epoch)
            ),
            clock,
        ],
    )
    return clock.seconds


def compile_model(model, recipe, steps):
    """Momentum, with a rate that rises in a straight line and falls as a cosine."""
    rise = max(1, round(RISE * steps))
    optimizer = keras.optimizers.SGD(
        keras.optimizers.schedules.CosineDecay(
            0.0,
            decay_steps=max(1, steps - rise),
            warmup_target=recipe.learning_rate,
            warmup_steps=rise,
        ),
        momentum=MOMENTUM,
        nesterov=True,
        weight_decay=recipe.weight_decay,
    )
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    model.compile(
        optimizer,
        keras.losses.CategoricalCrossentropy(
            from_logits=True, label_smoothing=recipe.label_smoothing
        ),
        metrics=["accuracy"],
        jit_compile=False,
    )


class Augmented(keras.utils.PyDataset):
    """Batches in a new order each epoch, images moved and mirrored.

    An image is mirrored in every other epoch: in the first by chance, then in turn
    (Jordan, 2024, section 3.6).
    """

    def __init__(self, images, labels, recipe):
        super().__init__()
        s = recipe.shift
        self.shape = images.shape[1:3]
        self.images = np.pad(images, [(0, 0), (s, s), (s, s), (0, 0)], "reflect")
        self.targets = np.eye(labels.max() + 1, dtype="float32")[labels]
        self.recipe = recipe
        self.first_mirrored = coin_tosses(len(images), recipe.seed, epoch=0)
        self.set_epoch(0)

    def set_epoch(self, epoch):
        """Draws the order and the shifts of an epoch."""
        n, recipe = len(self.images), self.recipe
        random = np.random.Generator(np.random.Philox([recipe.seed, epoch]))
        self.order = shuffled(n, recipe.seed, epoch)
        self.shifts = random.integers(0, 2 * recipe.shift + 1, (n, 2))
        self.mirrored = (self.first_mirrored ^ (epoch % 2 == 1)) & recipe.flip

    def __len__(self):
        return len(self.images) // self.recipe.batch_size

    def __getitem__(self, index):
        size = self.recipe.batch_size
        chosen = self.order[index * size : (index + 1) * size]
        top, left = self.shifts[chosen].T[:, :, None]
        rows = top + np.arange(self.shape[0])
        columns = left + np.arange(self.shape[1])
        mirrored = self.mirrored[chosen]
        columns[mirrored] = columns[mirrored, ::-1]
        images = self.images[chosen[:, None, None], rows[:, :, None], columns[:, None]]
        return images, self.targets[chosen]


class Clock(keras.callbacks.Callback):
    """Adds up the seconds of all epochs, over interruptions."""

    def __init__(self, path):
        super().__init__()
        self.path = path
        self.seconds = json.loads(path.read_text()) if path.exists() else 0.0

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds += time.perf_counter() - self.start
        with replacing(self.path) as temporary:
            temporary.write_text(json.dumps(self.seconds))


def accuracy(network, images, labels):
    """Share of images whose largest logit is their label's."""
    predict = inference(network, network.variables)
    right = 0
    for i in range(0, len(images), 500):
        logits = predict(images[i : i + 500])["logits"]
        right += np.sum(logits.argmax(1) == labels[i : i + 500])
    return float(right / len(images))


def commit():
    """The commit of the checkout."""
    try:
        told = subprocess.run(
            ["git", "rev-parse", "HEAD"],
            cwd=pathlib.Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return told.stdout.strip()


if __name__ == "__main__":
    main()
