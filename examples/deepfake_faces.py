"""One encoder and a decoder each for the faces with an attribute and those without.

    python examples/deepfake_faces.py celeba10k.zip runs/deepfake_faces

Domain A is the faces of CelebA that are "Male" by the attribute table, domain B all
others: two groups of thousands, and nobody's face. The model never sees a face of one
domain beside one of the other. A classifier trained on the same faces judges the swaps
of the held-out ones: how many it takes for the other domain, beside how many of their
reconstructions, and in how many it still sees what should not change, a smile. The
picture in the folder shows, from top to bottom, held-out faces of A, their
reconstructions and their swaps, then those of B.
"""

import argparse
import pathlib
import time

import keras
import numpy as np
from keras import layers

import kerasgen

SHOWN = 10


def main(arguments=None):
    """Reads the command line, trains, prints, draws."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", help="CelebA, a folder or .zip with its attributes")
    parser.add_argument("output", type=pathlib.Path, help="folder of the picture")
    parser.add_argument("--attribute", default="Male", help="what domain A has")
    parser.add_argument("--kept", default="Smiling", help="what a swap should keep")
    parser.add_argument("--size", type=int, default=32, help="of images")
    parser.add_argument("--filters", type=int, default=32)
    parser.add_argument("--latent-dim", type=int, default=128)
    parser.add_argument("--epochs", type=int, default=24)
    parser.add_argument("--hold-out", type=int, default=1000, help="faces to judge by")
    options = parser.parse_args(arguments)
    options.output.mkdir(parents=True, exist_ok=True)
    faces, labels = labeled(options, "train")
    classifier = trained_classifier(faces, labels)
    model = trained(faces[labels[:, 0] == 1], faces[labels[:, 0] == 0], options)

    held_out, truth = labeled(options, "held_out")
    right = np.mean(seen(classifier, held_out) == truth, axis=0)
    print(f"The classifier is right about {options.attribute} in {right[0]:.1%} and")
    print(f"about {options.kept} in {right[1]:.1%} of {len(truth):,} held-out faces.")
    rows = []
    for domain, other, has in (("A", "B", 1), ("B", "A", 0)):
        chosen = truth[:, 0] == has
        given, kept = held_out[chosen], truth[chosen, 1]
        own = model.reconstruct(given, domain=domain, verbose=0)
        swapped = model.translate(given, to=other, verbose=0)
        was_a, _ = seen(classifier, own).T
        is_a, smiles = seen(classifier, swapped).T
        print(f"{domain} to {other}, {len(given)} faces")
        print(f"  taken for {other}: {np.mean(is_a != has):.1%}")
        print(f"  reconstructions taken for {other}: {np.mean(was_a != has):.1%}")
        print(f"  {options.kept} as labeled: {np.mean(smiles == kept):.1%}")
        print(f"  L1 of reconstructions: {distance(own, given):.4f}")
        print(f"  L1 of reconstructions to the next face: {shuffled(own, given):.4f}")
        rows += [images[:SHOWN] for images in (given, own, swapped)]
    grid = kerasgen.pictures.image_grid(np.concatenate(rows), columns=len(rows[0]))
    large = grid.repeat(2, axis=0).repeat(2, axis=1)
    kerasgen.pictures.save_image(options.output / "deepfake_faces.png", large)


def labeled(options, split):
    """uint8 faces and, of each, zeros and ones for the two attributes, `(n, 2)`."""
    faces = kerasgen.data.load(
        options.data,
        split,
        attributes=[options.attribute, options.kept],
        crop=75,
        image_size=options.size,
        hold_out=options.hold_out,
        drop_remainder=False,
    )
    return faces.samples.get(np.arange(len(faces.samples))), faces.labels


def trained(a, b, options):
    """A `DeepFake` of two arrays of images, which need not be equally many."""
    data = kerasgen.data.load_pairs(
        (a, b), batch_size=32, flip=True, drop_remainder=False
    )
    shape = (options.size, options.size, 3)
    keras.utils.set_random_seed(0)
    model = kerasgen.models.DeepFake(
        shape, latent_dim=options.latent_dim, filters=options.filters, seed=0
    )
    rate = keras.optimizers.schedules.CosineDecay(1e-3, options.epochs * len(data))
    model.compile(keras.optimizers.Adam(rate, beta_1=0.5))
    start = time.process_time()
    model.fit(data, epochs=options.epochs, verbose=2)
    print(f"Trained for {time.process_time() - start:.0f} s of processor time")
    return model


def trained_classifier(faces, labels, epochs=12, batch_size=64):
    """A model from uint8 images to a logit for each attribute."""
    keras.utils.set_random_seed(0)
    network = [layers.Rescaling(1 / 127.5, -1), layers.RandomFlip("horizontal")]
    for filters in (32, 64, 128):
        network += [
            layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
        ]
    network += [layers.Flatten(), layers.Dropout(0.5), layers.Dense(labels.shape[1])]
    classifier = keras.Sequential([keras.Input(faces.shape[1:]), *network])
    steps = epochs * -(-len(faces) // batch_size)
    classifier.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(1e-3, steps)),
        keras.losses.BinaryCrossentropy(from_logits=True),
    )
    classifier.fit(faces, labels, batch_size=batch_size, epochs=epochs, verbose=2)
    return classifier


def seen(classifier, images):
    """Which attributes it sees in images, `(n, 2)` of zeros and ones."""
    return (classifier.predict(images, batch_size=250, verbose=0) > 0).astype("int32")


def distance(a, b):
    """Mean absolute difference, of the range from 0 to 1."""
    return np.mean(np.abs(a.astype("float32") - b)) / 255


def shuffled(a, b):
    """The same, of each with the next: what chance reaches."""
    return distance(a, np.roll(b, 1, axis=0))


if __name__ == "__main__":
    main()
