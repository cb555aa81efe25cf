"""Which epoch of a training is published."""

import math

import keras

from kerasgen.arguments import check_positive
from kerasgen.callbacks import Evaluate
from kerasgen.nearest import nearest
from kerasgen.zoo.save import save

OWN = ("number", "mode", "metrics")  # of `choose_by`; the rest is for `Evaluate`


def check_measured(recipe):
    """Refuses, before a training, a choice between epochs that are not measured.

    Raises:
        ValueError: If no epoch but the first would be.
    """
    every = recipe.choose_by.get("every", 1)
    check_positive(every=every)
    if every > recipe.epochs:
        raise ValueError(
            f"`choose_by` measures after the first epoch and every {every} epochs: "
            "train at least as many, or measure more often. "
            f"Received: every={every}, epochs={recipe.epochs}"
        )


def choosing(recipe, dataset, history, folder):
    """Callbacks that keep the epoch with the best number, none for the last epoch.

    Args:
        recipe: A `Recipe`; its `choose_by` says what is best, and how to measure what
            the training does not log by itself.
        dataset: The samples it trains on.
        history: Logs of the epochs before, a list that others extend.
        folder: Where the best model is kept, as an entry of the zoo.
    """
    if not recipe.choose_by:
        return []
    if "extractor" not in recipe.choose_by:
        return [_KeepBest(recipe, history, folder)]
    arguments = {k: v for k, v in recipe.choose_by.items() if k not in OWN}
    metrics = recipe.choose_by.get("metrics", ("fid",))
    score = Evaluate(dataset, metrics, folder=folder.parent, **arguments)
    return [score, _KeepBest(recipe, history, folder, score)]


def measured(recipe):
    """The number a recipe chooses by, such as `"fid_cifar10_2000"`."""
    choose_by = recipe.choose_by
    if "number" in choose_by:
        return choose_by["number"]
    return f"fid_{choose_by['extractor']}_{choose_by['num_samples']}"


def chosen_epoch(recipe, history):
    """The epoch that is published, 1 for the first.

    Raises:
        ValueError: If it is chosen by a number that no epoch has.
    """
    if not recipe.choose_by:
        return len(history)
    costs = [cost(recipe, *epoch) for epoch in enumerate(history, start=1)]
    if min(costs, default=math.inf) == math.inf:
        raise ValueError(
            f"`choose_by` needs an epoch with {measured(recipe)}, and there is none: "
            "train more epochs, or measure more of them. "
            f"Received: {len(history)} epochs"
        )
    return costs.index(min(costs)) + 1


def cost(recipe, epoch, logs):
    """What is lower the better an epoch is, 1 for the first; infinite if not measured.

    Epochs in between repeat the last number. One after which a training was resumed is
    measured out of turn, and counts no more than in a training that ran through.
    """
    value = logs.get(measured(recipe), math.nan)
    in_turn = epoch == 1 or epoch % recipe.choose_by.get("every", 1) == 0
    if value != value or not in_turn:
        return math.inf
    return -value if recipe.choose_by.get("mode") == "max" else value


class _KeepBest(keras.callbacks.Callback):
    """Saves the model whenever the number is better than in all epochs before.

    `score` is the `Evaluate` that measures beside the model's own numbers, if any.
    """

    def __init__(self, recipe, history, folder, score=None):
        super().__init__()
        self.recipe = recipe
        self.history = history
        self.folder = folder
        self.score = score

    def on_train_begin(self, logs=None):
        number = measured(self.recipe)
        known = [metric.name for metric in self.model.metrics]
        if self.score is not None:
            known += self.score.evaluator.names(self.score.num_samples)
        if number not in known:
            raise ValueError(
                f"`choose_by` names a number that this training does not log. "
                f"{nearest(number, known)}Received: number={number!r}"
            )

    def on_epoch_end(self, epoch, logs=None):
        before = enumerate(self.history, start=1)
        best = min((cost(self.recipe, *each) for each in before), default=math.inf)
        if cost(self.recipe, epoch + 1, logs) < best:
            save(self.model, self.folder)
