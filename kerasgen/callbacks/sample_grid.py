"""Watches a model learn: the same latents, drawn again and again."""

import pathlib

import keras
import numpy as np

from kerasgen.pictures import image_grid, save_animation, save_image


class SampleGrid(keras.callbacks.Callback):
    """Writes a grid of samples from fixed latents while a model trains.

    Files are `epoch_0001.png`, or `step_0000100.png` where steps are counted, and at
    the end of training `training.gif`, the grids one after the other. Each file
    appears whole: it is written under another name and renamed.

    Args:
        folder: Where to write; made if it is missing.
        every: Write a grid every so many epochs or steps, at least 1.
        unit: `"epoch"` or `"step"` (a batch of `fit`).
        n: Number of samples in a grid.
        seed: Integer that fixes the latents; the same on every backend.
        columns: Samples in a row; None makes the grid as square as can be.
        animation: Whether to write `training.gif`. It keeps at most 200 grids, evenly
            spread.

    Raises:
        ValueError: If an argument is out of range.
        OSError: At the start of training, if the folder cannot be written to.

    Example:

    ```python
    model.fit(images, epochs=10, callbacks=[kerasgen.callbacks.SampleGrid("samples")])
    ```
    """

    def __init__(
        self,
        folder,
        every=1,
        unit="epoch",
        n=64,
        seed=0,
        columns=None,
        animation=True,
    ):
        super().__init__()
        for name, value in (("every", every), ("n", n)):
            if not isinstance(value, int) or value < 1:
                raise ValueError(
                    f"`{name}` must be a positive integer. Received: {name}={value}"
                )
        if unit not in ("epoch", "step"):
            raise ValueError(
                f"`unit` must be 'epoch' or 'step'. Received: unit={unit!r}"
            )
        self.folder = pathlib.Path(folder)
        self.every = every
        self.unit = unit
        self.n = n
        self.seed = seed
        self.columns = columns
        self.animation = animation
        self.steps = 0
        # Counting alone need not make Keras wait for each batch's logs.
        self.async_safe = unit == "epoch"

    def on_train_begin(self, logs=None):
        self.folder.mkdir(parents=True, exist_ok=True)
        probe = self.folder / ".writable"
        probe.touch()  # better now than after an epoch
        probe.unlink()

    def on_train_batch_end(self, batch, logs=None):
        self.steps += 1
        if self.unit == "step" and self.steps % self.every == 0:
            self._write(f"step_{self.steps:07d}.png")

    def on_epoch_end(self, epoch, logs=None):
        if self.unit == "epoch" and (epoch + 1) % self.every == 0:
            self._write(f"epoch_{epoch + 1:04d}.png")

    def on_train_end(self, logs=None):
        pictures = sorted(self.folder.glob(f"{self.unit}_*.png"))
        if self.animation and len(pictures) > 1:
            chosen = np.linspace(0, len(pictures) - 1, min(len(pictures), 200))
            frames = [_read(pictures[int(i)]) for i in chosen]
            frames = [f for f in frames if f.shape == frames[-1].shape]
            save_animation(self.folder / "training.gif", frames)

    def _write(self, name):
        samples = self.model.generate(self.n, seed=self.seed, verbose=0)
        save_image(self.folder / name, image_grid(samples, self.columns))


def _read(path):
    from PIL import Image

    with Image.open(path) as picture:
        image = np.asarray(picture)
    return image[..., None] if image.ndim == 2 else image
