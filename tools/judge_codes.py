"""Judges whether codes are what samples are drawn from, and hold their samples.

    python tools/judge_codes.py runs/aae_mnist --data mnist.npz

Of a model with an encoder and a prior: the maximum mean discrepancy between codes of
2,000 unseen samples and as many draws of the prior, beside that of pairs of such draws,
and the share of exact zeros. Of GLO: how near images come to those of their codes, to
those of codes that were dealt to other images, and unseen images to those of codes that
are found for them. Writes `metrics.json` of each entry.
"""

import argparse
import json

import numpy as np
from keras import ops

import kerasgen
from kerasgen.data.order import evenly_spaced
from kerasgen.files import replacing
from kerasgen.inputs import philox
from kerasgen.losses import maximum_mean_discrepancy
from kerasgen.zoo.info import info, read_json
from kerasgen.zoo.sources.catalog import find

CODES = 2000
PAIRS = 200  # of sets of draws, for the 99th percentile
SEARCHED = 500  # unseen samples that GLO finds codes of, at most
STEPS = 200  # of that search


def main(arguments=None):
    """Reads the command line, judges, prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("entries", nargs="+", help="names of the zoo, or folders")
    parser.add_argument("--data", help="name or path; None is the recipe's")
    parser.add_argument("--codes", type=int, default=CODES)
    parser.add_argument("--pairs", type=int, default=PAIRS)
    options = parser.parse_args(arguments)
    for entry in options.entries:
        folder = find(entry)
        result = judge_entry(folder, options.data, options.codes, options.pairs)
        print(entry, json.dumps(result, indent=2))


def judge_entry(folder, data=None, n=CODES, pairs=PAIRS):
    """The result for an entry, which is also kept in its `metrics.json`."""
    model, recipe = kerasgen.zoo.load(folder), info(folder).recipe
    unseen = "held_out" if "hold_out" in recipe.data_arguments else "test"
    samples = _samples(recipe, data, unseen)
    # The first ones may be of other writers than the rest, as those of MNIST are.
    n = min(SEARCHED if model.indexed else n, len(samples))
    samples = samples[evenly_spaced(len(samples), n)]
    if model.indexed:
        result = judge_table(model, _samples(recipe, data, recipe.split), samples)
    else:
        result = judge_encoder(model, samples, pairs)
    path = folder / "metrics.json"
    rows = {name: {"codes": value} for name, value in result["values"].items()}
    kept = {**result, "values": rows, "weights_sha256": info(folder).sha256}
    metrics = {**(read_json(path) if path.exists() else {}), "codes": kept}
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(metrics, indent=2) + "\n", "utf-8")
    return result


def judge_encoder(model, samples, pairs=PAIRS):
    """Whether codes of samples are distributed as the prior."""
    prior, random, n = model.inputs[0], philox(0), len(samples)
    codes = model.encode(samples, verbose=0)
    chance = [
        discrepancy(prior, prior.draw(n, random), prior.draw(n, random))
        for _ in range(pairs)
    ]
    values = {
        "discrepancy": discrepancy(prior, codes, prior.draw(n, random)),
        "discrepancy of draws, 99th percentile": float(np.quantile(chance, 0.99)),
        "share of zeros": float(np.mean(codes == 0.0)),
    }
    return {
        "protocol": (
            f"Biased maximum mean discrepancy of the codes of {n:,} unseen samples, "
            "evenly spread over their set, and as many draws of the prior, inverse "
            "multiquadratic kernels of seven scales, summed; of draws, "
            f"{pairs} pairs of sets of {n:,} (seed 0)."
        ),
        "values": values,
    }


def discrepancy(prior, codes, drawn):
    """Biased, of codes and draws of a prior."""
    variance = getattr(prior, "variance", 1.0)
    found = maximum_mean_discrepancy(codes, drawn, variance, biased=True)
    return float(ops.convert_to_numpy(found))


def judge_table(model, images, unseen):
    """Whether each code of GLO holds its own image, and others find codes."""
    codes = model.trained_codes()
    found = model.encode(unseen, steps=STEPS)

    def ratio(codes, images):
        return psnr(model.generate(latents=codes, verbose=0), images)

    return {
        "protocol": (
            f"Mean peak signal-to-noise ratio, in dB, of the {len(images):,} training "
            "images and those of their own codes, or of the codes of the next images; "
            f"and of {len(unseen):,} unseen images, evenly spread over their set, and "
            f"those of codes found by {STEPS} updates from the mean of all codes, or "
            "again of the codes of the next images."
        ),
        "values": {
            "psnr": ratio(codes, images),
            "psnr of other codes": ratio(np.roll(codes, 1, axis=0), images),
            "psnr of unseen images": ratio(found, unseen),
            "psnr of unseen images, other codes": ratio(
                np.roll(found, 1, axis=0), unseen
            ),
        },
    }


def psnr(images, others):
    """The mean over images, of bytes, in dB."""
    axes = tuple(range(1, images.ndim))
    errors = np.square(images.astype("float64") - others).mean(axis=axes)
    return float(np.mean(10.0 * np.log10(255.0**2 / np.maximum(errors, 1e-12))))


def _samples(recipe, data, split):
    """All samples of a split, in the order of the set."""
    arguments = {
        name: value
        for name, value in recipe.data_arguments.items()
        if name not in ("flip", "passes", "indices", "labels")
    }
    found = kerasgen.data.load(
        recipe.data if data is None else data, split, shuffle=False, **arguments
    )
    return found.samples.get(np.arange(len(found.samples)))


if __name__ == "__main__":
    main()
