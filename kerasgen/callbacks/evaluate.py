"""Measures a model while it trains."""

import functools
import json
import math
import pathlib
import warnings

import keras

from kerasgen.files import replacing
from kerasgen.metrics.evaluator import Evaluator
from kerasgen.pictures import save_image
from kerasgen.pictures.curves import curves

FITTING = {1: "fashion_mnist", 3: "cifar10"}  # by channels, in place of Inception


class Evaluate(keras.callbacks.Callback):
    """Adds FID and other numbers to the logs of every n-th epoch.

    Their names, `fid_<extractor>_<num_samples>` and so on, are in the logs of every
    epoch, NaN where nothing was measured: put it before `ModelCheckpoint`,
    `EarlyStopping` or `CSVLogger` in the list, and they can watch them. Where the model
    keeps an average of its generator, that one is measured.

    Args:
        real: Real images, as for `kerasgen.metrics.evaluate`.
        metrics: As for `kerasgen.metrics.evaluate`.
        every: Measure after every so many epochs.
        num_samples: Samples to draw each time.
        extractor: As for `kerasgen.metrics.evaluate`. None takes `"inception"`, and
            where its weights are not to be had, with a warning, `"fashion_mnist"` for
            grey images and `"cifar10"` for colour: such numbers compare one epoch with
            another, and with nothing else.
        seed: Integer that fixes latents, labels and subsets, the same each time.
        folder: Where to write `evaluation.json`, the numbers of all epochs, and
            `evaluation.png`, their curves; None writes nothing. A training that goes
            on finds the earlier epochs there.
        **arguments: `split`, `batch_size`, `cache` and `verbose`, as for
            `kerasgen.metrics.evaluate`.

    Attributes:
        history: List of `{"epoch": 1, "fid_cifar10_5000": 31.4, ...}`.

    Raises:
        ValueError: If an argument is out of range. At the start of training, if the
            real images do not fit the extractor or the model.

    Example:

    ```py
    score = kerasgen.callbacks.Evaluate(train, every=5, extractor="cifar10")
    best = keras.callbacks.ModelCheckpoint(
        "best.keras", monitor="fid_cifar10_5000", mode="min", save_best_only=True
    )
    model.fit(train, epochs=100, callbacks=[score, best])
    ```
    """

    def __init__(
        self,
        real,
        metrics=("fid",),
        every=1,
        num_samples=5_000,
        extractor=None,
        seed=0,
        folder=None,
        **arguments,
    ):
        super().__init__()
        for name, value in (("every", every), ("num_samples", num_samples)):
            if not isinstance(value, int) or value < 1:
                raise ValueError(
                    f"`{name}` must be a positive integer. Received: {name}={value}"
                )
        self.real = real
        self.metrics = metrics
        self.every = every
        self.num_samples = num_samples
        self.extractor = extractor
        self.seed = seed
        self.folder = None if folder is None else pathlib.Path(folder)
        self.arguments = arguments
        self.history = []
        self.evaluator = None

    def on_train_begin(self, logs=None):
        if self.evaluator is None:
            self.evaluator = self._make_evaluator()
        # Better now than after an epoch: whatever is wrong, and what is done only once.
        self.evaluator.prepare(self.model, self.num_samples)
        self._continues = None

    def on_epoch_begin(self, epoch, logs=None):
        if self._continues is None:
            self._continues = epoch
            names = {"epoch", *self.evaluator.names(self.num_samples)}
            earlier = self.history or _read(self._path("json"))
            self.history = [
                row for row in earlier if set(row) == names and row["epoch"] <= epoch
            ]

    def on_epoch_end(self, epoch, logs=None):
        numbers = dict.fromkeys(self.evaluator.names(self.num_samples), math.nan)
        if (epoch + 1) % self.every == 0:
            numbers = dict(self.evaluator(self.model, self.num_samples))
            self.history.append({"epoch": epoch + 1, **numbers})
            self._write()
        if logs is not None:
            logs.update(numbers)

    def _make_evaluator(self):
        arguments = {"verbose": 0, **self.arguments}
        make = functools.partial(
            Evaluator, self.real, self.metrics, seed=self.seed, **arguments
        )
        if self.extractor is not None:
            return make(extractor=self.extractor)
        try:
            return make(extractor="inception")
        except ConnectionError as error:
            name = FITTING.get(self.model.kind.shape[-1], "cifar10")
            warnings.warn(
                f"FID and IS are words for Inception, whose weights are not here: "
                f"measuring with kerasgen's own extractor {name!r} instead. Its "
                "numbers compare epochs and models of kerasgen with one another, "
                f"never with published ones. ({error})",
                stacklevel=2,
            )
            return make(extractor=name)

    def _path(self, suffix):
        return None if self.folder is None else self.folder / f"evaluation.{suffix}"

    def _write(self):
        if self.folder is None:
            return
        with replacing(self._path("json")) as temporary:
            temporary.write_text(json.dumps(self.history, indent=2) + "\n", "utf-8")
        save_image(self._path("png"), curves(self.history))


def _read(path):
    """The history of an earlier training, none if it cannot be read."""
    if path is None or not path.exists():
        return []
    try:
        return json.loads(path.read_text("utf-8"))
    except ValueError:
        return []
