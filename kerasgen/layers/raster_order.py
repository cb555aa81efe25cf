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
    """

    def __call__(self, *args, **kwargs):
        if here() is None:
            return super().__call__(*args, **kwargs)
        return self.call(*args, **kwargs)


class Look:
    """The values of a masked convolution.

    Args:
        layer: The layer.
        number: Of what it remembers; None where it sees its own pixel alone.
    """

    def __init__(self, layer, number):
        self.number = number
        self.kernel = layer.masked_kernel
        self.bias = ops.convert_to_tensor(layer.bias)
        self.matrix = ops.reshape(self.kernel, (-1, self.kernel.shape[-1]))


class Looking:
    """The masked convolutions of a network, and what they need to look back.

    Args:
        network: Layer whose masked convolutions are found at any depth.
    """

    def __init__(self, network):
        found = [x for x in all_layers(network) if hasattr(x, "masked_kernel")]
        self.back = [x for x in found if x.above or x.left]
        numbers = {id(layer): i for i, layer in enumerate(self.back)}
        # Once for all pixels: a mask is as large as its kernel.
        self.looks = {id(x): Look(x, numbers.get(id(x))) for x in found}

    def at(self, layer):
        """The `Look` of a layer."""
        return self.looks[id(layer)]

    def start(self, batch, width):
        """What there is to remember of images before their first row: zeros."""
        return [
            ops.zeros((batch, x.above + 1, x.left + width + x.right, x.kernel.shape[2]))
            for x in self.back
        ]

    def next_row(self, memory):
        """The same when a row begins: the oldest row makes room for it."""
        pairs = zip(self.back, memory, strict=True)
        return [ops.roll(m, -1, axis=1) if x.above else m for x, m in pairs]


class Place:
    """A pixel, or a whole row, of images that are made in raster order.

    Inside `with place:` masked convolutions take what is there, `(batch, 1, 1,
    channels)` or `(batch, 1, width, channels)`, and look up what came before in what
    they remember: the last rows of their inputs.

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
        if look.number is not None:
            self.remember(layer, inputs)
            inputs = self._seen(layer, inputs.shape[2])
        if inputs.shape[2] == look.kernel.shape[1]:
            return loops.affine(inputs, look.matrix, look.bias)
        return kernels.convolution(inputs, look.kernel, (1, 1), "valid", look.bias)

    def remember(self, layer, inputs):
        """Notes what is the input of a layer here, also in place of an earlier note."""
        number = self.looking.at(layer).number
        at = (0, layer.above, self.column + layer.left, 0)
        self.memory[number] = loops.write(self.memory[number], at, inputs)

    def _seen(self, layer, width):
        memory = self.memory[self.looking.at(layer).number]
        width = layer.left + width + layer.right
        shape = (ops.shape(memory)[0], layer.above + 1, width, memory.shape[3])
        return loops.read(memory, (0, 0, self.column, 0), shape)
