"""Judges generated faces with a classifier that knows four attributes of real ones.

    python examples/face_attributes.py celeba10k.zip runs/faces
    python tools/judge_faces.py dcgan_celeba --data celeba10k.zip \\
        --classifier runs/faces/classifier.keras

The first command leaves the classifier. The second writes into `metrics.json` of each
entry how often the classifier sees each attribute in 10,000 samples (seed 0) and in the
held-out faces; where the model takes attributes, how often it sees one that was asked
for and one that was not; and the Frechet distance in its features.
"""

import argparse
import json
import pathlib

import keras
import numpy as np

import kerasgen
from kerasgen.files import replacing
from kerasgen.metrics.evaluator import Evaluator
from kerasgen.zoo.info import read_json
from kerasgen.zoo.sources.catalog import find

ATTRIBUTES = ["Male", "Eyeglasses", "Smiling", "Blond_Hair"]
DATA = {"crop": 75, "image_size": 64, "hold_out": 1000, "attributes": ATTRIBUTES}


def main(arguments=None):
    """Reads the command line, judges, prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("entries", nargs="+", help="names of the zoo, or folders")
    parser.add_argument("--data", default="celeba10k", help="name or path of the faces")
    parser.add_argument("--classifier", required=True, help="of face_attributes.py")
    parser.add_argument("--samples", type=int, default=10_000)
    options = parser.parse_args(arguments)
    if not pathlib.Path(options.classifier).exists():
        raise SystemExit(
            f"There is no {options.classifier}: `python examples/face_attributes.py "
            "CELEBA_ZIP FOLDER` leaves one in FOLDER."
        )
    judge = Judge(keras.saving.load_model(options.classifier), options.data)
    for entry in options.entries:
        folder = find(entry)
        name, result = judge(kerasgen.zoo.load(folder), options.samples)
        result["weights_sha256"] = kerasgen.zoo.info(folder).sha256
        metrics = read_json(folder / "metrics.json") | {name: result}
        with replacing(folder / "metrics.json") as temporary:
            temporary.write_text(json.dumps(metrics, indent=2) + "\n", "utf-8")
        print(entry, name, json.dumps(result, indent=2))


class Judge:
    """Compares samples with real faces in the eyes of a classifier.

    Args:
        classifier: Keras model from uint8 images to a logit for each attribute, with a
            `GlobalAveragePooling2D` whose values are its features.
        data: Name or path of the faces.
    """

    def __init__(self, classifier, data):
        self.classifier = classifier
        self.train, self.held_out = (
            kerasgen.data.load(data, split, shuffle=False, **DATA)
            for split in ("train", "held_out")
        )
        extractor = kerasgen.metrics.Extractor(
            features_of(classifier), name="face_attributes"
        )
        self.evaluator = Evaluator(self.train, ("fid",), extractor, verbose=0)

    def __call__(self, model, n):
        """`(name, result)` of a model; the name carries the number of samples."""
        labels = self.train.labels
        asked = labels[np.random.default_rng(0).integers(len(labels), size=n)]
        takes_them = model.labels is not None
        samples = model.generate(
            n, seed=0, verbose=0, **({"labels": asked} if takes_them else {})
        )
        real = self.held_out.samples.get(np.arange(len(self.held_out.samples)))
        columns = {
            "generated": (samples, asked if takes_them else None),
            "held-out images": (real, self.held_out.labels),
        }
        numbers = {}
        for column, (images, there) in columns.items():
            found = self.numbers(images, there)
            for number, value in found.items():
                numbers.setdefault(number, {})[column] = value
        return f"judge_faces_{n}", {
            "protocol": (
                f"{n:,} samples, seed 0"
                + (
                    ", asked for the attributes of training images drawn with "
                    "replacement"
                    if takes_them
                    else ""
                )
                + f", beside {len(real):,} held-out images, by the classifier of "
                "`examples/face_attributes.py`, which learned the attributes from the "
                "training images: in how many it sees an attribute; in how many of "
                "those that have it by their label, and of the others; Frechet "
                f"distance to the {len(labels):,} training images in its features, "
                "comparable with itself alone."
            ),
            "values": numbers,
            "backend": keras.backend.backend(),
        }

    def numbers(self, images, there=None):
        """What the classifier sees in uint8 images.

        Args:
            images: `(n, 64, 64, 3)`.
            there: Zeros and ones `(n, 4)` of the attributes they should have, or None.
        """
        seen = self.classifier.predict(images, batch_size=250, verbose=0) > 0
        found = {"frechet_distance": next(iter(self.evaluator(images).values()))}
        for i, name in enumerate(ATTRIBUTES):
            found[f"{name}, seen"] = float(seen[:, i].mean())
            if there is None:
                continue
            has = there[:, i] == 1
            for where, rows in (("is", has), ("is not", ~has)):
                if rows.any():
                    found[f"{name}, seen where it {where}"] = float(
                        seen[rows, i].mean()
                    )
        return found


def features_of(classifier):
    """The network up to its pooled features."""
    pooled = [
        layer
        for layer in classifier.layers
        if isinstance(layer, keras.layers.GlobalAveragePooling2D)
    ]
    if len(pooled) != 1 or classifier.output_shape[1] != len(ATTRIBUTES):
        raise SystemExit(
            f"The classifier must have {len(ATTRIBUTES)} outputs and one "
            "GlobalAveragePooling2D, as that of examples/face_attributes.py."
        )
    return keras.Model(classifier.inputs, pooled[0].output)


if __name__ == "__main__":
    main()
