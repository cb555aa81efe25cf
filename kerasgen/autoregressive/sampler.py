"""From a network of p(x_i | x_1 .. x_i-1) to samples, pixel by pixel."""

import dataclasses

import keras
import numpy as np
from keras import ops

from kerasgen.engine.loops import read, repeat, write
from kerasgen.layers.raster_order import Looking, Place
from kerasgen.losses import Likelihood


@dataclasses.dataclass(frozen=True)
class PixelSampler:
    """Draws images in raster order, the colors of a pixel one after the other.

    A color of a pixel is drawn from the network's distribution of it given all that
    was drawn before; where the network sees no color of the pixel itself, all are drawn
    at once. Done plainly either is a pass of the whole image through the network. A
    network that can be evaluated at a `Place` does the work of one pixel instead: each
    layer remembers the last rows of what it was given.

    Args:
        network: `network(images)` or `network((images, labels))` gives parameters of
            the likelihood; `sees_colors` is whether they depend on earlier colors of a
            pixel itself. To be `cached` it has methods `rows(above, *labels)`, what
            the rows above say of a row, a list of maps, and `pixels(images, maps,
            *labels)`, such that `network(images)` is `pixels(images, rows(images
            shifted down by a row))`.
        likelihood: Of the pixels.
        cached: Whether layers remember.

    Reference:
        Remembering: Ramachandran et al., 2017, Fast generation for convolutional
        autoregressive models, arXiv:1704.06001.
    """

    network: keras.Layer
    likelihood: Likelihood
    cached: bool = True

    def __call__(self, asked):
        """Images as networks take them.

        Args:
            asked: `"noise"`, uniform on [0, 1), and `"images"`, `(batch, height, width,
                channels)`; `"known"`, `(batch, height, width, 1)`, 1 where pixels of
                the images are given, else 0; `"temperature"`, `(batch,)`; `"labels"`,
                `(batch, size)`, where the network takes any.
        """
        images = asked["images"] * asked["known"]
        shape = images.shape[1:]
        conditions = [asked["labels"]] if "labels" in asked else []
        way = (Cached if self.cached else Plain)(self.network, conditions)
        # A row of zeros above the first is what that row has above it.
        images = ops.pad(images, ((0, 0), (1, 0), (0, 0), (0, 0)))

        def row(i, state):
            above, memory = way.row(i, *state)

            def pixel(j, state):
                return self._pixel(asked, way, above, i, j, *state)

            images, memory = repeat(shape[1], pixel, (state[0], memory))
            return images, way.end_row(images, memory)

        state = (images, way.start(images))
        images, _ = repeat(shape[0], row, state)
        return images[:, 1:]

    def _pixel(self, asked, way, above, i, j, images, memory):
        """`(images, memory)` after the pixel in row i and column j is drawn."""
        known = _at(asked["known"], i, j) > 0.0
        noise = _at(asked["noise"], i, j)
        temperature = ops.reshape(asked["temperature"], (-1, 1, 1, 1))
        pixel = _at(images, i + 1, j)
        for drawn_now in self._turns(pixel.shape[-1]):
            outputs, memory = way.pixel(pixel, above, i, j, images, memory)
            parameters = self.likelihood.named(outputs)
            drawn = self.likelihood.draw(parameters, noise, temperature)
            is_new = ops.logical_and(drawn_now, ops.logical_not(known))
            pixel = ops.where(is_new, drawn, pixel)
            images = write(images, (0, i + 1, j, 0), pixel)
        return images, way.drawn(pixel, j, memory)

    def _turns(self, channels):
        """Which colors are drawn at a time, zeros and ones of a pixel."""
        if self.network.sees_colors:
            return list(np.eye(channels, dtype=bool))
        return [np.ones(channels, bool)]


class Plain:
    """Every number costs a pass of the whole image."""

    def __init__(self, network, conditions):
        self.network = network
        self.conditions = conditions

    def start(self, images):
        return []

    def row(self, i, images, memory):
        return [], memory

    def pixel(self, pixel, above, i, j, images, memory):
        takes = images[:, 1:]
        takes = (takes, *self.conditions) if self.conditions else takes
        outputs = self.network(takes, training=False)
        return keras.tree.map_structure(lambda x: _at(x, i, j), outputs), memory

    def drawn(self, pixel, j, memory):
        return memory

    def end_row(self, images, memory):
        return memory


class Cached:
    """Every number costs a pass of its pixel; see `kerasgen.layers.raster_order`."""

    def __init__(self, network, conditions):
        self.network = network
        self.conditions = conditions
        self.looking = Looking(network)

    def start(self, images):
        return self.looking.start(ops.shape(images)[0])

    def row(self, i, images, memory):
        shape = (ops.shape(images)[0], 1, *images.shape[2:])
        before = read(images, (0, i, 0, 0), shape)
        with Place(self.looking, memory, row=i) as place:
            return self.network.rows(before, *self.conditions), place.memory

    def pixel(self, pixel, above, i, j, images, memory):
        width = images.shape[2]
        with Place(self.looking, memory, j, i) as place:
            # A map of a coarser grid is as much narrower.
            above = [_at(each, 0, j // (width // each.shape[2])) for each in above]
            outputs = self.network.pixels(pixel, above, *self.conditions)
        return outputs, place.memory

    def drawn(self, pixel, j, memory):
        place = Place(self.looking, memory, j)
        for layer in self.network.readers:
            place.remember(layer, pixel)
        return place.memory

    def end_row(self, images, memory):
        behind = ops.zeros((ops.shape(images)[0], 1, 1, images.shape[3]))
        with Place(self.looking, memory, images.shape[2]) as place:
            self.network.end_row(behind)
        return place.memory


def _at(maps, i, j):
    """Those of a pixel, `(batch, 1, 1, ...)`."""
    rest = maps.shape[3:]
    start = (0, i, j, *[0] * len(rest))
    return read(maps, start, (ops.shape(maps)[0], 1, 1, *rest))
