"""Which epoch of a training is published."""

import math

import keras

from kerasgen.callbacks import Evaluate
from kerasgen.zoo.save import save


def choosing(recipe, dataset, history, folder):
    """Callbacks that keep the epoch with the lowest FID, none for the last epoch.

    Args:
        recipe: A `Recipe`; its `choose_by` says how to measure.
        dataset: The images it trains on.
        history: Logs of the epochs before, a list that others extend.
        folder: Where the best model is kept, as an entry of the zoo.
    """
    if not recipe.choose_by:
        return []
    measure = Evaluate(dataset, ("fid",), folder=folder.parent, **recipe.choose_by)
    return [measure, _KeepBest(measured(recipe), history, folder)]


def measured(recipe):
    """The number a recipe chooses by, such as `"fid_cifar10_2000"`."""
    return f"fid_{recipe.choose_by['extractor']}_{recipe.choose_by['num_samples']}"


def chosen_epoch(recipe, history):
    """The epoch that is published, 1 for the first.

    Raises:
        ValueError: If it is chosen by a number that no epoch has.
    """
    if not recipe.choose_by:
        return len(history)
    number = measured(recipe)
    values = [epoch.get(number, math.inf) for epoch in history]
    if min(values, default=math.inf) == math.inf:
        raise ValueError(
            f"`choose_by` needs an epoch with {number}, and there is none: train "
            f"more epochs, or measure more of them. Received: {len(history)} epochs"
        )
    return values.index(min(values)) + 1


class _KeepBest(keras.callbacks.Callback):
    """Saves the model whenever the number is lower than in all epochs before."""

    def __init__(self, number, history, folder):
        super().__init__()
        self.number = number
        self.history = history
        self.folder = folder

    def on_epoch_end(self, epoch, logs=None):
        before = [epoch.get(self.number, math.inf) for epoch in self.history]
        if logs[self.number] < min(before, default=math.inf):
            save(self.model, self.folder)
