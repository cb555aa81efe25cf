"""PixelCNN++ (Salimans, Karpathy, Chen and Kingma, 2017)."""

import itertools
import math

import keras
from keras import ops

from kerasgen.arguments import check_counts, check_fractions, check_positive
from kerasgen.autoregressive import PixelModel, PixelNetwork
from kerasgen.autoregressive.network import shifted_down
from kerasgen.inputs import Labels
from kerasgen.kinds import Images
from kerasgen.layers import ShiftedConv2D, ShiftedConv2DTranspose
from kerasgen.layers.raster_order import RasterOrder, here
from kerasgen.losses import LogisticMixture
from kerasgen.networks import check_image_shape
from kerasgen.registered import registered

SIZES = {"down": (2, 3), "down_right": (2, 2)}  # of kernels


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
            "image_shape": self.kind.shape,
            "filters": self.filters,
            "blocks": self.blocks,
            "halvings": self.halvings,
            "components": self.components,
            "dropout": self.dropout,
            "num_classes": labels and labels.size,
            "class_names": labels and labels.names,
            "seed": self.seed,
            "name": self.name,
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

    def build(self, input_shape):
        with_inside = (*input_shape[:-1], input_shape[-1] + 1)
        maps = (*input_shape[:-1], self.filters)
        self.look_above.build(with_inside)
        self.look_beside.build(with_inside)
        self.look_left.build(input_shape)
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


class Stream(RasterOrder, keras.layers.Layer):
    """Residual layers at one resolution, and a stream of half of it between them.

    Args:
        filters, blocks, dropout, num_classes: As for `PixelCNNPlusPlus`.
        halvings: How many resolutions are below this one.
        seed_generator: What dropout draws from.
    """

    direction = None
    streams_beside = 0  # how many of another stream's maps a residual layer is given

    def __init__(
        self,
        filters,
        blocks,
        halvings,
        dropout,
        num_classes,
        seed_generator,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.filters = filters
        arguments = (dropout, num_classes, seed_generator)
        self.coarser = None
        if halvings:
            self.coarser = type(self)(filters, blocks, halvings - 1, *arguments)
            size = SIZES[self.direction]
            self.narrow = ShiftedConv2D(filters, size, self.direction, strides=2)
            self.widen = ShiftedConv2DTranspose(filters, self.direction)

        def residual(streams):
            return GatedResidual(filters, self.direction, streams, *arguments)

        beside = self.streams_beside
        self.down = [residual(beside) for _ in range(blocks)]
        # At the coarsest resolution the last one down is what the first one up takes.
        self.up = [residual(beside + 1) for _ in range(blocks + (halvings > 0))]

    @property
    def count(self):
        """How many residual layers there are, at all its resolutions."""
        coarser = self.coarser.count if self.coarser is not None else 0
        return len(self.down) + coarser + len(self.up)

    def build(self, input_shape):
        for block in self.down + self.up:
            block.build(input_shape)
        if self.coarser is not None:
            batch, height, width, filters = input_shape
            half = (batch, height // 2, width // 2, filters)
            self.narrow.build(input_shape)
            self.coarser.build(half)
            self.widen.build(half)

    def through_coarser(self, x, evaluate, otherwise):
        """`x` by way of half the resolution, and what else was found there.

        Args:
            x: Maps at this resolution.
            evaluate: From maps at half of it to others, and a list of tensors.
            otherwise: A list in place of that one, from the same maps.
        """
        half = self.narrow(x)

        def function():
            y, others = evaluate(half)
            return self.widen(y), others

        if here() is None:
            return function()
        return here().coarser(function, self.widen, otherwise(half))


class RowStream(Stream):
    """Knows the rows above. Gives the maps after each of its residual layers, a list.

    In it are those on the way down, those of half the resolution, those on the way up.
    """

    direction = "down"

    def call(self, u, labels=None, training=False):
        kept, maps = [u], []
        for block in self.down:
            u = block(u, [], labels, training=training)
            kept.append(u)
            maps.append(u)
        if self.coarser is None:
            kept.pop()
        else:
            u, coarser = self._through_coarser(u, labels, training)
            maps.extend(coarser)
        for block in self.up:
            u = block(u, [kept.pop()], labels, training=training)
            maps.append(u)
        return maps

    def _through_coarser(self, u, labels, training):
        def evaluate(half):
            maps = self.coarser(half, labels, training=training)
            return maps[-1], maps

        return self.through_coarser(u, evaluate, self.coarser.nothing)

    def nothing(self, u):
        """Zeros in place of all maps that it gives of `u`."""
        zeros = ops.zeros_like(u)
        coarser = []
        if self.coarser is not None:
            coarser = self.coarser.nothing(u[:, :, ::2])
        return [zeros] * len(self.down) + coarser + [zeros] * len(self.up)

    def compute_output_shape(self, input_shape, labels_shape=None):
        coarser = []
        if self.coarser is not None:
            batch, height, width, filters = input_shape
            half = (batch, height // 2, width // 2, filters)
            coarser = self.coarser.compute_output_shape(half)
        shape = [tuple(input_shape)]
        return shape * len(self.down) + coarser + shape * len(self.up)


class PixelStream(Stream):
    """Knows the rows above, by the maps of a `RowStream`, and what is to the left."""

    direction = "down_right"
    streams_beside = 1

    def call(self, ul, maps, labels=None, training=False):
        kept, maps = [ul], iter(maps)
        for block in self.down:
            ul = block(ul, [next(maps)], labels, training=training)
            kept.append(ul)
        if self.coarser is None:
            kept.pop()
        else:
            coarser = list(itertools.islice(maps, self.coarser.count))
            ul = self._through_coarser(ul, coarser, labels, training)
        for block in self.up:
            ul = block(ul, [next(maps), kept.pop()], labels, training=training)
        return ul

    def _through_coarser(self, ul, maps, labels, training):
        def evaluate(half):
            return self.coarser(half, maps, labels, training=training), []

        return self.through_coarser(ul, evaluate, lambda half: [])[0]

    def compute_output_shape(self, input_shape, maps_shape=None, labels_shape=None):
        return tuple(input_shape)


class GatedResidual(RasterOrder, keras.layers.Layer):
    """Two shifted convolutions, of which the second gates itself, and what came in.

        h = W_1 * f(x) + W_a f(a),  [c, g] = W_2 * dropout(f(h)) + V y
        outputs = x + c sigmoid(g),  f(x) = elu([x, -x])

    with maps a from beside, of another stream or from the way down, and the class y.

    Args:
        filters, dropout, num_classes: As for `PixelCNNPlusPlus`.
        direction: `"down"` or `"down_right"`.
        streams: How many maps there are beside, each of as many filters.
        seed_generator: What dropout draws from.
    """

    def __init__(
        self,
        filters,
        direction,
        streams,
        dropout,
        num_classes,
        seed_generator,
        **kwargs,
    ):
        super().__init__(**kwargs)
        size = SIZES[direction]
        self.filters = filters
        self.streams = streams
        self.dropout = dropout
        self.num_classes = num_classes
        self.seed_generator = seed_generator
        self.look_beside = ShiftedConv2D(filters, (1, 1)) if streams else None
        self.first = ShiftedConv2D(filters, size, direction)
        self.second = ShiftedConv2D(2 * filters, size, direction, scale=0.1)

    def build(self, input_shape):
        doubled = (*input_shape[:-1], 2 * self.filters)
        self.first.build(doubled)
        self.second.build(doubled)
        if self.streams:
            beside = 2 * self.streams * self.filters
            self.look_beside.build((*input_shape[:-1], beside))
        if self.num_classes is not None:
            normal = keras.initializers.RandomNormal(stddev=0.05)
            shape = (self.num_classes, 2 * self.filters)
            self.of_class = self.add_weight(shape, normal, name="of_class")

    def call(self, x, beside, labels=None, training=False):
        h = self.first(concat_elu(x))
        if self.streams:
            h = h + self.look_beside(concat_elu(ops.concatenate(beside, axis=-1)))
        h = concat_elu(h)
        if training and self.dropout:
            h = keras.random.dropout(h, self.dropout, seed=self.seed_generator)
        h = self.second(h)
        if self.num_classes is not None:
            h = h + ops.matmul(labels, self.of_class)[:, None, None]
        content, gate = ops.split(h, 2, axis=-1)
        return x + content * ops.sigmoid(gate)

    def compute_output_shape(self, input_shape, *others):
        return tuple(input_shape)


def concat_elu(x):
    """`elu` of x and of -x, one after the other: twice as many maps."""
    return ops.elu(ops.concatenate([x, -x], axis=-1))
