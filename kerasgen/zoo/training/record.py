"""What is kept of a training while it runs: its checkpoint and `training.json`."""

import dataclasses
import json
import os
import pathlib
import reprlib
import time

import keras
import numpy as np

from kerasgen._version import __version__
from kerasgen.files import replacing, writable_folder
from kerasgen.zoo.info import read_json
from kerasgen.zoo.training.recipe import Recipe

TRAINING = "training.json"
CHECKPOINT = "checkpoint.keras"
PROBES = 16  # samples by which a data set is told from another one
TOLERANCE = 0.02  # of the largest of their means


@dataclasses.dataclass
class Record:
    """What `training.json` holds.

    Args:
        recipe: `Recipe.to_dict()`.
        data: Name of the data.
        backends: Names of those that trained, in their order.
        history: Logs of the epochs.
        samples: How many the data has, None where it does not say.
        probe: Means of a few of them, see `probe_of`; None where there are none.
        chosen_epoch: None until the training has ended.
    """

    recipe: dict
    data: str
    backends: list
    history: list
    samples: int | None = None
    probe: list | None = None
    chosen_epoch: int | None = None

    def go_on_with(self, dataset):
        """Takes down what the training learns from.

        Raises:
            ValueError: If it is other data than that of the epochs before.
        """
        samples, probe = _count(dataset), probe_of(dataset)
        if self.samples not in (None, samples) or not _alike(self.probe, probe):
            raise ValueError(
                "`output` holds a training on other data, of "
                f"{self.samples} samples: choose another folder. "
                f"Received: data={self.data!r} of {samples} samples"
                f"{', which are others' if samples == self.samples else ''}"
            )
        self.samples, self.probe = samples, probe

    def write(self, path):
        values = {
            "backend": ", ".join(self.backends),
            "seed": self.recipe["seed"],
            "epochs": len(self.history),
            "chosen_epoch": self.chosen_epoch,
            "seconds": round(sum(epoch["seconds"] for epoch in self.history), 1),
            "data": self.data,
            "samples": self.samples,
            "probe": self.probe,
            "kerasgen": __version__,
            "keras": keras.__version__,
            "cores": _cores(),
            "recipe": self.recipe,
            "history": self.history,
        }
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(values, indent=2) + "\n", "utf-8")


class Checkpoint(keras.callbacks.Callback):
    """Keeps the last epoch's model and the record of the training."""

    def __init__(self, path, record, record_path):
        super().__init__()
        self.path = path
        self.record = record
        self.record_path = record_path

    def on_train_begin(self, logs=None):
        for path in (self.path, self.record_path):
            writable_folder(path.parent)

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
        self.model.save(self.path)


def record_of(recipe, data, output):
    """The record of the training that `output` holds, or a new one."""
    values = recipe.to_dict()
    name = _data_name(recipe.data if data is None else data)
    if not (output / "progress" / CHECKPOINT).exists():
        if (output / "manifest.json").exists():
            raise ValueError(
                "`output` holds a finished model and no checkpoint to go on from; "
                f"choose another folder. Received: output={str(output)!r}"
            )
        return Record(values, name, [], [])
    before = _earlier(output / TRAINING)
    changed = recipe.differences(Recipe.of_run(before["recipe"]))
    if changed:
        raise ValueError(
            "`output` holds the training of another recipe "
            f"({'; '.join(changed)}); choose another folder. "
            f"Received: output={str(output)!r}"
        )
    return Record(
        values,
        name,
        before["backend"].split(", "),
        before["history"],
        before.get("samples"),
        before.get("probe"),
    )


def _count(dataset):
    """How many samples the data has, however often an epoch shows them."""
    samples = getattr(dataset, "samples", None)
    if samples is None:
        return getattr(dataset, "num_samples", None)
    return max(map(len, samples if isinstance(samples, tuple) else (samples,)))


def probe_of(dataset):
    """Means of a few samples and of all labels, by which data is told from other data.

    Means alone, since another machine decodes and resizes pictures a little otherwise.
    """
    samples = getattr(dataset, "samples", None)
    if samples is None:
        return None
    means = []
    for domain in samples if isinstance(samples, tuple) else (samples,):
        rows = np.linspace(0, len(domain) - 1, PROBES).astype(int)
        means += [float(np.mean(each, dtype="float64")) for each in domain.get(rows)]
    if dataset.labels is not None:
        means.append(float(np.mean(dataset.labels)))
    return [float(f"{mean:.6g}") for mean in means]


def _alike(before, now):
    """Whether two probes may be of the same data; an old record has none."""
    if before is None or now is None:
        return True
    if len(before) != len(now):
        return False
    within = TOLERANCE * max(map(abs, before))
    return bool(np.allclose(before, now, rtol=0.0, atol=within))


def _earlier(path):
    """What the record of an interrupted training says."""
    before = read_json(path)
    history = before.get("history")
    rules = {
        "recipe": isinstance(before.get("recipe"), dict),
        "backend": isinstance(before.get("backend"), str),
        "history": isinstance(history, list) and all(map(_is_epoch, history)),
        "probe": _holds_numbers(before.get("probe") or []),
    }
    for name, holds in rules.items():
        if not holds:
            raise ValueError(
                f"{path} must be the record of the training whose checkpoint lies "
                "beside it: restore it, or choose another folder. "
                f"Received: {name}={reprlib.repr(before.get(name))}"
            )
    return before


def _is_epoch(logs):
    is_logs = isinstance(logs, dict) and "seconds" in logs
    return is_logs and _holds_numbers([*logs.values()])


def _holds_numbers(values):
    return isinstance(values, list) and all(isinstance(v, int | float) for v in values)


def _data_name(data):
    """A name or path without its folder: where data lies says nothing about it."""
    if isinstance(data, (str, os.PathLike)):
        return pathlib.Path(data).name
    return type(data).__name__


def _cores():
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count()
