"""Recipes for other data: from a recipe, or from the bare name of a model."""

import dataclasses
import inspect
import pathlib
import re

from kerasgen import data as kerasgen_data
from kerasgen import models
from kerasgen.arguments import check_paths
from kerasgen.data.load_pairs import holds_pairs
from kerasgen.kinds import Pair
from kerasgen.nearest import meant, nearest
from kerasgen.zoo.sources.catalog import find_recipe
from kerasgen.zoo.training.recipe import Recipe

BATCH = 64
FEW = 10  # batches, more than any model cuts the samples of one step into
# Arguments of constructors by which data says what a sample is.
_SAID = (
    *("image_shape", "voxel_shape", "vector_shape", "sequence_shape", "sample_shape"),
    *("length", "features", "vocabulary"),
)


def adapt(
    recipe_or_model,
    data=None,
    epochs=None,
    batch_size=None,
    image_size=None,
    seed=None,
    channels=None,
):
    """A recipe with some of its numbers replaced.

    Args:
        recipe_or_model: What `kerasgen.zoo.train` takes, or the name of a model of
            `kerasgen.models` in any case, with or without hyphens and underscores: its
            paper's defaults, the size of the data, batches of 64, fewer where the data
            is small, one pair where it has two domains, and 10 epochs.
        data: Name or path of the data of a model, which has none of its own.
        epochs, batch_size, seed: None leaves them as they are.
        image_size: Pixels of the sides that images are resized to.
        channels: 1 for gray images, 3 for color; None for what there is.

    Returns:
        A `Recipe`.

    Raises:
        ValueError: If there is no such recipe or model (the nearest are listed), or a
            model is given without data.

    Example:

    ```python
    recipe = kerasgen.zoo.adapt("dcgan", data="fashion_mnist_6k", epochs=1)
    recipe.arguments["image_shape"]  # (28, 28, 1)
    ```
    """
    if not isinstance(recipe_or_model, Recipe):
        check_paths(recipe_or_model=recipe_or_model)
    trainable = _trainable()
    model = meant(recipe_or_model, trainable)
    changes = {"epochs": epochs, "batch_size": batch_size, "seed": seed}
    changes = {key: value for key, value in changes.items() if value is not None}
    asked = {"image_size": image_size, "channels": channels}
    asked = {key: value for key, value in asked.items() if value is not None}
    if model is not None:
        recipe = _recipe_of(model, data, asked)
    else:
        recipe = _find(recipe_or_model, [name.lower() for name in trainable])
        if asked:
            changes |= _of_images(recipe, asked)
    return dataclasses.replace(recipe, **changes)


def _trainable():
    """Names of the models that need no more than what a data set says of itself."""
    said = {*_SAID, "num_classes"}
    return [name for name in models.__all__ if _needed(name) <= said]


def _needed(model):
    """Arguments that a constructor cannot do without."""
    return {
        name
        for name, each in _parameters(model).items()
        if each.default is each.empty and each.kind is each.POSITIONAL_OR_KEYWORD
    }


def _parameters(model):
    return inspect.signature(getattr(models, model)).parameters


def _find(recipe_or_model, names):
    try:
        return find_recipe(recipe_or_model)
    except ValueError as error:
        if pathlib.Path(recipe_or_model).expanduser().is_file():
            raise
        raise ValueError(
            f"There is no such recipe or model. "
            f"{nearest(str(recipe_or_model).lower(), names)}{error}"
        ) from error


def _recipe_of(model, data, asked):
    """The recipe of a model by its paper's defaults.

    Args:
        asked: Arguments of `kerasgen.data.load`.
    """
    if data is None:
        raise ValueError(
            "A model needs data: the name of a set "
            f"({', '.join(kerasgen_data.list())}) or a path. Received: data=None"
        )
    data_arguments = dict(asked)
    pairs = holds_pairs(data)
    load = kerasgen_data.load_pairs if pairs else kerasgen_data.load
    dataset = load(data, batch_size=1, **data_arguments)
    arguments = _of_kind(model, dataset)
    classes = _parameters(model).get("num_classes")
    if classes is not None and classes.default is not None:  # not just if asked for
        if dataset.num_classes is None:
            raise ValueError(
                f"{model} needs data with labels. Received: data={str(data)!r}"
            )
        arguments["num_classes"] = dataset.num_classes
        data_arguments["labels"] = True
    stem = re.sub(r"[^a-z0-9]+", "_", pathlib.Path(data).stem.lower()).strip("_")
    size = f"_{asked['image_size']}" if "image_size" in asked else ""
    return Recipe(
        name=f"{model.lower()}_{stem or 'images'}{size}",
        model=model,
        arguments=arguments,
        data=str(data),
        data_arguments=data_arguments,
        batch_size=1 if pairs else _batch_size(model, arguments, dataset.num_samples),
        epochs=10,
    )


def _batch_size(model, arguments, samples):
    """64, or as many as a small set has for each of the minibatches of a step."""
    if samples >= BATCH * FEW:
        return BATCH
    game = getattr(models, model)(**arguments)
    game.compile()
    return max(1, min(BATCH, samples // game.minibatches))


def _of_kind(model, dataset):
    """The arguments of a constructor that say what a sample is."""
    kind = dataset.kind
    if isinstance(kind, Pair):
        kind = kind.a  # of two domains, alike in the models that have one shape
    shape = f"{kind.noun.removesuffix('s')}_shape"
    said = {**kind.get_config(), shape: kind.shape, "sample_shape": kind.shape}
    takes = _parameters(model)
    arguments = {name: said[name] for name in _SAID if name in said and name in takes}
    if not arguments:
        raise ValueError(
            f"{model} is no model of {kind.noun}. Received: data of {kind}"
        )
    return arguments


def _of_images(recipe, asked):
    """What changes in a recipe for images of another size or number of channels."""
    if "image_shape" not in recipe.arguments:
        received = ", ".join(f"{key}={value}" for key, value in asked.items())
        raise ValueError(
            "`image_size` and `channels` need a model with an `image_shape`. "
            f"Received: {received} for {recipe.name}"
        )
    height, width, channels = recipe.arguments["image_shape"]
    size = asked.get("image_size")
    height, width = (height, width) if size is None else (size, size)
    shape = (height, width, asked.get("channels", channels))
    return {
        "arguments": {**recipe.arguments, "image_shape": shape},
        "data_arguments": {**recipe.data_arguments, **asked},
    }
