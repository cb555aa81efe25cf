"""From a finished training to an entry that comes with kerasgen.

`python -m kerasgen.zoo.publishing.publish [RUN ...]`, in a checkout.
"""

import pathlib
import shutil
import sys

from kerasgen.files import replacing
from kerasgen.zoo.entry import registry
from kerasgen.zoo.entry.manifest import is_entry
from kerasgen.zoo.entry.whole import contents, put
from kerasgen.zoo.info import read_json
from kerasgen.zoo.publishing.card import card, table
from kerasgen.zoo.sources.catalog import shipped_folder
from kerasgen.zoo.training.recipe import Recipe

BEGIN = "<!-- entries: written by kerasgen.zoo.publishing.publish -->"
END = "<!-- end of entries -->"


def publish(*runs, zoo=None):
    """Copies trainings into the zoo, then writes cards, table and registry anew.

    Args:
        *runs: Folders that `kerasgen.zoo.train` wrote, by a recipe of the zoo.
        zoo: The folder of entries; None is the checkout's.

    Raises:
        ValueError: If a run was not trained by the recipe of its name, to its end.
    """
    zoo = pathlib.Path(zoo or shipped_folder())
    for run in map(pathlib.Path, runs):
        name = _check_trained_by_recipe(run, zoo)
        put(zoo / name, contents(run))
        pictures = sorted(path.name for path in run.glob("*.png"))
        for file in ("training.json", *pictures):
            with replacing(zoo / name / file) as temporary:
                shutil.copyfile(run / file, temporary)
    for folder in entries(zoo):
        with replacing(folder / "card.md") as temporary:
            temporary.write_text(card(folder), "utf-8")
    with replacing(zoo / "README.md") as temporary:
        temporary.write_text(readme(zoo), "utf-8")
    registry.write(zoo)


def entries(zoo):
    """Folders of the entries, by name."""
    return [folder for folder in sorted(zoo.iterdir()) if is_entry(folder)]


def readme(zoo):
    """The README with the table of the entries as they are."""
    text = (zoo / "README.md").read_text("utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{table(entries(zoo))}\n\n{END}{after}"


def _check_trained_by_recipe(run, zoo):
    training = read_json(run / "training.json")
    trained = Recipe.of_run(training["recipe"])
    recipe = Recipe.read(zoo / trained.name / "recipe.py")
    changed = recipe.differences(trained)
    if trained.choose_by and not recipe.choose_by:
        changed.append(f"choose_by: {trained.choose_by!r} there, the last epoch here")
    if changed or training["epochs"] != recipe.epochs:
        raise ValueError(
            f"{run} was not trained by the recipe of {trained.name}, to its end. "
            f"Received: {training['epochs']} of {recipe.epochs} epochs; "
            f"{'; '.join(changed) or 'the same recipe'}"
        )
    return trained.name


if __name__ == "__main__":
    publish(*sys.argv[1:])
