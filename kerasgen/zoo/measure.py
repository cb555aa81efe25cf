"""What an entry's samples measure, beside images it has not seen.

`python -m kerasgen.zoo.measure NAME [NAME ...] [--data PATH]`, in a checkout.
"""

import argparse
import json

from kerasgen import data as kerasgen_data
from kerasgen.engine.files import replacing
from kerasgen.metrics.evaluator import Evaluator
from kerasgen.zoo.catalog import find
from kerasgen.zoo.info import info, read_json
from kerasgen.zoo.load import load

METRICS = ("fid", "is", "kid", "prdc")
SAMPLES = 10_000


def measure(name_or_folder, data=None, extractor=None, num_samples=SAMPLES, seed=0):
    """Measures an entry against its training images and keeps that in `metrics.json`.

    As many test images are measured in the same way, which shows what these numbers
    are for images of the very distribution.

    Args:
        name_or_folder: Of an entry with a recipe.
        data: Name or path of its data; None is the recipe's.
        extractor: As for `kerasgen.metrics.evaluate`; None is the one with the name of
            the recipe's data.
        num_samples: How many; of test images at most as many as there are.
        seed: Integer of samples and subsets.

    Returns:
        `{number: {"generated": value, "test images": value}}`.

    Raises:
        ValueError: As `kerasgen.metrics.evaluate`.
    """
    folder = find(name_or_folder)
    recipe = info(folder).recipe
    data = data or recipe.data
    evaluator = Evaluator(
        data, METRICS, extractor or recipe.data, seed, split=recipe.split
    )
    generated = evaluator(load(folder), num_samples)
    test = kerasgen_data.load(data, "test", shuffle=False)
    held_out = evaluator(test, min(num_samples, len(test.images)))
    values = {
        number: {"generated": value, "test images": of_test}
        for (number, value), of_test in zip(
            generated.items(), held_out.values(), strict=True
        )
    }
    protocol = generated.protocol
    found = read_json(folder / "metrics.json")
    found[f"evaluate_{evaluator.extractor.name}_{num_samples}"] = {
        "protocol": _sentence(protocol, recipe, len(test.images)),
        "values": values,
        "settings": protocol,
        "weights_sha256": info(folder).sha256,
    }
    with replacing(folder / "metrics.json") as temporary:
        temporary.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    return values


def _sentence(protocol, recipe, test_images):
    return (
        f"`kerasgen.metrics.evaluate` with the extractor `{protocol['extractor']}` "
        f"(resizer: {protocol['resizer']}): {protocol['generated_images']:,} samples, "
        f"seed {protocol['seed']}, against the {protocol['real_images']:,} images of "
        f"the split `{recipe.split}` of {recipe.data}; beside it "
        f"{min(test_images, protocol['generated_images']):,} test images against the "
        f"same. Inception score of {protocol['is_splits']} splits; KID of "
        f"{protocol['kid_subsets']} subsets of {protocol['kid_subset_size']:,}; "
        f"precision and recall with k={protocol['precision_recall_k']}, density and "
        f"coverage with k={protocol['density_coverage_k']}. Numbers of this extractor "
        "compare with one another, not with those of Inception."
    )


def main(arguments=None):
    """Reads the command line and measures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("entries", nargs="+", help="names of the zoo, or folders")
    parser.add_argument("--data", help="name or path, instead of the recipe's")
    parser.add_argument("--extractor", help="default: the name of the recipe's data")
    parser.add_argument("--num-samples", type=int, default=SAMPLES)
    options = parser.parse_args(arguments)
    for entry in options.entries:
        measure(entry, options.data, options.extractor, options.num_samples)


if __name__ == "__main__":
    main()
