"""What every `fit` of a generative model does beside the user's callbacks."""

import math

import keras

from kerasgen.engine import devices
from kerasgen.warned import warn


class DivergenceError(ArithmeticError):
    """A player's loss is no longer a finite number."""


class EpochState(keras.callbacks.Callback):
    """Counts the epochs the model has seen and tells the data set which comes next.

    Stands before the user's callbacks, so that a checkpoint written at the end of an
    epoch holds the new count and continues with the next order of the data.
    """

    def __init__(self, data):
        super().__init__()
        self.data = data

    def on_epoch_begin(self, epoch, logs=None):
        if hasattr(self.data, "set_epoch"):
            self.data.set_epoch(int(self.model.epochs_seen.numpy()))

    def on_epoch_end(self, epoch, logs=None):
        self.model.epochs_seen.assign_add(1)


class Announcing(keras.callbacks.Callback):
    """Tells the threads that share a model of each step before it begins.

    Args:
        threads: The model's `kerasgen.engine.sharing.Threads`. Under JAX `self.model`
            would make Keras bring back all values at each step.
    """

    def __init__(self, threads):
        super().__init__()
        self.threads = threads

    def on_train_batch_begin(self, batch, logs=None):
        self.threads.before_step()

    def on_test_batch_begin(self, batch, logs=None):
        self.threads.before_step()


class DivergenceGuard(keras.callbacks.Callback):
    """Stops training at the first loss that is not finite and names the player.

    Raised before any other callback of that moment, so that no checkpoint is
    overwritten with broken weights.
    """

    async_safe = True  # reads logs only

    def on_train_batch_end(self, batch, logs=None):
        self._check(f"batch {batch + 1}", logs)

    def on_epoch_end(self, epoch, logs=None):
        self._check(f"epoch {epoch + 1}", logs)

    def _check(self, when, logs):
        for name, value in (logs or {}).items():
            if name.endswith("_loss") and not math.isfinite(float(value)):
                player = name.removesuffix("_loss")
                raise DivergenceError(
                    f"The {player} diverged: `{name}` is {float(value)} after {when}. "
                    "Try a lower learning rate, another loss or a gradient penalty; "
                    "checkpoints of earlier epochs are untouched."
                )


class SomeWeight(keras.callbacks.Callback):
    """Stops training after an epoch in which no sample had any weight.

    Stands before all that count or keep what an epoch brought.

    Args:
        check: Looks at what the epoch has seen.
    """

    def __init__(self, check):
        super().__init__()
        self.check = check

    def on_epoch_end(self, epoch, logs=None):
        self.check("the data")


class Ranks(keras.callbacks.Callback):
    """What the ranks of `torch.distributed` must agree on: values, steps and logs.

    Stands before all other callbacks, so that one which stops training or lowers a rate
    by what is logged does so on every rank.
    """

    def on_train_begin(self, logs=None):
        paths = devices.differing(self.model)
        if paths:
            raise ValueError(
                "All ranks of torch.distributed must start from the same values. "
                "`compile` sends those of rank 0 to all: load weights before it, or on "
                f"every rank. Received: different values of {_listed(paths)}"
            )
        steps = devices.objects_of_all(self.params.get("steps"))
        if len(set(steps)) > 1:
            raise ValueError(
                "All ranks of torch.distributed must make as many steps in an epoch: "
                "give each as many samples. Received: steps by rank "
                f"{', '.join(map(str, steps))}"
            )

    def on_epoch_end(self, epoch, logs=None):
        of_all = devices.objects_of_all(logs)
        logs.update({name: _mean(each[name] for each in of_all) for name in logs})
        paths = devices.differing(self.model)
        if paths:
            warn(
                f"After epoch {epoch + 1} ranks hold different values of "
                f"{_listed(paths)}. Where a layer moves a variable by the samples it "
                "sees, say with kerasgen.engine.between_devices what ranks do with it.",
            )


def _mean(values):
    values = [float(value) for value in values]
    return sum(values) / len(values)


def _listed(paths, most=3):
    more = f" and {len(paths) - most} more" if len(paths) > most else ""
    return ", ".join(paths[:most]) + more
