"""A distribution of tiny images that is a table: all of it can be compared."""

import numpy as np

from kerasgen.arguments import check_positive, check_seeds

STRENGTH = 1.5  # of the couplings, in nats: far from even, and no pixel is certain


class PixelTable:
    """Every black and white image of a few pixels, and how likely it is.

    The logarithm of a probability is, but for a constant, a random quadratic form of
    the pixels: each one is coupled to each other one, to those far off in raster order
    as well, so that a model that cannot see a pixel cannot learn the table.

    Args:
        side: Pixels of a side, 2 or 3: 16 or 512 images.
        seed: Of the couplings.

    Attributes:
        images: uint8 `(2 ** side**2, side, side, 1)`, of 0 and 255.
        probs: `(2 ** side**2,)`, float64; they sum to one.

    Raises:
        ValueError: If the side is another.

    Example:

    ```python
    table = kerasgen.games.PixelTable()
    model = kerasgen.models.PixelCNN((3, 3, 1), filters=8, blocks=1)
    model.compile()
    table.teach(model, steps=10)
    table.divergence(model)  # in nats; the 512 probabilities of the model sum to one
    ```
    """

    def __init__(self, side=3, seed=0):
        check_positive(side=side)
        check_seeds(seed=seed)
        if side not in (2, 3):
            raise ValueError(
                f"`side` must be 2 or 3: 4 has 65,536 images. Received: side={side}"
            )
        count = side**2
        bits = (np.arange(2**count)[:, None] >> np.arange(count)) & 1
        spins = 2.0 * bits - 1.0
        couplings = np.random.default_rng(seed).normal(size=(count, count))
        energy = np.einsum("ni,ij,nj->n", spins, couplings, spins) / count
        likely = np.exp(STRENGTH * energy)
        self.probs = likely / likely.sum()
        self.images = (255 * bits).astype("uint8").reshape(-1, side, side, 1)

    @property
    def entropy(self):
        """In nats: the least that a model's mean `-log p(x)` can be."""
        return float(-np.sum(self.probs * np.log(self.probs)))

    def teach(self, model, steps=500):
        """Trains a compiled model on the whole table at once: no sample is drawn.

        Args:
            model: Of images of this size, by `fit` with weights.
            steps: How many updates.
        """
        check_positive(steps=steps)
        n = len(self.images)
        weights = (n * self.probs).astype("float32")
        model.fit(
            np.tile(self.images, (steps, 1, 1, 1)),
            sample_weight=np.tile(weights, steps),
            batch_size=n,
            shuffle=False,
            verbose=0,
        )

    def divergence(self, model):
        """`KL(table || model)`, in nats.

        Args:
            model: Has `log_prob`.
        """
        log_prob = model.log_prob(self.images, batch_size=len(self.images))
        return float(np.sum(self.probs * (np.log(self.probs) - log_prob)))
