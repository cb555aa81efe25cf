"""LSTMs that run over an image, along its rows or its diagonals."""

import keras
from keras import ops

from kerasgen.engine import loops
from kerasgen.layers.masked_convolution import MaskedConv2D
from kerasgen.layers.raster_order import Place, RasterOrder, here
from kerasgen.registered import registered


class PixelLSTM(RasterOrder, keras.layers.Layer):
    """An LSTM that has a state, `[h, c]`, at each pixel of an image.

    A subclass says by `steps` and `unsteps` which pixels take a step together, by
    `before` whose states they start from. At a `Place` it remembers its states in two
    rows, from `left` of a pixel to `right` of it, and K_ss of those above, which is
    computed for a whole row when it begins; `of_above` and `at_pixel` are the same
    start of a step in these two parts.

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
        columns = self.left + self.grid[1] + self.right
        return (2, columns, 6 * self.filters)  # [h, c, K_ss * h of the row above]

    def call(self, inputs):
        maps = self.of_inputs(inputs)
        return self.run(maps) if here() is None else self.advance(maps)

    def run(self, maps):
        """All h; `maps` is `K_is * x`, `(batch, height, width, 4h)`."""

        def step(state, maps):
            h, c = self.before(state)
            state = self.step(maps + ops.matmul(h, self.of_state), c)
            return state, state

        steps = self.steps(maps)  # (steps, batch, positions, 4h)
        start = ops.zeros_like(steps[0, ..., : 2 * self.filters])
        _, states = ops.scan(step, start, steps, length=steps.shape[0])
        return self.unsteps(states[..., : self.filters])

    def begin_row(self):
        """Remembers `K_ss * h` of the row above, for all pixels of this one."""
        states = here().known(self)[:, 0, :, : 2 * self.filters]
        maps = self.of_above(states)[:, None, self.left : self.left + self.grid[1]]
        here().remember(self, maps, channel=2 * self.filters)

    def advance(self, maps):
        """h at a place; `maps` is `K_is * x` there."""
        state = self.step(*self.at_pixel(maps, here().seen(self, 1)))
        here().remember(self, state)
        return state[..., : self.filters]

    def step(self, maps, c):
        """`[h, c]`; `maps` is `K_ss * h + K_is * x`."""
        o, f, i = ops.split(ops.sigmoid(maps[..., : 3 * self.filters]), 3, axis=-1)
        c = f * c + i * ops.tanh(maps[..., 3 * self.filters :])
        return ops.concatenate([o * ops.tanh(c), c], axis=-1)

    def of_above(self, states):
        """`K_ss * h` of a row above, `(batch, columns, 4h)`."""
        raise NotImplementedError(f"{type(self).__name__} must define `of_above`.")

    def at_pixel(self, maps, seen):
        """What a step starts from: `K_ss * h + K_is * x`, and c.

        Args:
            maps: `K_is * x`.
            seen: What is remembered around the pixel, `(batch, 2, columns, 6h)`.
        """
        raise NotImplementedError(f"{type(self).__name__} must define `at_pixel`.")

    def end_row(self):
        """What is to be done of a row when all of it is known: nothing."""

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.filters)

    def get_config(self):
        config = {"filters": self.filters, "colors": self.colors}
        return {**super().get_config(), **config}


@registered
class RowLSTM(PixelLSTM):
    """An LSTM that goes down an image, a row at each step.

    With K_is a convolution of a row that sees a pixel and its left neighbor, and K_ss
    one of the states above, three columns wide,

        o, f, i = sigmoid(K_ss * h + K_is * x),  g = tanh(K_ss * h + K_is * x)
        c <- f c + i g,  h <- o tanh(c)

    A pixel sees a triangle above itself.

    Args:
        filters: h, the size of the state at a pixel, a multiple of `colors`.
        colors: Channels of the image, as for `MaskedConv2D` of mask B.

    Raises:
        ValueError: If an argument is out of range.

    Example:

    ```python
    layer = kerasgen.layers.RowLSTM(16)
    layer(keras.ops.ones((2, 8, 8, 32))).shape  # (2, 8, 8, 16)
    ```

    Reference:
        van den Oord, Kalchbrenner and Kavukcuoglu, 2016, arXiv:1601.06759, section 3.1.
    """

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

    def of_above(self, states):
        return ops.matmul(self.before(states)[0], self.of_state)

    def at_pixel(self, maps, seen):
        c = seen[:, :1, 1:2, self.filters : 2 * self.filters]
        return maps + seen[:, 1:, 1:2, 2 * self.filters :], c


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

    def of_above(self, states):
        return ops.matmul(states[..., : self.filters], self.of_state[: self.filters])

    def at_pixel(self, maps, seen):
        # Columns j - 1 and j of two rows, or j and j + 1.
        above = seen[:, 1:, self.left : self.left + 1, 2 * self.filters :]
        beside = seen[:, 1:, self.right : self.right + 1]
        h = beside[..., : self.filters]
        c = beside[..., self.filters : 2 * self.filters]
        maps = (maps + above)[:, 0, 0]
        return loops.affine(h, self.of_state[self.filters :], maps), c

    def get_config(self):
        return {**super().get_config(), "side": self.side}


@registered
class DiagonalBiLSTM(RasterOrder, keras.layers.Layer):
    """Two LSTMs that go along the diagonals, from the upper left and the upper right.

    A step is that of `RowLSTM`, with K_is of a pixel alone and K_ss of the state beside
    it and of that above. What comes from the right has seen its own row to the right:
    it is moved down by a row before the two are added, and so tells a pixel of the rows
    above. Together they see all that comes before. At a `Place` it follows when a row
    ends.

    Args:
        filters, colors: As for `RowLSTM`.

    Raises:
        ValueError: If an argument is out of range.

    Example:

    ```python
    layer = kerasgen.layers.DiagonalBiLSTM(16)
    layer(keras.ops.ones((2, 8, 8, 32))).shape  # (2, 8, 8, 16)
    ```

    Reference:
        van den Oord, Kalchbrenner and Kavukcuoglu, 2016, arXiv:1601.06759, section 3.2.
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
            right = self.from_right(inputs)
            moved = ops.pad(right, ((0, 0), (1, 0), (0, 0), (0, 0)))[:, :-1]
            return self.from_left(inputs) + moved
        here().remember(self, inputs)
        above = here().seen(self.from_right, 1)[:, :1, :1, : self.filters]
        return self.from_left(inputs) + above

    def begin_row(self):
        self.from_left.begin_row()
        self.from_right.begin_row()

    def end_row(self):
        """Takes what comes from the right through the row that is known now."""
        place = here()
        maps = self.from_right.of_inputs(place.known(self))
        batch, _, width, channels = ops.shape(maps)

        def step(n, memory):
            column = width - 1 - n
            pixel = loops.read(maps, (0, 0, column, 0), (batch, 1, 1, channels))
            with Place(place.looking, memory, column) as there:
                self.from_right.advance(pixel)
            return there.memory

        place.memory = loops.repeat(width, step, place.memory)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.filters)

    def get_config(self):
        config = {"filters": self.filters, "colors": self.colors}
        return {**super().get_config(), **config}


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
