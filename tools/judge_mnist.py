"""Judges generated digits with a classifier that knows the real ones.

    python tools/judge_mnist.py dcgan_mnist --data mnist.npz \\
        --classifier judge.keras

Trains the classifier once, on all training images, and keeps it in the file given.
Then writes into `metrics.json` of each entry how sure the classifier is of 10,000
samples (seed 0), which digits it sees, and how far apart the samples are; the same of
the test images, beside it. Of a model that takes labels also on how many samples the
classifier agrees with the label asked for; of one with a categorical code, how purely
its categories are digits.
"""

import argparse
import json
import pathlib

import keras
import numpy as np

import kerasgen
from kerasgen.files import replacing
from kerasgen.inputs import Codes, Labels
from kerasgen.zoo.info import read_json
from kerasgen.zoo.sources.catalog import find

LEAST_ACCURACY = 0.993
SURE = 0.9
COMPARED = 64  # images that are compared with one another


def main(arguments=None):
    """Reads the command line, judges, prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("entries", nargs="+", help="names of the zoo, or folders")
    parser.add_argument("--data", default="mnist", help="mnist.npz")
    parser.add_argument("--classifier", required=True, help="file to keep it in")
    parser.add_argument("--epochs", type=int, default=6, help="of the classifier")
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--least-accuracy", type=float, default=LEAST_ACCURACY)
    options = parser.parse_args(arguments)
    train, test = (load_split(options.data, split) for split in ("train", "test"))
    classifier = known_classifier(options.classifier, train, options.epochs)
    accuracy = float(np.mean(probabilities(classifier, test[0]).argmax(1) == test[1]))
    if accuracy < options.least_accuracy:
        raise SystemExit(
            f"The classifier is right about {accuracy:.2%} of the test images; a judge "
            f"needs {options.least_accuracy:.2%}. Delete {options.classifier} and "
            "train it for more epochs."
        )
    for entry in options.entries:
        name, result = judge_entry(
            find(entry), classifier, accuracy, test[0], options.samples
        )
        print(entry, name, json.dumps(result, indent=2))


def load_split(data, split):
    """`(images, labels)` of a split: uint8 `(n, 28, 28, 1)` and int32 `(n,)`."""
    dataset = kerasgen.data.load(
        data, split, labels=True, shuffle=False, batch_size=1000
    )
    batches = [dataset[i] for i in range(len(dataset))]
    return tuple(np.concatenate(parts) for parts in zip(*batches, strict=True))


def known_classifier(path, train, epochs):
    """The classifier of a file, trained and written first if there is none."""
    path = pathlib.Path(path)
    if not path.exists():
        model = train_classifier(*train, epochs)
        with replacing(path) as temporary:
            model.save(temporary)
    return keras.saving.load_model(path)


def train_classifier(images, labels, epochs):
    """Three convolutions with batch norm, digits shifted by up to 2 pixels."""
    keras.utils.set_random_seed(0)
    batch_size = 128
    model = classifier()
    steps = epochs * -(-len(images) // batch_size)
    model.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-3, steps)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.fit(Shifted(images, labels, batch_size), epochs=epochs, verbose=2)
    return model


def classifier():
    """Logits of ten digits for float images `(batch, 28, 28, 1)` in [0, 1]."""
    layers = [keras.Input((28, 28, 1))]
    for filters in (32, 64, 128):
        layers += [
            keras.layers.Conv2D(filters, 3, padding="same", use_bias=False),
            keras.layers.BatchNormalization(momentum=0.9),
            keras.layers.ReLU(),
        ]
        if filters < 128:
            layers.append(keras.layers.MaxPooling2D())
    return keras.Sequential([*layers, keras.layers.Flatten(), keras.layers.Dense(10)])


class Shifted(keras.utils.PyDataset):
    """Batches in a new order each epoch, each image shifted by up to 2 pixels."""

    def __init__(self, images, labels, batch_size):
        super().__init__()
        self.images, self.labels, self.batch_size = images, labels, batch_size
        self.random = np.random.default_rng(0)
        self.order = np.arange(len(images))

    def __len__(self):
        return -(-len(self.images) // self.batch_size)

    def __getitem__(self, index):
        chosen = self.order[index * self.batch_size : (index + 1) * self.batch_size]
        images = self.images[chosen]
        shifts = self.random.integers(-2, 3, (len(chosen), 2))
        for i, shift in enumerate(shifts):
            # MNIST has a black border of 4 pixels, so that little comes round.
            images[i] = np.roll(images[i], shift, axis=(0, 1))
        return images.astype("float32") / 255.0, self.labels[chosen]

    def on_epoch_begin(self):
        self.random.shuffle(self.order)


def probabilities(classifier, images):
    """Class probabilities of uint8 images, `(n, 10)`."""
    logits = classifier.predict(
        images.astype("float32") / 255.0, batch_size=500, verbose=0
    )
    return keras.ops.convert_to_numpy(keras.ops.softmax(logits))


def judge_entry(folder, classifier, accuracy, test_images, n):
    """Judges samples of an entry and adds the result to its `metrics.json`.

    Returns:
        `(name, result)`: the name carries classifier and number of samples.
    """
    samples, asked = sample(kerasgen.zoo.load(folder), n)
    generated = judge(classifier, samples)
    real = judge(classifier, test_images[:n])
    name = f"judge_mnist_cnn_{n}"
    result = {
        "protocol": (
            f"{n:,} samples, seed 0, against the first {min(n, len(test_images)):,} "
            "test images, by a convolutional classifier trained on the MNIST training "
            f"images that is right about {accuracy:.2%} of the test images. Pairs are "
            f"those of the first {COMPARED} images; their distance is the root mean "
            "square of the difference of pixels in 0..255."
        ),
        "values": {
            what: {"generated": generated[what], "test images": real[what]}
            for what in generated
        },
        "n": n,
        "seed": 0,
        "classifier_accuracy": accuracy,
        "backend": keras.backend.backend(),
        "weights_sha256": kerasgen.zoo.info(folder).sha256,
    }
    if asked is not None:
        for what, value in judge_asked(classifier, samples, *asked).items():
            result["values"][what] = {"generated": value}
    metrics = read_json(folder / "metrics.json") | {name: result}
    with replacing(folder / "metrics.json") as temporary:
        temporary.write_text(json.dumps(metrics, indent=2) + "\n", "utf-8")
    return name, result


def sample(model, n):
    """`(samples, asked)`: of what kind each one was asked to be, or None."""
    for each in model.inputs:
        if isinstance(each, Codes) and each.categorical:
            codes = each.draw(n, np.random.default_rng(0))
            samples = model.generate(codes=codes, seed=0, verbose=0)
            return samples, ("category", codes[:, 0].astype(int))
        if isinstance(each, Labels):
            labels = each.draw(n)
            return model.generate(labels=labels, seed=0, verbose=0), ("label", labels)
    return model.generate(n, seed=0, verbose=0), None


def judge_asked(classifier, samples, kind, asked):
    """How well what was asked for is what the classifier sees.

    Returns:
        For labels the share of samples on which the classifier agrees, and that for
        each label. For categories the purity: the share of samples whose digit is the
        most frequent one of their category; that digit, and how often, for each.
    """
    seen = probabilities(classifier, samples).argmax(1)
    table = np.zeros((10, 10), int)  # (asked, seen)
    np.add.at(table, (asked, seen), 1)
    right = table.diagonal() if kind == "label" else table.max(axis=1)
    name = "agreement with the label" if kind == "label" else "purity of the categories"
    result = {
        name: float(right.sum() / table.sum()),
        f"of each {kind}, 0 to 9": (right / table.sum(axis=1)).round(4).tolist(),
    }
    if kind == "category":
        result["most frequent digit of each category"] = table.argmax(axis=1).tolist()
    return result


def judge(classifier, images):
    """What the classifier and a comparison of pixels say of uint8 images.

    Returns:
        Dictionary of numbers, and of one list of ten counts.
    """
    probs = probabilities(classifier, images)
    distances = pair_distances(images[:COMPARED])
    return {
        f"share with a class above {SURE}": float(np.mean(probs.max(1) > SURE)),
        "images of each digit, 0 to 9": np.bincount(
            probs.argmax(1), minlength=10
        ).tolist(),
        "pairs of equal images": int(np.sum(distances == 0)),
        "distance of the nearest pair": float(np.min(distances)),
    }


def pair_distances(images):
    """Root mean square difference of every pair of uint8 images, `(n (n-1) / 2,)`."""
    flat = images.reshape(len(images), -1).astype("float64")
    rows, columns = np.triu_indices(len(flat), 1)
    return np.sqrt(np.mean((flat[rows] - flat[columns]) ** 2, axis=1))


if __name__ == "__main__":
    main()
