"""Watches a translator learn: input, output, and what there is to compare."""

import numpy as np

from kerasgen.arguments import check_flags, check_one_of, check_positive
from kerasgen.callbacks.sample_grid import SampleGrid
from kerasgen.data import Dataset, load_pairs
from kerasgen.data.order import evenly_spaced
from kerasgen.kinds import Pair
from kerasgen.pictures import image_grid, side_by_side


class TranslationGrid(SampleGrid):
    """Writes a picture of a few samples and their translations while a model trains.

    Each sample stands in a row: what the model is given, what it makes of that, and
    beside it the target, where samples are pairs, or else the way back to the domain it
    came from. A model of both ways shows both, one below the other. Files are those of
    `SampleGrid`.

    Args:
        folder: Where to write; made if it is missing.
        samples: Both domains: what `kerasgen.data.load_pairs` takes or returns, such as
            its split `"test"`.
        to: `"A"` or `"B"`, the domain to arrive at; None for all that the model can.
        n: Samples of each domain, spread evenly over the set.
        paired: Whether samples are pairs; None asks a data set, and takes arrays for
            pairs where the model knows one way alone.
        **arguments: `every`, `unit`, `seed`, `columns` and `animation`, as for
            `SampleGrid`; a column is a row of pictures here, and None makes one.

    Raises:
        ValueError: If an argument is out of range. At the start of training, if the
            model translates nothing, or other samples.
        OSError: At the start of training, if the folder cannot be written to.

    Example:

    ```py
    watch = kerasgen.callbacks.TranslationGrid("pictures", test)
    model.fit(train, epochs=10, callbacks=[watch])
    ```
    """

    def __init__(self, folder, samples, to=None, n=8, paired=None, **arguments):
        super().__init__(folder, n=n, **arguments)
        check_one_of(("A", "B", None), to=to)
        check_flags(paired=paired)
        self.samples, found = _first(samples, n)
        self.to = to
        self.paired = found if paired is None else paired

    def picture(self):
        return triptychs(
            self.model, self.samples, self.to, self.paired, self.seed, self.columns or 1
        )


def triptychs(model, samples, to=None, paired=None, seed=0, columns=1):
    """Samples, translations and what to compare them with, in one picture.

    Args:
        model: A translator of `kerasgen.models`.
        samples: `(a, b)`, arrays of both domains.
        to, paired: As for `TranslationGrid`.
        seed: Integer that fixes the noise inside a network that has some.
        columns: Rows of three pictures beside one another.

    Returns:
        uint8 array `(height, width, 1 or 3)`.

    Raises:
        ValueError: If the model does not translate such samples.
    """
    if not hasattr(model, "routes"):
        raise ValueError(
            "Only a model that translates has translations to show. "
            f"Received: a {type(model).__name__}"
        )
    routes = model.routes()
    paired = len(routes) == 1 if paired is None else paired
    ways = list(routes) if to is None else [to]
    rows = [_triptych(model, samples, way, paired, seed) for way in ways]
    height, width, channels = (max(row.shape[i] for row in rows) for i in (1, 2, 3))
    return image_grid(
        np.concatenate([_on_white(row, height, width, channels) for row in rows]),
        columns,
        padding=4,
    )


def _triptych(model, samples, to, paired, seed):
    """Views of each sample beside its translation and a third picture."""
    _, source, target = model.route(to)
    a, b = samples
    given, wanted = (a, b) if to == "B" else (b, a)
    ask = {"seed": seed, "verbose": 0}
    made = model.translate(given, to, **ask)
    row = side_by_side(source.views(source.as_data(given)), target.views(made))
    back = "A" if to == "B" else "B"
    if paired:
        return side_by_side(row, target.views(target.as_data(wanted)))
    if back in model.routes():
        return side_by_side(row, source.views(model.translate(made, back, **ask)))
    return row


def _first(samples, n):
    """Samples of both domains, and whether they are pairs; None if nothing says it."""
    check_positive(n=n)
    known = isinstance(samples, Dataset)
    domains = samples if known else load_pairs(samples, split="test", shuffle=False)
    if not isinstance(domains.kind, Pair):
        raise ValueError(
            "`samples` must be of two domains. "
            f"Received: samples of kind {domains.kind}"
        )
    rows = evenly_spaced(min(map(len, domains.samples)), n)
    chosen = tuple(domain.get(rows) for domain in domains.samples)
    return chosen, domains.paired if known else None


def _on_white(pictures, height, width, channels):
    """Pictures of one size and number of channels, white where there was nothing."""
    below, beside = height - pictures.shape[1], width - pictures.shape[2]
    margin = ((0, 0), (0, below), (0, beside), (0, 0))
    pictures = np.pad(pictures, margin, constant_values=255)
    return np.broadcast_to(pictures, (*pictures.shape[:3], channels))
