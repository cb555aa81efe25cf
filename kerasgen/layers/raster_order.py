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
        memory_shape: What it remembers of a sample, `(rows, columns, channels)`; None
            for nothing.
    """

    memory_shape = None

    def __call__(self, *args, **kwargs):
        if here() is None:
            return super().__call__(*args, **kwargs)
        return self.call(*args, **kwargs)


class Look:
    """The values of a masked convolution.

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
        network: Layer whose masked convolutions, and others in raster order, are found
            at any depth.
    """

    def __init__(self, network):
        found = [x for x in all_layers(network) if isinstance(x, RasterOrder)]
        self.back = [x for x in found if x.memory_shape is not None]
        self.numbers = {id(layer): i for i, layer in enumerate(self.back)}
        # Once for all pixels: a mask is as large as its kernel.
        self.looks = {id(x): Look(x) for x in found if hasattr(x, "masked_kernel")}

    def at(self, layer):
        """The `Look` of a masked convolution."""
        return self.looks[id(layer)]

    def number_of(self, layer):
        """The place of what a layer remembers; None if it remembers nothing."""
        return self.numbers.get(id(layer))

    def start(self, batch):
        """What there is to remember of images before their first row: zeros."""
        return [ops.zeros((batch, *x.memory_shape)) for x in self.back]

    def next_row(self, memory):
        """The same when a row begins: the oldest row makes room for it."""
        pairs = zip(self.back, memory, strict=True)
        return [ops.roll(m, -1, axis=1) if x.above else m for x, m in pairs]


class Place:
    """A pixel, or a whole row, of images that are made in raster order.

    Inside `with place:` masked convolutions take what is there, `(batch, 1, 1,
    channels)` or `(batch, 1, width, channels)`, and look up what came before in what
    they remember: the last rows of their inputs. Other layers remember what they like.

    Args:
        looking: The `Looking` of the network.
        memory: What is remembered at the place before, a list; `memory` of this one is
            what is remembered here.
        column: Of the pixel; 0 for a row.
    """

    def __init__(self, looking, memory, column=0):
        self.looking = looking
        self.memory = list(memory)
        self.column = column

    def __enter__(self):
        self.token = _here.set(self)
        return self

    def __exit__(self, *_):
        _here.reset(self.token)

    def convolve(self, layer, inputs):
        """What a masked convolution gives here; its inputs are remembered."""
        look = self.looking.at(layer)
        if self.looking.number_of(layer) is not None:
            self.remember(layer, inputs)
            inputs = self.seen(layer, inputs.shape[2])
        if inputs.shape[2] == look.kernel.shape[1]:
            return loops.affine(inputs, look.matrix, look.bias)
        return kernels.convolution(inputs, look.kernel, (1, 1), "valid", look.bias)

    def remember(self, layer, values):
        """Notes what a layer remembers of here, also in place of an earlier note."""
        number = self.looking.number_of(layer)
        at = (0, layer.above, self.column + layer.left, 0)
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
