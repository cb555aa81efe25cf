"""Watches an autoencoder learn: what it makes of the same samples."""

import numpy as np

from kerasgen.arguments import as_array
from kerasgen.callbacks.sample_grid import SampleGrid
from kerasgen.kinds import Pair


class ReconstructionGrid(SampleGrid):
    """Writes a picture of samples beside their reconstructions while a model trains.

    Files are those of `SampleGrid`: give each a folder of its own.

    Args:
        folder: Where to write; made if it is missing.
        samples: Array `(n, ...)` of the model's kind, such as a few test images; of
            the first domain, where it has two.
        labels: Of a model with labels, as for its `encode`.
        every, unit, animation: As for `SampleGrid`.
        columns: Pairs in a row; None makes the picture as square as can be.

    Raises:
        ValueError: If an argument is out of range. At the start of training, if the
            model reconstructs nothing, or samples or labels are not its own.
        OSError: At the start of training, if the folder cannot be written to.

    Example:

    ```py
    grid = kerasgen.callbacks.ReconstructionGrid("reconstructions", images[:32])
    model.fit(images, epochs=10, callbacks=[grid])
    ```
    """

    def __init__(
        self,
        folder,
        samples,
        labels=None,
        every=1,
        unit="epoch",
        columns=None,
        animation=True,
    ):
        self.samples = as_array("samples", samples)
        self.labels = labels
        n = len(np.atleast_1d(self.samples))
        super().__init__(folder, every, unit, n, 0, columns, animation)

    def on_train_begin(self, logs=None):
        if not hasattr(self.model, "reconstruct"):
            raise ValueError(
                "ReconstructionGrid needs a model with an encoder and a decoder. "
                f"Received: a {type(self.model).__name__}"
            )
        super().on_train_begin(logs)

    def picture(self):
        """Samples beside their reconstructions, uint8 `(height, width, 1 or 3)`."""
        kind = self.model.sampled_kind
        beside = {} if self.labels is None else {"labels": self.labels}
        again = self.model.reconstruct(self.samples, **beside, verbose=0)
        pairs = kind.as_data(self.samples), again
        return Pair(kind, kind).picture(pairs, self.columns)
