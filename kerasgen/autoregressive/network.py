"""What networks that are evaluated pixel by pixel have in common."""

import keras
from keras import ops

from kerasgen.layers.raster_order import RasterOrder


class PixelNetwork(RasterOrder, keras.Model):
    """From images to logits, those of a pixel from what comes before it alone.

    A subclass defines `build_layers` and `pixels`, and `rows` where the rows above a
    pixel have a way of their own. The last two are called of whole images, of a row, or
    of a pixel; see `kerasgen.layers.raster_order`.

    Args:
        image_shape: `(height, width, channels)`.
        levels: Logits of each number of an image; None for one.

    Attributes:
        sees_colors: Whether what it says of a color depends on earlier ones of the same
            pixel.
    """

    sees_colors = True

    def __init__(self, image_shape, levels=None, **kwargs):
        super().__init__(**kwargs)
        self.image_shape = tuple(image_shape)
        self.levels = levels

    def make(self, num_classes=None):
        """Makes all variables; for the end of a constructor.

        Args:
            num_classes: Size of the labels that the network takes; None for none.
        """
        takes = keras.Input(self.image_shape)
        if num_classes:
            takes = (takes, keras.Input((num_classes,)))
        # What Keras exports takes inputs of the shapes it was built with.
        self.build(keras.tree.map_structure(lambda x: x.shape, takes))
        # Nothing is computed, but what was never called Keras does not export.
        self(takes)

    def build(self, input_shape):
        labeled = isinstance(input_shape[0], (tuple, list))
        self.build_layers(input_shape[0] if labeled else input_shape)

    def build_layers(self, shape):
        """Makes the variables of all layers.

        Args:
            shape: `(batch, height, width, channels)` of images.
        """
        raise NotImplementedError(f"{type(self).__name__} must define `build_layers`.")

    @property
    def readers(self):
        """Masked convolutions in `pixels` that take images themselves."""
        raise NotImplementedError(f"{type(self).__name__} must define `readers`.")

    @property
    def outputs_needed(self):
        """Feature maps that hold all logits, those of a color `channels` apart."""
        return self.image_shape[-1] * (self.levels or 1)

    def call(self, inputs, training=False):
        images, *labels = inputs if isinstance(inputs, (tuple, list)) else [inputs]
        return self.pixels(images, self.rows(shifted_down(images), *labels), *labels)

    def rows(self, above, *labels):
        """What the rows above say of each row, a list of maps.

        Args:
            above: Images shifted down by a row, or the row above one.
        """
        return []

    def pixels(self, images, maps, *labels):
        """Logits.

        Args:
            images: Images, or a pixel of them.
            maps: What `rows` gives, there.
        """
        raise NotImplementedError(f"{type(self).__name__} must define `pixels`.")

    def end_row(self, behind):
        """Called at the place behind the last pixel of a row, when all is known of it.

        Args:
            behind: What an image has there, zeros.
        """

    def by_color(self, maps):
        """Feature maps as logits `(batch, height, width, channels)`, or of levels."""
        if self.levels is None:
            return maps
        shape = (*maps.shape[1:3], self.levels, self.image_shape[-1])
        return ops.swapaxes(ops.reshape(maps, (-1, *shape)), -1, -2)

    def compute_output_shape(self, input_shape):
        shape = input_shape[0] if isinstance(input_shape[0], (tuple, list)) else None
        shape = shape or input_shape
        return (*shape, self.levels) if self.levels else tuple(shape)

    def get_config(self):
        return {
            "image_shape": self.image_shape,
            "levels": self.levels,
            "name": self.name,
        }


def shifted_down(images):
    """Images in which each row holds what is above it, the first one zeros."""
    return ops.pad(images, ((0, 0), (1, 0), (0, 0), (0, 0)))[:, :-1]


def logits_of(likelihood, image_shape):
    """How many logits a likelihood takes for a number of an image; None for one."""
    shape = likelihood.shapes(image_shape)["logits"]
    return shape[3] if len(shape) > 3 else None
