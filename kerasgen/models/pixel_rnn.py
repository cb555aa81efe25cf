"""PixelRNN (van den Oord, Kalchbrenner and Kavukcuoglu, 2016)."""

import keras
from keras import ops

from kerasgen.arguments import check_one_of, check_positive
from kerasgen.autoregressive import PixelModel, PixelNetwork, get_levels, logits_of
from kerasgen.autoregressive.network import shifted_down
from kerasgen.engine import loops
from kerasgen.kinds import Images
from kerasgen.layers import MaskedConv2D
from kerasgen.layers.raster_order import Place, RasterOrder, here
from kerasgen.networks import check_image_shape
from kerasgen.registered import registered


@registered
class PixelRNN(PixelModel):
    """LSTMs that run over an image give each pixel its distribution.

    `"row"`, a Row LSTM, goes down row by row: its state knows a triangle above a pixel.
    `"diagonal"`, a Diagonal BiLSTM, goes along the diagonals, from either upper corner:
    together its two states know every pixel before their own. In both

        o, f, i = sigmoid(K_ss * h + K_is * x),  g = tanh(K_ss * h + K_is * x)
        c <- f c + i g,  h <- o tanh(c)

    Everything else is as for `PixelCNN`: `log_prob` is exact, `fit` logs nats and bits.
    Training is slower, for the steps of an LSTM come one after the other.

    Args:
        image_shape: `(height, width, channels)`, of any size.
        likelihood: As for `PixelCNN`.
        cell: `"diagonal"` or `"row"`.
        filters: h, the size of an LSTM's state at a pixel, a multiple of the channels;
            the maps between LSTMs are 2h.
        blocks: How many LSTMs, one after the other, each with what came in added.
        head_filters: Feature maps of the two 1x1 convolutions before the output; None
            for 2h.
        seed: Seed of what training draws, which is nothing.

    Raises:
        ValueError: If an argument is out of range.

    Example:

    ```python
    model = kerasgen.models.PixelRNN((6, 6, 1), filters=4, blocks=1)
    model.compile()
    images = np.zeros((8, 6, 6, 1), "uint8")  # of 0 and 255
    model.fit(images, batch_size=4, verbose=0)
    model.log_prob(images).shape  # (8,), in nats
    model.generate(2, seed=0).shape  # (2, 6, 6, 1)
    ```

    Reference:
        van den Oord, Kalchbrenner and Kavukcuoglu, 2016, arXiv:1601.06759, sections
        3.1, 3.2 and 3.3, table 1.

    Differences:
        Adam of rate 1e-3 in place of RMSProp with rates set by hand. LSTMs run over one
        more column, on the right: else no state would know the last pixel of a row.
    """

    def __init__(
        self,
        image_shape=(28, 28, 1),
        likelihood="bernoulli",
        cell="diagonal",
        filters=16,
        blocks=7,
        head_filters=None,
        seed=None,
        **kwargs,
    ):
        kind = Images(check_image_shape(image_shape))
        likelihood = get_levels(likelihood)
        levels = logits_of(likelihood, kind.shape)
        network = PixelRNNNetwork(
            kind.shape, cell, filters, blocks, head_filters, levels
        )
        super().__init__(kind, (), network, likelihood, seed=seed, **kwargs)
        self.cell = cell
        self.filters = filters
        self.blocks = blocks
        self.head_filters = head_filters

    def default_optimizers(self):
        return {"network": keras.optimizers.Adam(1e-3)}

    def get_config(self):
        return {
            "image_shape": self.kind.shape,
            "likelihood": keras.saving.serialize_keras_object(self.likelihood),
            "cell": self.cell,
            "filters": self.filters,
            "blocks": self.blocks,
            "head_filters": self.head_filters,
            "seed": self.seed,
            "name": self.name,
        }


@registered
class PixelRNNNetwork(PixelNetwork):
    """Table 1: a 7x7 convolution with mask A, LSTMs, 1x1 convolutions.

    Args:
        image_shape, levels: As for `PixelNetwork`.
        cell, filters, blocks, head_filters: As for `PixelRNN`.
    """

    def __init__(
        self,
        image_shape,
        cell,
        filters,
        blocks,
        head_filters=None,
        levels=None,
        **kwargs,
    ):
        super().__init__(image_shape, levels, **kwargs)
        check_positive(filters=filters, blocks=blocks)
        check_one_of(list(CELLS), cell=cell)
        self.cell = cell
        self.filters = filters
        self.head_filters = head_filters
        colors = self.image_shape[-1]
        width = 2 * filters if head_filters is None else head_filters
        self.first = MaskedConv2D(2 * filters, 7, "A", colors)
        self.lstms = [CELLS[cell](filters, colors) for _ in range(blocks)]
        self.widen = [MaskedConv2D(2 * filters, 1, "B", colors) for _ in range(blocks)]
        self.head = [MaskedConv2D(width, 1, "B", colors) for _ in range(2)]
        self.last = MaskedConv2D(self.outputs_needed, 1, "B", colors)
        self.make()

    def build(self, input_shape):
        batch, height, width, channels = input_shape
        grid = (batch, height, width + 1)
        self.first.build((*grid, channels))
        for lstm, widen in zip(self.lstms, self.widen, strict=True):
            lstm.build((*grid, 2 * self.filters))
            widen.build((*grid, self.filters))
        shape = (batch, height, width, 2 * self.filters)
        for layer in (*self.head, self.last):
            layer.build(shape)
            shape = layer.compute_output_shape(shape)

    @property
    def readers(self):
        return [self.first]

    def pixels(self, images, maps, *labels):
        if here() is not None:
            x = self.states(images)
        else:
            # Maps hold nothing of their own pixel: what comes from the right has to
            # start behind the last one of a row to know it.
            wider = ops.pad(images, ((0, 0), (0, 0), (0, 1), (0, 0)))
            x = self.states(wider)[:, :, :-1]
        for layer in self.head:
            x = layer(ops.relu(x))
        return self.by_color(self.last(ops.relu(x)))

    def states(self, images):
        """What the LSTMs say, `(batch, height, width, 2h)`."""
        x = self.first(images)
        for lstm, widen in zip(self.lstms, self.widen, strict=True):
            x = x + widen(lstm(x))
        return x

    def end_row(self, behind):
        self.states(behind)
        for lstm in self.lstms:
            lstm.end_row()

    def get_config(self):
        return {
            **super().get_config(),
            "cell": self.cell,
            "filters": self.filters,
            "blocks": len(self.lstms),
            "head_filters": self.head_filters,
        }


class PixelLSTM(RasterOrder, keras.layers.Layer):
    """An LSTM that has a state, `[h, c]`, at each pixel of an image.

    A subclass says by `steps` and `unsteps` which pixels take a step together, by
    `before` and `seen_before` whose states they start from. At a `Place` it remembers
    its states in two rows, from `left` of a pixel to `right` of it.

    Args:
        filters: h.
        colors: Channels of the image.
        kernel_size: Of K_is.
        neighbors: How many pixels' h a step starts from.
    """

    above = 1
    left = right = 1

    def __init__(self, filters, colors, kernel_size, neighbors, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.colors = colors
        self.neighbors = neighbors
        self.of_inputs = MaskedConv2D(4 * filters, kernel_size, "B", colors)  # K_is

    def build(self, input_shape):
        self.grid = tuple(input_shape[1:3])
        self.of_inputs.build(input_shape)
        shape = (self.neighbors * self.filters, 4 * self.filters)
        self.of_state = self.add_weight(shape, "glorot_uniform", name="of_state")

    @property
    def memory_shape(self):
        return (2, self.left + self.grid[1] + self.right, 2 * self.filters)

    def call(self, inputs):
        maps = self.of_inputs(inputs)
        if here() is None:
            return self.run(maps)
        state = self.step(maps, *self.seen_before(here().seen(self, 1)))
        here().remember(self, state)
        return state[..., : self.filters]

    def run(self, maps):
        """All h; `maps` is `K_is * x`, `(batch, height, width, 4h)`."""

        def step(state, maps):
            state = self.step(maps, *self.before(state))
            return state, state

        steps = self.steps(maps)  # (steps, batch, positions, 4h)
        start = ops.zeros_like(steps[0, ..., : 2 * self.filters])
        _, states = ops.scan(step, start, steps, length=steps.shape[0])
        return self.unsteps(states[..., : self.filters])

    def step(self, maps, h, c):
        """`[h, c]`; `maps` is `K_is * x`, and `h` that of all neighbors."""
        maps = maps + ops.matmul(h, self.of_state)
        o, f, i = ops.split(ops.sigmoid(maps[..., : 3 * self.filters]), 3, axis=-1)
        c = f * c + i * ops.tanh(maps[..., 3 * self.filters :])
        return ops.concatenate([o * ops.tanh(c), c], axis=-1)

    def end_row(self):
        """What is to be done of a row when all of it is known: nothing."""

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.filters)

    def get_config(self):
        config = {"filters": self.filters, "colors": self.colors}
        return {**super().get_config(), **config}


@registered
class RowLSTM(PixelLSTM):
    """Section 3.1: rows from the top; K_is is 1x3 with mask B, K_ss 1x3."""

    def __init__(self, filters, colors=1, **kwargs):
        super().__init__(filters, colors, (1, 3), neighbors=3, **kwargs)

    def steps(self, maps):
        return ops.moveaxis(maps, 1, 0)

    def unsteps(self, states):
        return ops.moveaxis(states, 0, 1)

    def before(self, state):
        h, c = ops.split(state, 2, axis=-1)  # (batch, width, h)
        wider = ops.pad(h, ((0, 0), (1, 1), (0, 0)))
        return ops.concatenate([wider[:, :-2], h, wider[:, 2:]], axis=-1), c

    def seen_before(self, seen):
        above = seen[:, :1]  # (batch, 1, 3, 2h)
        h = ops.reshape(above[..., : self.filters], (-1, 1, 1, 3 * self.filters))
        return h, above[:, :, 1:2, self.filters :]


@registered
class DiagonalLSTM(PixelLSTM):
    """Diagonals from an upper corner; K_is is 1x1, K_ss 2x1.

    Args:
        side: `"left"` or `"right"`, where the corner is.
    """

    def __init__(self, filters, colors, side, **kwargs):
        super().__init__(filters, colors, 1, neighbors=2, **kwargs)
        self.side = side
        self.left, self.right = (1, 0) if side == "left" else (0, 1)

    def steps(self, maps):
        return ops.moveaxis(skewed(self._mirrored(maps)), 2, 0)

    def unsteps(self, states):
        width = states.shape[0] - states.shape[2] + 1
        return self._mirrored(unskewed(ops.moveaxis(states, 0, 2), width))

    def _mirrored(self, maps):
        return maps if self.side == "left" else ops.flip(maps, axis=2)

    def before(self, state):
        h, c = ops.split(state, 2, axis=-1)  # (batch, height, h)
        above = ops.pad(h, ((0, 0), (1, 0), (0, 0)))[:, :-1]
        return ops.concatenate([above, h], axis=-1), c

    def seen_before(self, seen):
        # Columns j - 1 and j of two rows, or j and j + 1.
        above = seen[:, :1, self.left : self.left + 1, : self.filters]
        beside = seen[:, 1:, self.right : self.right + 1]
        h = ops.concatenate([above, beside[..., : self.filters]], axis=-1)
        return h, beside[..., self.filters :]

    def get_config(self):
        return {**super().get_config(), "side": self.side}


@registered
class DiagonalBiLSTM(RasterOrder, keras.layers.Layer):
    """Section 3.2: diagonals from both upper corners.

    What comes from the right has seen its own row to the right: it is moved down by a
    row before the two are added, and so tells a pixel of the row above. At a `Place` it
    follows when a row ends.

    Args:
        filters: h.
        colors: Channels of the image.
    """

    above = left = right = 0

    def __init__(self, filters, colors=1, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.colors = colors
        self.from_left = DiagonalLSTM(filters, colors, "left", name="from_left")
        self.from_right = DiagonalLSTM(filters, colors, "right", name="from_right")

    def build(self, input_shape):
        self.memory_shape = (1, *input_shape[2:])
        self.grid = tuple(input_shape[1:3])
        self.from_left.build(input_shape)
        self.from_right.build(input_shape)

    def call(self, inputs):
        if here() is None:
            return self.from_left(inputs) + shifted_down(self.from_right(inputs))
        here().remember(self, inputs)
        above = here().seen(self.from_right, 1)[:, :1, :1, : self.filters]
        return self.from_left(inputs) + above

    def end_row(self):
        place = here()
        inputs = place.known(self)
        batch, _, width, channels = ops.shape(inputs)

        def step(n, memory):
            column = width - 1 - n
            pixel = loops.read(inputs, (0, 0, column, 0), (batch, 1, 1, channels))
            with Place(place.looking, memory, column) as there:
                self.from_right(pixel)
            return there.memory

        place.memory = loops.repeat(width, step, place.memory)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.filters)

    def get_config(self):
        config = {"filters": self.filters, "colors": self.colors}
        return {**super().get_config(), **config}


CELLS = {"diagonal": DiagonalBiLSTM, "row": RowLSTM}


def skewed(maps):
    """Row r moved right by r: `(batch, height, width + height - 1, channels)`.

    A column then holds a diagonal, the pixels whose left and upper neighbors are in the
    column before.
    """
    height, width, channels = maps.shape[1:]
    wider = ops.pad(maps, ((0, 0), (0, 0), (0, height), (0, 0)))
    # Each row is read as if it began a place later than the one above.
    flat = ops.reshape(wider, (-1, height * (width + height), channels))[:, :-height]
    return ops.reshape(flat, (-1, height, width + height - 1, channels))


def unskewed(maps, width):
    """The inverse of `skewed`."""
    height, _, channels = maps.shape[1:]
    flat = ops.reshape(maps, (-1, height * (width + height - 1), channels))
    flat = ops.pad(flat, ((0, 0), (0, height), (0, 0)))
    wider = ops.reshape(flat, (-1, height, width + height, channels))
    return wider[:, :, :width]
