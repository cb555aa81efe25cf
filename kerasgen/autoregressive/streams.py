"""Residual layers through several resolutions, for a row or a pixel at a time.

Those of PixelCNN++ (Salimans et al., 2017, arXiv:1701.05517, figure 2).
"""

import itertools

import keras
from keras import ops

from kerasgen.layers import ShiftedConv2D, ShiftedConv2DTranspose
from kerasgen.layers.raster_order import RasterOrder, here

SIZES = {"down": (2, 3), "down_right": (2, 2)}  # of kernels


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
