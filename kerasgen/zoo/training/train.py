"""Trains a recipe, from the start or from where it was interrupted."""

import dataclasses
import pathlib

import keras

from kerasgen import callbacks as kerasgen_callbacks
from kerasgen.arguments import check_paths
from kerasgen.inputs import Given
from kerasgen.zoo.load import load
from kerasgen.zoo.publishing.showcase import spread, write_pictures, write_ways_back
from kerasgen.zoo.save import save
from kerasgen.zoo.sources.catalog import find_recipe
from kerasgen.zoo.training.build import build, load_data
from kerasgen.zoo.training.choice import check_measured, choosing, chosen_epoch
from kerasgen.zoo.training.record import CHECKPOINT, TRAINING, Checkpoint, record_of

BEST = "best"


def train(recipe, data=None, output=None, epochs=None, callbacks=(), verbose="auto"):
    """Trains a model by its recipe and saves it as an entry of the zoo.

    Classes that the recipe gives no names keep those that the data has for them, such
    as the names of class folders: `generate(labels="dogs")`.

    After each epoch a checkpoint is written. The same call after an interruption goes
    on from there and ends with the same weights; more `epochs` go on after the end.

    Args:
        recipe: A `Recipe`, the path of a recipe file, or a name of the zoo.
        data: Name, path, array or loaded data set to use instead of the recipe's.
        output: Folder of the entry: `runs/<name>` if None. `progress/` inside it holds
            the checkpoint and a grid of samples for each epoch.
        epochs: Use this many instead of the recipe's.
        callbacks: Further callbacks for `fit`.
        verbose: As in `fit`.

    Returns:
        The model after its last epoch; where the recipe chooses another epoch, that
        one is in `output`.

    Raises:
        ValueError: If the recipe is not one, chooses by what is not measured, or the
            folder holds another training.
        OSError: If the folder cannot be written to.

    Example:

    ```py
    kerasgen.zoo.train("dcgan_mnist", data="mnist.npz", output="runs/dcgan_mnist")
    ```
    """
    recipe = find_recipe(recipe)
    if epochs is not None:
        recipe = dataclasses.replace(recipe, epochs=epochs)
    check_measured(recipe)
    output = pathlib.Path("runs") / recipe.name if output is None else output
    check_paths(output=output)
    output = pathlib.Path(output).expanduser()
    record = record_of(recipe, data, output)
    keras.utils.set_random_seed(recipe.seed)
    checkpoint = output / "progress" / CHECKPOINT
    if checkpoint.exists():
        model = keras.saving.load_model(checkpoint)
    else:
        model = build(recipe)
    dataset = load_data(recipe, data, model.kind, model.minibatches)
    if model.labels is not None:
        model.labels.adopt(_names(dataset))
    record.go_on_with(dataset)
    starts = _starts(model, dataset)
    epochs_seen = int(model.epochs_seen.numpy())
    del record.history[epochs_seen:]
    if epochs_seen < recipe.epochs:
        model.fit(
            dataset,
            epochs=recipe.epochs,
            initial_epoch=epochs_seen,
            verbose=verbose,
            callbacks=[
                *_grid(model, output / "progress", starts),
                *choosing(recipe, dataset, record.history, output / "progress" / BEST),
                *callbacks,
                Checkpoint(checkpoint, record, output / TRAINING),
            ],
        )
    record.chosen_epoch = chosen_epoch(recipe, record.history)
    published = load(output / "progress" / BEST) if recipe.choose_by else model
    save(published, output, half_precision=recipe.half_precision)
    write_pictures(published, output, **starts)
    write_ways_back(published, output, dataset)
    record.write(output / TRAINING)
    return model


def _names(dataset):
    """What the classes of a data set, or the attributes it is asked for, are called."""
    asked = getattr(dataset, "attribute_names", None)
    return asked or getattr(dataset, "class_names", None)


def _starts(model, dataset):
    """Samples of the data for the inputs that cannot be drawn."""
    domains = getattr(dataset, "samples", ())
    domains = domains if isinstance(domains, tuple) else (domains,)
    found = {}
    for each in model.inputs:
        if isinstance(each, Given):
            fitting = domains if each.domain is None else domains[each.domain :]
            fitting = [domain for domain in fitting if domain.kind == each.kind]
            for domain in fitting[:1]:
                found[each.name] = spread(domain)
    return found


def _grid(model, folder, starts):
    """A callback that watches, unless there is nothing to start from."""
    given = [each.name for each in model.inputs if not each.drawable]
    if set(given) != set(starts):
        return []
    return [kerasgen_callbacks.SampleGrid(folder, seed=0, **starts)]
