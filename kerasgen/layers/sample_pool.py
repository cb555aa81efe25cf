"""A memory of generated samples, for a discriminator that must not forget."""

import keras
from keras import ops

from kerasgen.arguments import check_positive, check_training_seeds
from kerasgen.engine import between_devices
from kerasgen.registered import registered


@registered
class SamplePool(keras.layers.Layer):
    """Swaps, with probability one half, new samples for earlier ones.

    Until `capacity` samples have gone in, all pass and are stored. After that each
    sample of a batch either passes, or goes into the pool in place of a random earlier
    one, which comes out. Of several devices each has a pool of its own.

    Args:
        capacity: Number of samples in the pool, at least 1; 50 in the second paper.
        seed: Integer, seed of the choices.

    Call arguments:
        inputs: Tensor `(batch, ...)`, or a dictionary of such, swapped together.

    Returns:
        The same structure and shapes.

    Raises:
        ValueError: If `capacity` is not a positive integer.

    Reference:
        Shrivastava et al., 2017, arXiv:1612.07828, section 2.3; in the form and with
        the 50 samples of Zhu et al., 2017, arXiv:1703.10593, section 4.

    Differences:
        The samples of one batch choose at once: where two choose the same place, both
        are swapped for the one in it and the last of them is stored.
    """

    # As a view of a GAN: see `kerasgen.adversarial.views`.
    sides = ("fake",)
    turns = ("discriminator",)
    whole = True

    def __init__(self, capacity=50, seed=None, **kwargs):
        super().__init__(**kwargs)
        check_positive(capacity=capacity)
        self.capacity = capacity
        self.seed = seed
        check_training_seeds(seed=seed)
        self.seed_generator = keras.random.SeedGenerator(seed)

    def build(self, input_shape):
        shapes = input_shape if isinstance(input_shape, dict) else {"": input_shape}
        self.places = [
            self.add_weight(
                name=f"pool_{name}",
                shape=(self.capacity, *shapes[name][1:]),
                initializer="zeros",
                trainable=False,
                autocast=False,  # on PyTorch an autocast variable cannot be assigned
            )
            for name in sorted(shapes)  # the order of `keras.tree.flatten`
        ]
        self.stored = self.add_weight(
            name="stored", shape=(), initializer="zeros", dtype="int32", trainable=False
        )
        for variable in (*self.places, self.stored):
            between_devices("own", variable)
        self.built = True

    def call(self, inputs):
        leaves = keras.tree.flatten(inputs)
        n = ops.shape(leaves[0])[0]
        order = ops.arange(n, dtype="int32")
        chosen = keras.random.randint(
            (n,), 0, self.capacity, dtype="int32", seed=self.seed_generator
        )
        heads = keras.random.uniform((n,), seed=self.seed_generator) < 0.5
        free = self.stored + order < self.capacity
        place = ops.where(free, self.stored + order, chosen)
        # Only a place that was taken before this batch has something to give back.
        swapped = ops.logical_and(heads, chosen < self.stored)
        swapped = ops.logical_and(swapped, ops.logical_not(free))
        written = ops.logical_or(free, swapped)
        # The last sample written to the place of each, from 1 on; 0 where there is
        # none. Samples of one place then agree about what is left there.
        same = ops.logical_and(place[:, None] == place, written)  # (batch, batch)
        writer = ops.max(ops.where(same, order + 1, 0), axis=1)
        source = ops.maximum(writer - 1, 0)
        outputs = []
        for leaf, pool in zip(leaves, self.places, strict=True):
            earlier = ops.take(pool.value, place, axis=0)
            outputs.append(_where(swapped, ops.cast(earlier, leaf.dtype), leaf))
            new = ops.cast(ops.take(leaf, source, axis=0), pool.dtype)
            left = _where(writer > 0, new, earlier)
            pool.assign(ops.scatter_update(pool.value, place[:, None], left))
        self.stored.assign(ops.minimum(self.stored + n, self.capacity))
        return keras.tree.pack_sequence_as(inputs, outputs)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "capacity": self.capacity, "seed": self.seed}


def _where(condition, a, b):
    """`ops.where` of one condition for each sample."""
    shape = (-1,) + (1,) * (len(a.shape) - 1)
    return ops.where(ops.reshape(condition, shape), a, b)
