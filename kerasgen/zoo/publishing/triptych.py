"""Pictures that an entry is given beside what it makes of them, for your eyes alone.

In a checkout: `python -m kerasgen.zoo.publishing.triptych NAME --output FILE`

Cards of translators show what was made: the pictures of many sets must not be passed
on. Whoever has the set sees all three: input, output, and target or way back.
"""

import argparse
import dataclasses

from kerasgen.arguments import check_positive
from kerasgen.callbacks.translation_grid import TranslationGrid, triptychs
from kerasgen.pictures import save_image
from kerasgen.zoo.info import info
from kerasgen.zoo.load import load
from kerasgen.zoo.sources.catalog import find
from kerasgen.zoo.training.build import load_data

# Changes of training alone.
NOT_SHOWN = {"jitter": None, "flip": False, "passes": 1, "drop_remainder": False}


def triptych(name_or_folder, file, data=None, split="test", n=16, seed=0):
    """Writes a picture of samples, translations, and targets or ways back.

    Args:
        name_or_folder: Of an entry with a recipe, whose model translates.
        file: Picture to write.
        data: Name or path of its data; None is the recipe's.
        split: Of the data.
        n: Samples of each domain, spread evenly over the split.
        seed: Integer that fixes the noise inside a network that has some.

    Raises:
        ValueError: If the model does not translate, or the data cannot be loaded.
    """
    check_positive(n=n)
    folder = find(name_or_folder)
    recipe, model = info(folder).recipe, load(folder)
    arguments = {**recipe.data_arguments, **NOT_SHOWN}
    recipe = dataclasses.replace(recipe, split=split, data_arguments=arguments)
    domains = load_data(recipe, data, model.kind, 1)
    watch = TranslationGrid(".", domains, n=n)
    picture = triptychs(model, watch.samples, paired=watch.paired, seed=seed, columns=2)
    save_image(file, picture)


def main(arguments=None):
    """Reads the command line and writes the picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("entry", help="name of the zoo, or folder")
    parser.add_argument("--output", default="triptych.png")
    parser.add_argument("--data", help="name or path, instead of the recipe's")
    parser.add_argument("--split", default="test")
    parser.add_argument("-n", type=int, default=16)
    given = parser.parse_args(arguments)
    triptych(given.entry, given.output, given.data, given.split, given.n)


if __name__ == "__main__":
    main()
