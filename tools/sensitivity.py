"""What each extractor sees of a fault: FID of spoiled faces, as a table in Markdown.

    python tools/sensitivity.py celeba10k.zip FOLDER --classifier classifier.keras

The 9,000 training faces are dealt into two halves. FID is that of the first half
against the second, whose pictures are spoiled in one way after the other; not spoiled
they show what mere chance costs. No picture is in both sets, whose errors would cancel.
FID of the faces held out is against all of the training faces. The table of
docs/metrics.md comes from here. Statistics are kept in FOLDER, and an interrupted run
goes on there. The classifier is that of examples/face_attributes.py.
"""

import argparse
import pathlib

import keras
import numpy as np

import kerasgen
from kerasgen.metrics import (
    Extractor,
    FeatureStatistics,
    frechet_distance,
    load_extractor,
)

FACES = {"crop": 75, "image_size": 64, "hold_out": 1000, "drop_remainder": False}
FIRST = "first half"


def blurred(sigma):
    def blur(images, random):
        from scipy.ndimage import gaussian_filter

        return gaussian_filter(images.astype("float32"), (0, sigma, sigma, 0))

    return blur


def noisy(images, random):
    return images + random.normal(0, 16, images.shape)


def of_other_hue(images, random):
    """Hue turned by 45 degrees; Pillow has 256 of them."""
    from PIL import Image

    def turn(image):
        hsv = np.array(Image.fromarray(image).convert("HSV"))
        hsv[..., 0] += 32  # and around
        return np.asarray(Image.fromarray(hsv, "HSV").convert("RGB"))

    return np.stack([turn(image) for image in images])


def swirled(images, random):
    """Turned by up to one radian around a place of its own, less away from it."""
    from scipy.ndimage import map_coordinates

    size = images.shape[1]
    rows, columns = np.mgrid[:size, :size].astype("float64")

    def swirl(image, y, x):
        dy, dx = rows - y, columns - x
        angle = np.exp(-np.hypot(dy, dx) / 10)
        places = (
            y + dy * np.cos(angle) - dx * np.sin(angle),
            x + dy * np.sin(angle) + dx * np.cos(angle),
        )
        channels = [
            map_coordinates(channel, places, order=1, mode="nearest")
            for channel in np.moveaxis(image.astype("float32"), -1, 0)
        ]
        return np.stack(channels, axis=-1)

    centers = random.uniform(20, size - 20, (len(images), 2))
    return np.stack(
        [swirl(i, *center) for i, center in zip(images, centers, strict=True)]
    )


def averages_of_pairs(images, random):
    return (images.astype("float32") + images[random.permutation(len(images))]) / 2


NOT_SPOILED = "not spoiled"
SPOILED = {
    NOT_SPOILED: lambda images, random: images,
    "blurred, sigma 1 pixel": blurred(1),
    "swirled: turned by up to 57 degrees around one place": swirled,
    "averages of two": averages_of_pairs,
    "noisy, sigma 16 of 255": noisy,
    "hue turned by 45 degrees": of_other_hue,
    "blurred, sigma 2 pixels": blurred(2),
}
HELD_OUT = "held out, against both halves"


def main(arguments=None):
    """Reads the command line, measures, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", help="name or path of the faces")
    parser.add_argument("folder", help="where features are kept", type=pathlib.Path)
    parser.add_argument(
        "--extractors", default="cifar10,efficientnet_lite0", help="names, with commas"
    )
    parser.add_argument("--classifier", help="of examples/face_attributes.py")
    parser.add_argument("--weights", help="of efficientnet_lite0, where not installed")
    parser.add_argument("--copies", type=int, help="spoiled at most; default all")
    parser.add_argument("--batch-size", type=int, default=64)
    options = parser.parse_args(arguments)
    half, other, held_out = faces(options.data)
    extractors = [
        load_extractor(n, options.weights if n == "efficientnet_lite0" else None)
        for n in options.extractors.split(",")
    ]
    if options.classifier:
        extractors.append(of_classifier(options.classifier))
    found = {}
    for extractor in extractors:
        features = Kept(options.folder, extractor, options.batch_size)
        found[extractor.name] = distances(
            features, half, other, held_out, options.copies
        )
    print(table(found))


def faces(data):
    """Two halves of the training faces and those held out, uint8."""
    train, held_out = (
        kerasgen.data.load(data, split, shuffle=False, **FACES).samples
        for split in ("train", "held_out")
    )
    order = np.random.default_rng(0).permutation(len(train))
    halves = [train.get(part) for part in np.array_split(order, 2)]
    return *halves, held_out.get(np.arange(len(held_out)))


def of_classifier(path):
    """The face classifier as an extractor of its pooled features."""
    classifier = keras.saving.load_model(path)
    (pooled,) = (
        layer.output
        for layer in classifier.layers
        if isinstance(layer, keras.layers.GlobalAveragePooling2D)
    )
    network = keras.Model(classifier.inputs, pooled)
    return Extractor(network, name="face_attributes")


class Kept:
    """Statistics of an extractor's features, worked out once and kept in a folder."""

    def __init__(self, folder, extractor, batch_size):
        self.folder = folder / extractor.name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.extractor = extractor
        self.batch_size = batch_size

    def __call__(self, name, images):
        """Statistics of uint8 images, or of what a function without arguments makes."""
        path = self.folder / f"{name.replace(' ', '_').replace(':', '')}.npz"
        if path.exists():
            return FeatureStatistics.load(path)
        statistics = FeatureStatistics()
        for batch in self.extractor.stream([images()], self.batch_size):
            statistics.update(batch["features"])
        statistics.save(path)
        return statistics


def distances(kept, half, other, held_out, copies=None):
    """`{how spoiled: FID}`, and that of the faces held out."""
    first = kept(FIRST, lambda: half)
    some = other[:copies]
    found = {}
    for name, spoil in SPOILED.items():
        statistics = kept(f"{name} {len(some)}", lambda s=spoil: spoiled(s, some))
        found[name] = distance(first, statistics)
    both = FeatureStatistics()
    both.merge(first)
    both.merge(kept(f"{NOT_SPOILED} {len(other)}", lambda: other))
    found[HELD_OUT] = distance(both, kept("held out", lambda: held_out))
    return found


def distance(a, b):
    return frechet_distance(a.mean, a.covariance, b.mean, b.covariance)


def spoiled(spoil, images):
    """What a way of spoiling makes of images, uint8 again."""
    made = spoil(images, np.random.default_rng(0))
    return np.rint(made).clip(0, 255).astype("uint8")


def table(found):
    """Markdown: a row for each fault; beside each FID, how many times chance it is.

    Chance costs more the fewer the faces, so that no such number stands beside the FID
    of those held out.
    """
    rows = [
        ["second half", *(f"`{name}`" for name in found)],
        ["---"] * (1 + len(found)),
    ]
    for fault in SPOILED:
        times = {n: v[fault] / v[NOT_SPOILED] for n, v in found.items()}
        rows.append(
            [fault, *(f"{found[n][fault]:.3g} ({times[n]:.3g}x)" for n in found)]
        )
    rows.append([HELD_OUT, *(f"{values[HELD_OUT]:.3g}" for values in found.values())])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    main()
