"""What a network gave of samples it has seen, for several passes over the same ones."""

import hashlib

import numpy as np


class Remembered:
    """A function of batches that is called with no sample twice.

    Args:
        run: Maps an array `(batch, ...)` to a dictionary of arrays `(batch, ...)`, each
            sample by itself.
    """

    def __init__(self, run):
        self.run = run
        self._known = {}

    def __call__(self, batch):
        keys = [hashlib.blake2b(sample.tobytes()).digest() for sample in batch]
        places = {key: i for i, key in enumerate(keys) if key not in self._known}
        if places:
            self._look(batch, places)
        rows = [self._known[key] for key in keys]
        return {name: np.stack([row[name] for row in rows]) for name in rows[0]}

    def _look(self, batch, places):
        """Sees to the samples at some places, in a batch of the same size."""
        new = np.resize(list(places.values()), len(batch))
        outputs = self.run(batch[new])
        for i, key in enumerate(places):
            self._known[key] = {name: values[i] for name, values in outputs.items()}
