"""What every `fit` of a generative model does beside the user's callbacks."""

import math

import keras


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
