"""Measures a model while it trains."""

import functools
import json
import pathlib

import keras

from kerasgen.arguments import check_one_of, check_paths, check_positive, check_seeds
from kerasgen.files import replacing, writable_folder
from kerasgen.kinds import Images, Pair
from kerasgen.metrics.evaluator import Evaluator
from kerasgen.metrics.translation import OF_PAIRS, TranslationEvaluator
from kerasgen.pictures import save_image
from kerasgen.pictures.curves import curves
from kerasgen.warned import warn

ARGUMENTS = ("split", "batch_size", "cache", "verbose", "given")  # of `evaluate`
FITTING = {1: "fashion_mnist", 3: "cifar10"}  # by channels, in place of Inception


class Evaluate(keras.callbacks.Callback):
    """Adds FID and other numbers to the logs of every n-th epoch.

    Their names, `fid_<extractor>_<num_samples>` and so on, are in the logs of every
    epoch: measured after the first and every n-th one, the last number in between. Put
    it before `ModelCheckpoint`, `EarlyStopping`, `ReduceLROnPlateau` or `CSVLogger` in
    the list, and they can watch them; their `patience` counts epochs, so that less than
    `every` waits for no measurement. Where the model keeps an average of the network
    that makes samples, that one is measured.

    Args:
        real: Real samples, as for `kerasgen.metrics.evaluate`; for a translator what
            `kerasgen.data.load_pairs` returned, such as the split `"test"`: its
            translations of one domain are measured against the other.
        metrics: As for `kerasgen.metrics.evaluate`; of a translator and pairs also
            `"l1"`, `"psnr"` and `"ssim"`.
        every: Measure after every so many epochs.
        num_samples: Samples to draw each time.
        extractor: As for `kerasgen.metrics.evaluate`; needed for anything but images.
            None takes `"inception"`, and where its weights cannot be downloaded, with a
            warning, `"fashion_mnist"` for gray images and `"cifar10"` for color: such
            numbers compare one epoch with another, and with nothing else.
        seed: Integer that fixes latents, labels and subsets, the same each time.
        folder: Where to write `evaluation.json`, the numbers of all epochs, and
            `evaluation.png`, their curves; None writes nothing. A training that goes
            on finds the earlier epochs there.
        **arguments: `split`, `batch_size`, `cache`, `verbose`, `given`, `nonnegative`,
            `image_size` and `channels`, as for `kerasgen.metrics.evaluate`.

    Attributes:
        history: List of `{"epoch": 1, "fid_cifar10_5000": 31.4, ...}`, a row for each
            measurement.

    Raises:
        ValueError: If an argument is out of range. At the start of training, if the
            real samples do not fit the extractor or the model, or no extractor is
            given for samples that are no images.
        OSError: At the start of training, if the folder cannot be written to.

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
        check_positive(every=every, num_samples=num_samples)
        check_seeds(seed=seed)
        check_paths(folder="." if folder is None else folder)
        for argument in arguments:
            check_one_of(ARGUMENTS, argument=argument)
        self.real = real
        self.metrics = metrics
        self.every = every
        self.num_samples = num_samples
        self.extractor = extractor
        self.seed = seed
        self.folder = None if folder is None else pathlib.Path(folder).expanduser()
        self.arguments = arguments
        self.history = []
        self.evaluator = None

    def on_train_begin(self, logs=None):
        # Better now than after an epoch: whatever is wrong, and what is done only once.
        if not hasattr(self.model, "generate"):
            raise ValueError(
                "Evaluate needs a model with `generate`. "
                f"Received: a {type(self.model).__name__}"
            )
        if self.folder is not None:
            writable_folder(self.folder)
        if self.evaluator is None:
            self.evaluator = self._make_evaluator()
        if isinstance(self.evaluator, TranslationEvaluator):
            self.num_samples = self.evaluator.count(self.num_samples)
        self.evaluator.prepare(self.model, self.num_samples)
        self._continues = None
        self._numbers = None

    def on_epoch_begin(self, epoch, logs=None):
        if self._continues is None:
            self._continues = epoch
            names = {"epoch", *self.evaluator.names(self.num_samples)}
            earlier = self.history or _read(self._path("json"))
            self.history = [
                row for row in earlier if set(row) == names and row["epoch"] <= epoch
            ]

    def on_epoch_end(self, epoch, logs=None):
        # Never NaN, which is the best value for ever to callbacks that watch.
        if self._numbers is None or (epoch + 1) % self.every == 0:
            self._numbers = dict(self.evaluator(self.model, self.num_samples))
            self.history.append({"epoch": epoch + 1, **self._numbers})
            self._write()
        if logs is not None:
            logs.update(self._numbers)

    def _make_evaluator(self):
        arguments = {"verbose": 0, **self.arguments}
        of_two = isinstance(getattr(self.real, "kind", None), Pair)
        make = functools.partial(
            TranslationEvaluator if of_two else Evaluator,
            self.real,
            self.metrics,
            seed=self.seed,
            **arguments,
        )
        if self.extractor is not None:
            return make(extractor=self.extractor)
        if of_two and set(self.metrics) <= set(OF_PAIRS):
            return make()
        kind = getattr(self.model, "sampled_kind", None)
        if not isinstance(kind, Images):
            noun = kind.noun if kind else "a model that does not say its `sampled_kind`"
            raise ValueError(
                f"kerasgen has no extractor for {noun}: pass `extractor=` a "
                f"kerasgen.metrics.Extractor of a network for them, with kind={kind}. "
                "Received: extractor=None"
            )
        try:
            return make(extractor="inception")
        except ConnectionError as error:
            name = FITTING.get(kind.shape[-1], "cifar10")
            warn(
                f"FID and IS are those of Inception, whose weights are not here: "
                f"measuring with kerasgen's own extractor {name!r} instead. Its "
                "numbers compare epochs and models of kerasgen with one another, "
                f"never with published ones. ({error})",
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
    """The history of an earlier training: rows that can be read."""
    if path is None or not path.exists():
        return []
    try:
        rows = json.loads(path.read_text("utf-8"))
    except ValueError:
        return []
    rows = rows if isinstance(rows, list) else []
    return [row for row in rows if isinstance(row, dict) and _is_measured(row)]


def _is_measured(row):
    return all(isinstance(value, int | float) for value in row.values())
