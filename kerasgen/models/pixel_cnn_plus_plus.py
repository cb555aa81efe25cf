"""PixelCNN++ (Salimans, Karpathy, Chen and Kingma, 2017)."""

import math

import keras
from keras import ops

from kerasgen.arguments import check_counts, check_fractions, check_positive
from kerasgen.autoregressive import PixelModel, PixelNetwork
from kerasgen.autoregressive.network import shifted_down
from kerasgen.autoregressive.streams import PixelStream, RowStream
from kerasgen.inputs import Labels
from kerasgen.kinds import Images
from kerasgen.layers import ShiftedConv2D
from kerasgen.losses import LogisticMixture
from kerasgen.networks import check_image_shape
from kerasgen.registered import registered


@registered
class PixelCNNPlusPlus(PixelModel):
    """A PixelCNN of whole pixels, whose 256 levels are bins of a mixture of logistics.

        p(x) = prod over pixels of sum over k of pi_k prod over colors of P(x_c | k)

    One stream of layers knows all rows above a pixel, another one also what is to the
    left of it. Both go down to a quarter of the resolution and up again, with shortcuts
    between what is of one size, through shifted convolutions, which see no pixel that
    comes later. The colors of a pixel depend on one another through the mixture alone:
    see `kerasgen.losses.LogisticMixture`.

    Everything else is as for `PixelCNN`: `log_prob` is exact, `fit` logs nats and bits.
    All colors of a pixel are drawn from one evaluation of the network, which costs the
    work of a pixel; a coarser resolution is evaluated at every second one of every
    second row.

    Args:
        image_shape: `(height, width, channels)`, sides multiples of `2**halvings`.
        filters: Feature maps of both streams.
        blocks: Gated residual layers of each stream at each resolution, on the way
            down.
        halvings: How often the streams halve the resolution: 2 in the paper, from 32x32
            to 8x8.
        components: Logistics in the mixture.
        dropout: Rate inside of residual layers, in [0, 1).
        num_classes: Number of classes or attributes; None for a model without labels.
        class_names: What they are called, as for `CGAN`.
        seed: Seed of what training draws.

    Raises:
        ValueError: If an argument is out of range, or a side cannot be halved so often.

    Example:

    ```python
    model = kerasgen.models.PixelCNNPlusPlus((8, 8, 3), filters=4, blocks=1)
    model.compile()
    images = np.zeros((8, 8, 8, 3), "uint8")
    model.fit(images, batch_size=4, verbose=0)
    model.log_prob(images).shape  # (8,), in nats
    model.generate(2, seed=0).shape  # (2, 8, 8, 3)
    ```

    Reference:
        Salimans et al., 2017, arXiv:1701.05517, and the authors' code.

    Differences:
        Weights are normalized, but the first batch does not set their scales: at first
        these are what inputs of variance 1 ask for, 0.1 times as much before gates, so
        that training begins alike on every backend, on any data, and when it goes on.
        Images are shifted before the first convolutions, not what these make of them.
    """

    def __init__(
        self,
        image_shape=(32, 32, 3),
        filters=160,
        blocks=5,
        halvings=2,
        components=10,
        dropout=0.5,
        num_classes=None,
        class_names=None,
        seed=None,
        **kwargs,
    ):
        kind = Images(_halved_shape(image_shape, halvings))
        labels = [] if num_classes is None else [Labels(num_classes, names=class_names)]
        network = PixelCNNPlusPlusNetwork(
            kind.shape,
            filters,
            blocks,
            halvings,
            components,
            dropout,
            num_classes,
            seed,
        )
        likelihood = network.likelihood
        super().__init__(kind, tuple(labels), network, likelihood, seed=seed, **kwargs)
        self.filters = filters
        self.blocks = blocks
        self.halvings = halvings
        self.components = components
        self.dropout = dropout

    def default_optimizers(self):
        # The authors' code; the paper names the rate alone.
        falling = keras.optimizers.schedules.ExponentialDecay(1e-3, 1, 0.999995)
        return {"network": keras.optimizers.Adam(falling, beta_1=0.95, beta_2=0.9995)}

    def compile(self, optimizer=None, *, average=0.9995, **execution):
        """Prepares training.

        Args:
            optimizer: None for Adam of rate 1e-3, which falls by 5e-6 of it at each
                step, or any.
            average: As for `kerasgen.engine.GenerativeModel`; the paper's, of all
                weights.
            **execution: `run_eagerly`, `steps_per_execution`, `jit_compile`.
        """
        super().compile(optimizer, average=average, **execution)

    def get_config(self):
        labels = self.labels
        return {
            **super().get_config(),
            "filters": self.filters,
            "blocks": self.blocks,
            "halvings": self.halvings,
            "components": self.components,
            "dropout": self.dropout,
            "num_classes": labels and labels.size,
            "class_names": labels and labels.names,
        }


def _halved_shape(image_shape, halvings):
    """The shape, if both sides can be halved so often."""
    shape = check_image_shape(image_shape)
    check_counts(halvings=halvings)
    step = 2**halvings
    for side, size in zip(("height", "width"), shape, strict=False):
        below = size - size % step
        if below != size:
            near = " or ".join(str(n) for n in (below, below + step) if n)
            raise ValueError(
                f"Sides of `image_shape` must be multiples of {step}, to be halved "
                f"{halvings} times: make the {side} {near}. "
                f"Received: image_shape={shape}, halvings={halvings}"
            )
    return shape


@registered
class PixelCNNPlusPlusNetwork(PixelNetwork):
    """Figure 2: two streams through several resolutions.

    Args:
        image_shape: As for `PixelNetwork`.
        filters, blocks, halvings, components, dropout, num_classes, seed: As for
            `PixelCNNPlusPlus`.
    """

    sees_colors = False

    def __init__(
        self,
        image_shape,
        filters,
        blocks,
        halvings=2,
        components=10,
        dropout=0.5,
        num_classes=None,
        seed=None,
        **kwargs,
    ):
        super().__init__(image_shape, **kwargs)
        check_positive(filters=filters, blocks=blocks)
        check_fractions(dropout=dropout)
        self.likelihood = LogisticMixture(components)
        self.filters = filters
        self.num_blocks = blocks
        self.halvings = halvings
        self.dropout = dropout
        self.num_classes = num_classes
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.look_above = ShiftedConv2D(filters, (2, 3))
        self.look_beside = ShiftedConv2D(filters, (1, 3))
        self.look_left = ShiftedConv2D(filters, (2, 1), "right")
        arguments = (filters, blocks, halvings, dropout, num_classes)
        self.row_stream = RowStream(*arguments, self.seed_generator)
        self.pixel_stream = PixelStream(*arguments, self.seed_generator)
        shapes = self.likelihood.shapes(self.image_shape)
        self.shapes = {name: shape[2:] for name, shape in shapes.items()}
        self.last = ShiftedConv2D(sum(map(math.prod, self.shapes.values())), (1, 1))
        self.make(num_classes)

    def build_layers(self, shape):
        with_inside = (*shape[:-1], shape[-1] + 1)
        maps = (*shape[:-1], self.filters)
        self.look_above.build(with_inside)
        self.look_beside.build(with_inside)
        self.look_left.build(shape)
        for layer in (self.row_stream, self.pixel_stream, self.last):
            layer.build(maps)

    @property
    def readers(self):
        return [self.look_left]

    def call(self, inputs, training=False):
        images, *labels = inputs if isinstance(inputs, (tuple, list)) else [inputs]
        maps = self.rows(shifted_down(images), *labels, training=training)
        return self.pixels(images, maps, *labels, training=training)

    def rows(self, above, labels=None, training=False):
        # No level of a byte is 0 in [-1, 1]: zeros are outside of the image.
        inside = ops.cast(ops.not_equal(above[..., :1], 0.0), above.dtype)
        above = ops.concatenate([above, inside], axis=-1)
        u = self.look_above(above)
        beside = self.look_beside(above)
        return [beside, *self.row_stream(u, labels, training=training)]

    def pixels(self, images, maps, labels=None, training=False):
        beside, *maps = maps
        x = beside + self.look_left(images)
        x = self.last(ops.elu(self.pixel_stream(x, maps, labels, training=training)))
        parameters, start = {}, 0
        for name, shape in self.shapes.items():
            end = start + math.prod(shape)
            of_name = x[..., start:end]
            parameters[name] = ops.reshape(of_name, (-1, *x.shape[1:3], *shape))
            start = end
        return parameters

    def compute_output_shape(self, input_shape):
        shape = input_shape[0] if isinstance(input_shape[0], (tuple, list)) else None
        pixels = (shape or input_shape)[:-1]
        return {name: (*pixels, *shape) for name, shape in self.shapes.items()}

    def get_config(self):
        return {
            "image_shape": self.image_shape,
            "filters": self.filters,
            "blocks": self.num_blocks,
            "halvings": self.halvings,
            "components": self.likelihood.components,
            "dropout": self.dropout,
            "num_classes": self.num_classes,
            "seed": self.seed,
            "name": self.name,
        }
