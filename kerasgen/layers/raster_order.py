"""Networks of images that are evaluated a row or a pixel at a time."""

import contextvars

from keras import ops

from kerasgen.engine import kernels, loops
from kerasgen.engine.keras_private import all_layers

_here = contextvars.ContextVar("place", default=None)


def here():
    """The `Place` at which layers are evaluated; None for whole images."""
    return _here.get()


class RasterOrder:
    """A layer, mixed in before Keras's, that can be evaluated at a `Place`.

    There a call is its `call` alone: what Keras does around it takes longer than the
    work of one pixel.

    Attributes:
        grid: `(height, width)` of its inputs, where it remembers anything.
        memory_shape: What it remembers of a sample, `(rows, columns, channels)`; None
            for nothing.
    """

    memory_shape = None

    def __call__(self, *args, **kwargs):
        if here() is None:
            return super().__call__(*args, **kwargs)
        return self.call(*args, **kwargs)


class Look:
    """The values of a convolution.

    Args:
        layer: The layer.
    """

    def __init__(self, layer):
        self.kernel = layer.masked_kernel
        self.bias = ops.convert_to_tensor(layer.bias)
        self.matrix = ops.reshape(self.kernel, (-1, self.kernel.shape[-1]))


class Looking:
    """The layers of a network that look back, and what they need for it.

    Args:
        network: A `kerasgen.autoregressive.PixelNetwork`; its layers in raster order
            are found at any depth.
    """

    def __init__(self, network):
        self.grid = tuple(network.image_shape[:2])
        found = [x for x in all_layers(network) if isinstance(x, RasterOrder)]
        self.back = [x for x in found if x.memory_shape is not None]
        self.numbers = {id(layer): i for i, layer in enumerate(self.back)}
        # Once for all pixels: a mask is as large as its kernel.
        self.looks = {id(x): Look(x) for x in found if hasattr(x, "masked_kernel")}

    def at(self, layer):
        """The `Look` of a convolution."""
        return self.looks[id(layer)]

    def number_of(self, layer):
        """The place of what a layer remembers; None if it remembers nothing."""
        return self.numbers.get(id(layer))

    def start(self, batch):
        """What there is to remember of images before their first row: zeros."""
        return [ops.zeros((batch, *x.memory_shape)) for x in self.back]

    def next_row(self, memory, grid):
        """The same when a row of a grid begins: the oldest row makes room for it."""
        pairs = zip(self.back, memory, strict=True)
        # Grids are told by their heights: a layer may run over one more column.
        return [
            ops.roll(m, -1, axis=1) if x.above and x.grid[0] == grid[0] else m
            for x, m in pairs
        ]


class Place:
    """A pixel, or a whole row, of images that are made in raster order.

    Inside `with place:` convolutions take what is there, `(batch, 1, 1, channels)` or
    `(batch, 1, width, channels)`, and look up what came before in what they remember:
    the last rows of their inputs. Other layers remember whatever they need.

    Args:
        looking: The `Looking` of the network.
        memory: What is remembered at the place before, a list; `memory` of this one is
            what is remembered here.
        column: Of the pixel; None for a whole row, which begins anew.
        row: Its row, where the network has coarser grids.
        grid: `(height, width)` of what the place is in; None for that of the images.
    """

    def __init__(self, looking, memory, column=None, row=0, grid=None):
        self.looking = looking
        self.grid = looking.grid if grid is None else grid
        self.memory = list(memory)
        self.row = row
        self.is_row = column is None
        self.column = 0 if self.is_row else column
        if self.is_row:
            self.memory = looking.next_row(self.memory, self.grid)

    def __enter__(self):
        self.token = _here.set(self)
        return self

    def __exit__(self, *_):
        _here.reset(self.token)

    def convolve(self, layer, inputs):
        """What a convolution gives here; its inputs are remembered."""
        look = self.looking.at(layer)
        if self.looking.number_of(layer) is not None:
            self.remember(layer, inputs)
            inputs = self.seen(layer, inputs.shape[2])
        if inputs.shape[2] == look.kernel.shape[1]:
            return loops.affine(inputs, look.matrix, look.bias)
        return kernels.convolution(
            inputs, look.kernel, layer.strides, "valid", look.bias
        )

    def kernel(self, layer):
        """The value of a layer's kernel, which is the same in all places."""
        return self.looking.at(layer).kernel

    def remember(self, layer, values, channel=0):
        """Notes what a layer remembers of here, also in place of an earlier note."""
        number = self.looking.number_of(layer)
        at = (0, layer.above, self.column + layer.left, channel)
        self.memory[number] = loops.write(self.memory[number], at, values)

    def seen(self, layer, width):
        """What a layer remembers around the `width` pixels that begin here."""
        memory = self.known(layer)
        width = layer.left + width + layer.right
        shape = (ops.shape(memory)[0], layer.above + 1, width, memory.shape[3])
        return loops.read(memory, (0, 0, self.column, 0), shape)

    def known(self, layer):
        """All that a layer remembers."""
        return self.memory[self.looking.number_of(layer)]

    def coarser(self, function, widen, otherwise):
        """What a grid of half the resolution says here.

        A point of it has the place of two by two pixels and is evaluated at the first.
        What that gives is remembered for the other three.

        Args:
            function: Called at the point, without arguments: gives the outputs of
                `widen` and a list of tensors.
            widen: The layer that doubles the resolution; it remembers its outputs.
            otherwise: A list for where nothing is evaluated.

        Returns:
            The outputs of `widen` here, and the list.
        """
        grid = (self.grid[0] // 2, self.grid[1] // 2)
        column = None if self.is_row else self.column // 2
        number = self.looking.number_of(widen)

        def evaluated(_, state):
            place = Place(self.looking, state[0], column, self.row // 2, grid)
            with place:
                wide, said = function()
            at = (0, 0, self.column, 0)
            place.memory[number] = loops.write(place.memory[number], at, wide)
            return place.memory, said

        # A loop of no step or of one: a choice between branches would copy the memory.
        times = (1 - self.row % 2) * (1 - self.column % 2)
        state = (self.memory, otherwise)
        self.memory, said = loops.repeat(times, evaluated, state)
        memory = self.known(widen)
        width = self.grid[1] if self.is_row else 1
        shape = (ops.shape(memory)[0], 1, width, memory.shape[3])
        return loops.read(memory, (0, self.row % 2, self.column, 0), shape), said
