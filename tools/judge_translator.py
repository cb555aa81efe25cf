"""Judges a translator of the zoo by what it makes of test pictures.

    python tools/judge_translator.py pix2pix_facades --data facades.zip

Of a model of pairs: how far its translations are from their targets, and how sharp they
are beside them; what the mean training picture would reach; and how much worse they
become when each is asked for by the map of another. Of a model without pairs: how many
of its translations a classifier of both domains, trained here on the training pictures,
takes for the domain they are meant for, and how far the way back is from its own
picture and from another's; with `--matched`, if pictures of the same name belong
together, how far they are from the other half. Everything goes into `metrics.json` of
the entry.
"""

import argparse
import dataclasses
import json

import keras
import numpy as np

import kerasgen
from kerasgen.files import replacing
from kerasgen.metrics import (
    l1_distance,
    peak_signal_to_noise_ratio,
    structural_similarity,
)
from kerasgen.zoo.info import read_json
from kerasgen.zoo.sources.catalog import find
from kerasgen.zoo.training.build import load_data

# No changes as in training, and each picture once.
PLAIN = {"jitter": None, "flip": False, "passes": 1, "drop_remainder": False}
NUMBERS = {
    "l1": l1_distance,
    "psnr": peak_signal_to_noise_ratio,
    "ssim": structural_similarity,
}


def main(arguments=None):
    """Reads the command line, judges, prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("entries", nargs="+", help="names of the zoo, or folders")
    parser.add_argument("--data", help="name or path, instead of the recipe's")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=30, help="of the classifier")
    parser.add_argument(
        "--matched",
        action="store_true",
        help="pictures of both domains belong together, though the model learned "
        "without knowing which",
    )
    options = parser.parse_args(arguments)
    for entry in options.entries:
        folder = find(entry)
        name, result = judge(folder, options)
        result["weights_sha256"] = kerasgen.zoo.info(folder).sha256
        metrics = read_json(folder / "metrics.json") | {name: result}
        with replacing(folder / "metrics.json") as temporary:
            temporary.write_text(json.dumps(metrics, indent=2) + "\n", "utf-8")
        print(entry, name, json.dumps(result, indent=2))


def judge(folder, options):
    """Name and result of an entry."""
    recipe = kerasgen.zoo.info(folder).recipe
    model = kerasgen.zoo.load(folder)
    arguments = {**recipe.data_arguments, **PLAIN}
    if options.matched:
        arguments["paired"] = True
    train, test = (
        domains(recipe, arguments, options.data, split, model)
        for split in ("train", "test")
    )
    if recipe.data_arguments.get("paired"):
        return "translation_of_pairs", of_pairs(model, train, test, options.seed)
    return "translation", without_pairs(model, train, test, options)


def domains(recipe, arguments, data, split, model):
    """Arrays of both domains of a split."""
    recipe = dataclasses.replace(recipe, split=split, data_arguments=arguments)
    loaded = load_data(recipe, data, model.kind, 1)
    return [each.get(np.arange(len(each))) for each in loaded.samples]


def of_pairs(model, train, test, seed):
    """Numbers of a model that makes one side of a pair of the other."""
    ((to, _),) = model.routes().items()
    given, wanted = test if to == "B" else test[::-1]
    made = model.translate(given, seed=seed)
    shuffled = model.translate(np.roll(given, 1, axis=0), seed=seed)
    mean = train["AB".index(to)].mean(axis=0)
    mean = np.broadcast_to(np.rint(mean).astype("uint8"), wanted.shape)
    columns = {"translated": made, "of another map": shuffled, "mean picture": mean}
    values = {
        number: {name: metric(images, wanted)[0] for name, images in columns.items()}
        for number, metric in NUMBERS.items()
    }
    sharp = sharpness(wanted)
    values["sharpness"] = {n: sharpness(x) / sharp for n, x in columns.items()}
    return {
        "protocol": (
            f"Translations of the {len(given)} test pictures, noise of seed {seed}, "
            "beside their targets: `l1` of the range from 0 to 1, `psnr` in decibels, "
            "`ssim` of 11x11 pixels; `sharpness` is the mean absolute difference of "
            "neighboring pixels, as a part of the targets'. `of another map`: each "
            "asked for by the map before it. `mean picture`: that of the training set."
        ),
        "values": values,
    }


def without_pairs(model, train, test, options):
    """Numbers of a model of both ways."""
    classifier = domain_classifier(*train, options.epochs, options.seed)
    values = {}
    for to, back in (("B", "A"), ("A", "B")):
        given = test["AB".index(back)]
        made = model.translate(given, to=to, seed=options.seed)
        again = model.translate(made, to=back, seed=options.seed)
        found = {
            "taken_for_the_target": share(classifier, made, to),
            "real_pictures_of_the_target_taken_for_it": share(
                classifier, test["AB".index(to)], to
            ),
            "cycle_l1": l1_distance(again, given)[0],
            "cycle_l1_to_another": l1_distance(again, np.roll(given, 1, axis=0))[0],
        }
        if options.matched:
            half, of_another = test["AB".index(to)], np.roll(made, 1, axis=0)
            found["l1_to_the_other_half"] = l1_distance(made, half)[0]
            found["l1_of_another_to_it"] = l1_distance(of_another, half)[0]
        for name, value in found.items():
            values.setdefault(name, {})[f"to {to}"] = value
    protocol = (
        f"Translations of the {len(test[0])} and {len(test[1])} test pictures of A and "
        f"B, noise of seed {options.seed}. A small convolutional network that learned "
        "to tell the training pictures of both domains apart, "
        f"{options.epochs} epochs, says which domain it takes them for. `cycle_l1`: "
        "the way there and back beside the picture it began with, of the range from 0 "
        "to 1, and beside the one before it."
    )
    if options.matched:
        protocol += (
            " `l1_to_the_other_half`: a translation beside the picture that truly "
            "belongs to what it was made of; `l1_of_another_to_it`: the one before it "
            "beside the same."
        )
    return {"protocol": protocol, "values": values}


def domain_classifier(a, b, epochs, seed):
    """A network from pictures to the logit of B."""
    keras.utils.set_random_seed(seed)
    layers = [keras.Input(a.shape[1:]), keras.layers.Rescaling(1 / 127.5, -1.0)]
    layers += [keras.layers.RandomFlip("horizontal", seed=seed)]
    layers += [keras.layers.AveragePooling2D(max(1, a.shape[1] // 64))]
    for filters in (32, 64, 128):
        layers += [
            keras.layers.Conv2D(filters, 3, strides=2, padding="same"),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
        ]
    layers += [keras.layers.GlobalAveragePooling2D(), keras.layers.Dropout(0.3)]
    network = keras.Sequential([*layers, keras.layers.Dense(1)])
    rate = keras.optimizers.schedules.CosineDecay(
        1e-3, epochs * -(-(len(a) + len(b)) // 32)
    )
    network.compile(
        keras.optimizers.Adam(rate), keras.losses.BinaryCrossentropy(from_logits=True)
    )
    is_b = np.repeat([0.0, 1.0], [len(a), len(b)])
    network.fit(np.concatenate([a, b]), is_b, epochs=epochs, batch_size=32, verbose=2)
    return network


def share(classifier, pictures, domain):
    """How many pictures the classifier takes for a domain, a share."""
    is_b = classifier.predict(pictures, verbose=0)[:, 0] > 0
    return float(np.mean(is_b if domain == "B" else ~is_b))


def sharpness(images):
    """Mean absolute difference of neighboring pixels."""
    x = images.astype("float64")
    return (abs(np.diff(x, axis=1)).mean() + abs(np.diff(x, axis=2)).mean()) / 2


if __name__ == "__main__":
    main()
