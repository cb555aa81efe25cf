"""Watches a model learn: samples of the same inputs, drawn again and again."""

import json
import pathlib
import re

import keras
import numpy as np

from kerasgen.arguments import (
    check_flags,
    check_one_of,
    check_paths,
    check_positive,
    check_seeds,
)
from kerasgen.engine import GenerativeModel
from kerasgen.files import replacing, writable_folder
from kerasgen.inputs import Given
from kerasgen.kinds import Pair
from kerasgen.pictures import save_animation, save_image
from kerasgen.warned import warn

SAMPLES = 64
FRAMES = 200  # of the animation
RECORD = "pictures.json"  # which pictures of the folder are those of one training


class SampleGrid(keras.callbacks.Callback):
    """Writes a picture of samples from fixed inputs while a model trains.

    Files are `epoch_0001.png`, or `step_0000100.png` where steps are counted, and at
    the end of training `training.gif`, the pictures of this training one after the
    other, those from before it was resumed among them: `pictures.json` says which they
    are. Each file appears whole: it is written under another name and renamed.

    Args:
        folder: Where to write; made if it is missing. Pictures that an earlier
            training left there stay, unless they have the name of a new one.
        every: Write a picture every so many epochs or steps, at least 1.
        unit: `"epoch"` or `"step"` (a batch of `fit`).
        n: Number of samples in a picture; None takes 64, or as many as are given.
        seed: Integer that fixes latents; the same on every backend.
        columns: Samples in a row; None makes the picture as square as can be.
        animation: Whether to write `training.gif`. It keeps at most 200 pictures,
            evenly spread.
        **given: As for the model's `generate`: `images=photos` for a model that
            translates them, which are then seen beside what it makes of them;
            `labels=3` or `codes=...` that stay.

    Raises:
        ValueError: If an argument is out of range. At the start of training, when the
            picture is drawn once to see whether it can be, if the model does not take
            what is given, or needs something that is not.
        OSError: At the start of training, if the folder cannot be written to.

    Example:

    ```py
    model.fit(images, epochs=10, callbacks=[kerasgen.callbacks.SampleGrid("samples")])
    ```
    """

    def __init__(
        self,
        folder,
        every=1,
        unit="epoch",
        n=None,
        seed=0,
        columns=None,
        animation=True,
        **given,
    ):
        super().__init__()
        check_positive(
            every=every,
            n=SAMPLES if n is None else n,
            columns=1 if columns is None else columns,
        )
        check_one_of(("epoch", "step"), unit=unit)
        check_seeds(seed=seed)
        check_flags(animation=animation)
        check_paths(folder=folder)
        self.folder = pathlib.Path(folder).expanduser()
        self.every = every
        self.unit = unit
        self.n = n
        self.seed = seed
        self.columns = columns
        self.animation = animation
        self.given = given
        self.steps = 0
        # Counting alone need not make Keras wait for each batch's logs.
        self.async_safe = unit == "epoch"

    def on_train_begin(self, logs=None):
        # Better now than after an epoch: whatever cannot be drawn or written.
        if not isinstance(self.model, GenerativeModel):
            raise ValueError(
                "SampleGrid needs a model of kerasgen, which says what its samples "
                f"are. Received: a {type(self.model).__name__}"
            )
        self._count = self.n or self._given_number() or SAMPLES
        self.picture()
        writable_folder(self.folder)
        self.steps = int(self.model.global_step.numpy())
        self._record = None

    def on_epoch_begin(self, epoch, logs=None):
        if self._record is None:
            begun = self.steps if self.unit == "step" else epoch
            training = self.model.training_id
            self._record = _Record(self.folder, self.unit, training, begun)

    def on_train_batch_end(self, batch, logs=None):
        self.steps += 1
        if self.unit == "step" and self.steps % self.every == 0:
            self._write(f"step_{self.steps:07d}.png")

    def on_epoch_end(self, epoch, logs=None):
        if self.unit == "epoch" and (epoch + 1) % self.every == 0:
            self._write(f"epoch_{epoch + 1:04d}.png")

    def on_train_end(self, logs=None):
        names = self._record.names if self.animation and self._record else []
        chosen = np.linspace(0, len(names) - 1, min(len(names), FRAMES))
        frames = [_read(self.folder / names[int(i)]) for i in chosen]
        frames = [frame for frame in frames if frame is not None]
        frames = [frame for frame in frames if frame.shape == frames[-1].shape]
        if len(frames) > 1:
            save_animation(self.folder / "training.gif", frames)

    def picture(self):
        """What the model makes now, uint8 `(height, width, 1 or 3)`."""
        given = {"seed": self.seed, "columns": self.columns, **self.given}
        return picture_of(self.model, self._count, **given)

    def _write(self, name):
        save_image(self.folder / name, self.picture())
        if self.animation:
            self._record.add(name)

    def _given_number(self):
        """How many samples the values that are given stand for, if they say it."""
        counts = [
            each.count(self.given[each.name])
            for each in self.model.inputs
            if self.given.get(each.name) is not None
        ]
        return next((count for count in counts if count is not None), None)


class _Record:
    """The names of the pictures of one training, in a file beside them.

    Args:
        folder: Where they are.
        unit: Whose pictures: `"epoch"` or `"step"`.
        training: What tells this training from others.
        begun: How many epochs or steps it has behind it. 0 begins a new record; else
            that of the same training, up to there, goes on.
    """

    def __init__(self, folder, unit, training, begun):
        self.path = folder / RECORD
        self.training = training
        self.names = self._earlier(unit, begun) if begun else []

    def add(self, name):
        self.names.append(name)
        record = {"training": self.training, "pictures": self.names}
        with replacing(self.path) as temporary:
            temporary.write_text(json.dumps(record, indent=1) + "\n", "utf-8")

    def _earlier(self, unit, begun):
        try:
            record = json.loads(self.path.read_text("utf-8"))
            ours = record["training"] == self.training
            names = record["pictures"] if ours else []
            found = [re.fullmatch(rf"{unit}_(\d+)\.png", name) for name in names]
        except (OSError, ValueError, KeyError, TypeError):  # none, or no record of ours
            return []
        return [name[0] for name in found if name and int(name[1]) <= begun]


def picture_of(model, n, seed=0, columns=None, **given):
    """Samples of a model in one picture, each beside what was given for it.

    Args:
        model: A model of kerasgen.
        n: How many.
        seed: Integer that fixes latents.
        columns: Samples in a row.
        **given: As for the model's `generate`.

    Returns:
        uint8 array `(height, width, 1 or 3)`.
    """
    kind, samples = model.sampled_kind, model.generate(n, seed=seed, verbose=0, **given)
    for each in model.inputs:
        if isinstance(each, Given):
            start = each.check(given[each.name], n)
            kind, samples = Pair(each.kind, kind), (each.kind.as_data(start), samples)
    return kind.picture(samples, columns)


def _read(path):
    """The pixels of a picture, None with a warning where they cannot be read."""
    from PIL import Image

    try:
        with Image.open(path) as picture:
            image = np.asarray(picture)
    except (OSError, SyntaxError, ValueError) as error:  # Pillow raises all of them
        warn(
            f"{path} cannot be read and is left out of the animation: {error}",
        )
        return None
    return image[..., None] if image.ndim == 2 else image
