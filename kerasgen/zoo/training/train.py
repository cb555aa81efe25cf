"""Trains a recipe, from the start or from where it was interrupted."""

import dataclasses
import inspect
import json
import os
import pathlib
import time

import keras
import numpy as np

from kerasgen import callbacks as kerasgen_callbacks
from kerasgen import data as kerasgen_data
from kerasgen import models
from kerasgen._version import __version__
from kerasgen.engine import scheduled
from kerasgen.files import replacing
from kerasgen.inputs import Given
from kerasgen.kinds import Pair
from kerasgen.nearest import nearest
from kerasgen.zoo.load import load
from kerasgen.zoo.publishing.showcase import write_pictures
from kerasgen.zoo.save import save
from kerasgen.zoo.sources.catalog import find_recipe
from kerasgen.zoo.training.choice import choosing, chosen_epoch
from kerasgen.zoo.training.recipe import Recipe

CHECKPOINT = "checkpoint.keras"
BEST = "best"
TRAINING = "training.json"
GRID = 64  # samples in a picture
NO_LEARNING = ("self", "optimizer", "run_eagerly", "steps_per_execution", "jit_compile")


def train(recipe, data=None, output=None, epochs=None, callbacks=(), verbose="auto"):
    """Trains a model by its recipe and saves it as an entry of the zoo.

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
        ValueError: If the recipe is not one, or the folder holds another training.

    Example:

    ```py
    kerasgen.zoo.train("dcgan_mnist", data="mnist.npz", output="runs/dcgan_mnist")
    ```
    """
    recipe = find_recipe(recipe)
    if epochs is not None:
        recipe = dataclasses.replace(recipe, epochs=epochs)
    output = pathlib.Path(output or pathlib.Path("runs") / recipe.name)
    record = _record(recipe, data, output)
    keras.utils.set_random_seed(recipe.seed)
    checkpoint = output / "progress" / CHECKPOINT
    if checkpoint.exists():
        model = keras.saving.load_model(checkpoint)
    else:
        model = _build(recipe)
    dataset = _load(recipe, data, model.kind, model.minibatches)
    record.samples = getattr(dataset, "num_samples", None)
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
                _Checkpoint(checkpoint, record, output / TRAINING),
            ],
        )
    record.chosen_epoch = chosen_epoch(recipe, record.history)
    published = load(output / "progress" / BEST) if recipe.choose_by else model
    save(published, output, half_precision=recipe.half_precision)
    write_pictures(published, output, **starts)
    record.write(output / TRAINING)
    return model


@dataclasses.dataclass
class _Record:
    """What `training.json` holds."""

    recipe: dict
    data: str
    backends: list
    history: list
    samples: int | None = None
    chosen_epoch: int | None = None  # None until it has ended

    def write(self, path):
        values = {
            "backend": ", ".join(self.backends),
            "seed": self.recipe["seed"],
            "epochs": len(self.history),
            "chosen_epoch": self.chosen_epoch,
            "seconds": round(sum(epoch["seconds"] for epoch in self.history), 1),
            "data": self.data,
            "samples": self.samples,
            "kerasgen": __version__,
            "keras": keras.__version__,
            "cores": _cores(),
            "recipe": self.recipe,
            "history": self.history,
        }
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(values, indent=2) + "\n", "utf-8")


class _Checkpoint(keras.callbacks.Callback):
    """Keeps the last epoch's model and the record of the training."""

    def __init__(self, path, record, record_path):
        super().__init__()
        self.path = path
        self.record = record
        self.record_path = record_path

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        seconds = round(time.perf_counter() - self.start, 2)
        losses = {name: float(value) for name, value in (logs or {}).items()}
        # JSON knows no NaN, what a number is in epochs that do not measure it.
        losses = {name: value for name, value in losses.items() if value == value}
        backend = keras.backend.backend()
        if backend not in self.record.backends:
            self.record.backends.append(backend)
        self.record.history.append({"seconds": seconds, **losses})
        # The record first: one epoch too many in it is cut off on resuming.
        self.record.write(self.record_path)
        with replacing(self.path) as temporary:
            self.model.save(temporary)


def _record(recipe, data, output):
    """The record of the training that `output` holds, or a new one."""
    values = recipe.to_dict()
    name = _data_name(recipe.data if data is None else data)
    if not (output / "progress" / CHECKPOINT).exists():
        if (output / "manifest.json").exists():
            raise ValueError(
                "`output` holds a finished model and no checkpoint to go on from; "
                f"choose another folder. Received: output={str(output)!r}"
            )
        return _Record(values, name, [], [])
    before = json.loads((output / TRAINING).read_text("utf-8"))
    changed = recipe.differences(Recipe.of_run(before["recipe"]))
    if changed:
        raise ValueError(
            "`output` holds the training of another recipe "
            f"({'; '.join(changed)}); choose another folder. "
            f"Received: output={str(output)!r}"
        )
    return _Record(values, name, before["backend"].split(", "), before["history"])


def _data_name(data):
    """A name or path without its folder: where data lies says nothing about it."""
    if isinstance(data, (str, os.PathLike)):
        return pathlib.Path(data).name
    return type(data).__name__


def _build(recipe):
    constructor = getattr(models, recipe.model, None)
    if constructor is None:
        raise ValueError(
            "`model` must name a constructor of kerasgen.models. "
            f"{nearest(recipe.model, models.__all__)}Received: model={recipe.model!r}"
        )
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy(recipe.precision)
    try:
        model = constructor(**{"seed": recipe.seed, **recipe.arguments})
    finally:
        keras.config.set_dtype_policy(policy)
    optimizers = {name: _optimizer(a) for name, a in recipe.optimizers.items()}
    _check_learning(model, recipe.learning)
    model.compile(optimizers or None, **recipe.learning)
    return model


def _check_learning(model, learning):
    known = inspect.signature(type(model).compile).parameters.values()
    known = [each.name for each in known if each.kind is not each.VAR_KEYWORD]
    known = [name for name in known if name not in NO_LEARNING]
    for name in learning:
        if name not in known:
            raise ValueError(
                "`learning` must hold arguments of this model's `compile`: "
                f"{', '.join(known)}. {nearest(name, known)}"
                f"Received: learning with {name!r}"
            )


def _optimizer(arguments):
    arguments = {"optimizer": "adam", **arguments}
    kind = arguments.pop("optimizer")
    if "learning_rate" in arguments:
        arguments["learning_rate"] = scheduled(arguments["learning_rate"])
    # The class itself: a name with a configuration would not take objects.
    return type(keras.optimizers.get(kind))(**arguments)


def _load(recipe, data, kind, groups):
    if isinstance(data, keras.utils.PyDataset):
        return data
    load = kerasgen_data.load_pairs if isinstance(kind, Pair) else kerasgen_data.load
    return load(
        recipe.data if data is None else data,
        split=recipe.split,
        batch_size=recipe.batch_size,
        groups=groups,
        seed=recipe.seed,
        **{"kind": kind, **recipe.data_arguments},
    )


def _starts(model, dataset):
    """The first samples of the data for the inputs that cannot be drawn."""
    domains = getattr(dataset, "samples", ())
    domains = domains if isinstance(domains, tuple) else (domains,)
    found = {}
    for each in model.inputs:
        if isinstance(each, Given):
            fitting = [domain for domain in domains if domain.kind == each.kind]
            for domain in fitting[:1]:
                found[each.name] = domain.get(np.arange(min(GRID, len(domain))))
    return found


def _grid(model, folder, starts):
    """A callback that watches, unless there is nothing to start from."""
    given = [each.name for each in model.inputs if isinstance(each, Given)]
    if set(given) != set(starts):
        return []
    return [kerasgen_callbacks.SampleGrid(folder, seed=0, **starts)]


def _cores():
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count()
