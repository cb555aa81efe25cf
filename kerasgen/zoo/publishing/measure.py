"""What an entry's samples measure, beside real ones it has not seen.

In a checkout: `python -m kerasgen.zoo.publishing.measure NAME [NAME ...] [--data PATH]`
"""

import argparse
import json

import numpy as np

from kerasgen import data as kerasgen_data
from kerasgen.extractors.load_extractor import load_extractor
from kerasgen.files import replacing
from kerasgen.kinds import Pair
from kerasgen.metrics.evaluator import Evaluator
from kerasgen.metrics.samples import DrawnSamples
from kerasgen.zoo.info import info, read_json
from kerasgen.zoo.load import load
from kerasgen.zoo.publishing.autoencoding import autoencoding
from kerasgen.zoo.publishing.exact_likelihood import exact_likelihood
from kerasgen.zoo.publishing.novelty import novelty, values_of
from kerasgen.zoo.sources.catalog import find

HELD_OUT = "held_out"
METRICS = ("fid", "is", "kid", "prdc")
SAMPLES = 10_000
BATCH = 64


def measure(
    name_or_folder,
    data=None,
    extractor=None,
    num_samples=SAMPLES,
    seed=0,
    batch_size=BATCH,
):
    """Measures an entry against its training data and keeps that in `metrics.json`.

    Of a model with an encoder also how well it gives back samples that it has not seen,
    and of one that has it their log-likelihood.

    As many real samples that it has not seen, of the split `"test"` or those its recipe
    holds out, are measured in the same way, which shows what these numbers are for
    samples of the very distribution; and how near the entry's and they are to the
    training data. What is known is kept at once: an interruption costs the rest alone.

    Args:
        name_or_folder: Of an entry with a recipe.
        data: Name or path of its data; None is the recipe's.
        extractor: As for `kerasgen.metrics.evaluate`; None is the one that the recipe
            chooses by, or the one with the name of its data.
        num_samples: How many; of unseen ones at most as many as there are.
        seed: Integer of samples and subsets.
        batch_size: Samples that the extractor gets at a time; on a processor a large
            network is faster with few of them, which stay in its cache.

    Returns:
        `{number: {"generated": value, "test images": value}}`, or `"held-out images"`,
        or whatever the samples are.

    Raises:
        ValueError: As `kerasgen.metrics.evaluate`.
    """
    folder = find(name_or_folder)
    recipe = info(folder).recipe
    model = load(folder)
    if isinstance(model.kind, Pair):
        raise ValueError(
            "A translator is judged by its translations of test samples: `python "
            f"tools/judge_translator.py {name_or_folder}`. Received: a model of "
            f"{model.kind}"
        )
    train = _samples(recipe, data, recipe.split, model.kind)
    split = HELD_OUT if "hold_out" in recipe.data_arguments else "test"
    unseen = _samples(recipe, data, split, model.kind)
    called = f"{split.replace('_', '-')} {train.kind.noun}"
    # The same samples are measured against several sets.
    extractor = load_extractor(
        extractor or recipe.choose_by.get("extractor", recipe.data)
    ).remembering()
    has_logits = "logits" in extractor.outputs(train.kind)
    metrics = [name for name in METRICS if name != "is" or has_logits]
    evaluator = Evaluator(train, metrics, extractor, seed, batch_size=batch_size)
    generated = evaluator(model, num_samples)
    of_unseen = evaluator(unseen, min(num_samples, len(unseen.samples)))
    values = {
        number: {"generated": generated[number], called: other}
        for number, other in zip(generated, of_unseen.values(), strict=True)
    }
    name = f"{evaluator.extractor.name}_{num_samples}"
    _keep(
        folder,
        f"evaluate_{name}",
        {
            "protocol": _sentence(generated.protocol, recipe, unseen, called),
            "values": values,
            "settings": generated.protocol,
        },
    )
    if split == HELD_OUT:
        against = _against(unseen, model, num_samples, evaluator, called)
        _keep(folder, f"evaluate_{name}_held_out", against)
    drawn = DrawnSamples(model, num_samples, seed, train.labels)  # those measured above
    samples = np.concatenate(list(drawn.blocks()))
    new = _novelty(samples, recipe, train, unseen, evaluator, called)
    _keep(folder, f"novelty_{name}", new)

    def load_unseen(**others):
        return _samples(recipe, data, split, model.kind, **others)

    for measured in (autoencoding, exact_likelihood):
        for what, result in measured(model, load_unseen, called).items():
            _keep(folder, f"{what}_{recipe.data}", result)
    return values


def _keep(folder, key, result):
    """Adds a result to the entry's `metrics.json`, or replaces that of its key."""
    found = read_json(folder / "metrics.json")
    found[key] = {**result, "weights_sha256": info(folder).sha256}
    with replacing(folder / "metrics.json") as temporary:
        temporary.write_text(json.dumps(found, indent=2) + "\n", "utf-8")


def _samples(recipe, data, split, kind, **others):
    """A split of the recipe's data, each sample once and as it is."""
    arguments = {"kind": kind, **recipe.data_arguments, "flip": False, **others}
    return kerasgen_data.load(
        data or recipe.data, split=split, shuffle=False, **arguments
    )


def _against(unseen, model, num_samples, evaluator, called):
    """FID of the same samples against real ones that training did not see."""
    other = Evaluator(
        unseen,
        ("fid",),
        evaluator.extractor,
        evaluator.seed,
        batch_size=evaluator.batch_size,
    )
    fid = other(model, num_samples)
    return {
        "protocol": f"The same against the {len(unseen.samples):,} {called}.",
        "values": {number: {"generated": value} for number, value in fid.items()},
        "settings": fid.protocol,
    }


def _novelty(samples, recipe, train, unseen, evaluator, called):
    """Distances to the training set."""
    mirrored = bool(recipe.data_arguments.get("flip"))
    extractor = evaluator.extractor
    values, dropped = novelty(
        samples, train, unseen, extractor, mirrored, evaluator.batch_size
    )
    raw, noun = values_of(train.kind), train.kind.noun
    of_values = f"root mean square of {raw}"
    if raw == "pixels":
        of_values += " from 0 to 255"
    left_out = " and ".join(f"{n} in {space}" for space, n in dropped.items())
    return {
        "protocol": (
            f"Distance of {len(samples):,} samples, seed {evaluator.seed}, and of the "
            f"{called} to the nearest of the {len(train.samples):,} training {noun}"
            f"{' and their mirror images' if mirrored else ''}: {of_values}, and "
            f"Euclidean in the features of `{extractor.name}`. Near duplicates of "
            f"training {noun}, nearer than half the median, were left out of the "
            f"{called}: {left_out}. `share_below` of the samples are nearer than the "
            f"1st percentile of the {called}; for new {noun} it would be 0.01."
        ),
        "values": {
            number: {space: values[space][number] for space in values}
            for number in values[raw]
        },
    }


def _sentence(protocol, recipe, unseen, called):
    noun = unseen.kind.noun
    generated, real = protocol[f"generated_{noun}"], protocol[f"real_{noun}"]
    return (
        f"`kerasgen.metrics.evaluate` with the extractor `{protocol['extractor']}` "
        f"(resizer: {protocol['resizer']}): {generated:,} samples, "
        f"seed {protocol['seed']}, against the {real:,} {noun} of "
        f"the split `{recipe.split}` of {recipe.data}; beside it "
        f"{min(len(unseen.samples), generated):,} {called} against the "
        f"same. {_scores(protocol)}KID of "
        f"{protocol['kid_subsets']} subsets of {protocol['kid_subset_size']:,}; "
        f"precision and recall with k={protocol['precision_recall_k']}, density and "
        f"coverage with k={protocol['density_coverage_k']}. Numbers of this extractor "
        "compare with one another, not with those of Inception."
    )


def _scores(protocol):
    splits = protocol.get("is_splits")
    return f"Inception score of {splits} splits; " if splits else ""


def main(arguments=None):
    """Reads the command line and measures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("entries", nargs="+", help="names of the zoo, or folders")
    parser.add_argument("--data", help="name or path, instead of the recipe's")
    parser.add_argument(
        "--extractor", help="default: the recipe's choice, or its data's name"
    )
    parser.add_argument("--weights", help="of the extractor, where it finds none")
    parser.add_argument("--num-samples", type=int, default=SAMPLES)
    parser.add_argument(
        "--batch-size", type=int, default=BATCH, help="of samples; 8 on a CPU"
    )
    options = parser.parse_args(arguments)
    extractor = options.extractor
    if extractor is not None:  # entries of the same data: it looks at that once
        extractor = load_extractor(extractor, options.weights).remembering()
    for entry in options.entries:
        measure(
            entry,
            options.data,
            extractor,
            options.num_samples,
            batch_size=options.batch_size,
        )


if __name__ == "__main__":
    main()
