"""The recipes that wait for their training: each builds, and takes a step."""

import dataclasses
import pathlib

import keras
import numpy as np
import pytest

from kerasgen import data
from kerasgen.kinds import Pair
from kerasgen.zoo import Recipe
from kerasgen.zoo.training.build import NO_DATA_ARGUMENTS, _check_names, build

# Training is that of the models, whose tests are elsewhere, on every backend.
pytestmark = pytest.mark.host

FOLDER = pathlib.Path(__file__).parents[3] / "recipes"
RECIPES = sorted(FOLDER.glob("*.py"))
WIDTHS = ("filters", "width", "widths", "units")  # how names of widths end
SMALL = 4


def shrunk(arguments):
    """The smallest model of its kind: every width is 4."""
    return {
        name: keras.tree.map_structure(lambda _: SMALL, value)
        if name.endswith(WIDTHS) and value
        else value
        for name, value in arguments.items()
    }


def samples_of(kind, n):
    if isinstance(kind, Pair):
        return samples_of(kind.a, n), samples_of(kind.b, n)
    return np.random.default_rng(0).integers(0, 256, (n, *kind.shape)).astype("uint8")


def batch_of(recipe, model):
    """A batch as the data of a recipe has it, of a sample for each minibatch."""
    n = 2 * model.minibatches
    batch = {"samples": samples_of(model.kind, n)}
    if recipe.data_arguments.get("binarize"):
        batch["samples"] = batch["samples"] // 128 * 255
    if model.labels is not None:
        several = "attributes" in recipe.data_arguments
        labels = np.arange(n) % model.labels.size
        batch["labels"] = np.eye(model.labels.size)[labels] if several else labels
    if recipe.data_arguments.get("indices"):
        batch["indices"] = np.arange(n, dtype="int32")
    return batch


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_builds_and_takes_a_step(path):
    recipe = Recipe.read(path)
    assert path.stem.startswith(recipe.name)
    small = dataclasses.replace(recipe, arguments=shrunk(recipe.arguments))
    model = build(small)
    load = data.load_pairs if isinstance(model.kind, Pair) else data.load
    _check_names("data_arguments", recipe.data_arguments, load, NO_DATA_ARGUMENTS)
    model.run_eagerly = True
    logs = model.train_on_batch(batch_of(recipe, model), return_dict=True)
    assert all(np.isfinite(float(value)) for value in logs.values())
    assert int(model.global_step.numpy()) == 1
    for text in (recipe.summary, recipe.data_source, recipe.license):
        assert text and text != "not stated"
