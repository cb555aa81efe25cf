"""Gated PixelCNN (van den Oord et al., 2016)."""

import keras
from keras import ops

from kerasgen.arguments import check_positive
from kerasgen.autoregressive import PixelModel, PixelNetwork, get_levels, logits_of
from kerasgen.inputs import Labels
from kerasgen.kinds import Images
from kerasgen.layers import MaskedConv2D
from kerasgen.layers.raster_order import RasterOrder
from kerasgen.networks import check_image_shape
from kerasgen.registered import registered


@registered
class GatedPixelCNN(PixelModel):
    """A PixelCNN without a blind spot, whose layers are gated, for images of a class.

    A vertical stack looks at the rows above a pixel, a horizontal one at its own row
    and at what the vertical one says: together they see every pixel before it that is
    within reach. In each layer of both, with W the convolution, y the class,

        tanh(W_f * x + V_f y) sigmoid(W_g * x + V_g y)

    Everything else is as for `PixelCNN`: `log_prob` is exact, `fit` logs nats and bits.

    Args:
        image_shape: `(height, width, channels)`, of any size.
        likelihood: As for `PixelCNN`.
        filters: p, feature maps of both stacks, a multiple of the channels.
        blocks: How many layers of both stacks.
        kernel_size: Odd, of all layers but the first, which has 7.
        head_filters: Feature maps of the 1x1 convolution before the output; None for p.
        num_classes: Number of classes or attributes; None for a model without labels.
        class_names: What they are called, as for `CGAN`.
        seed: Seed of what training draws, which is nothing.

    Raises:
        ValueError: If an argument is out of range.

    Example:

    ```python
    shape = (16, 16, 1)
    model = kerasgen.models.GatedPixelCNN(shape, filters=4, blocks=2, num_classes=3)
    model.compile()
    images, labels = np.zeros((8, *shape), "uint8"), np.arange(8) % 3
    model.fit(images, labels, batch_size=4, verbose=0)
    model.log_prob(images, labels).shape  # (8,), in nats
    model.generate(labels=[0, 1, 2], seed=0).shape  # (3, 16, 16, 1)
    ```

    Reference:
        van den Oord et al., 2016, arXiv:1606.05328, sections 2.1 to 2.3, figure 2.

    Differences:
        Adam of rate 1e-3 in place of RMSProp. There are no skip connections to the
        output.
    """

    def __init__(
        self,
        image_shape=(28, 28, 1),
        likelihood="categorical",
        filters=64,
        blocks=10,
        kernel_size=3,
        head_filters=None,
        num_classes=None,
        class_names=None,
        seed=None,
        **kwargs,
    ):
        kind = Images(check_image_shape(image_shape))
        likelihood = get_levels(likelihood)
        labels = [] if num_classes is None else [Labels(num_classes, names=class_names)]
        network = GatedPixelCNNNetwork(
            kind.shape,
            filters,
            blocks,
            kernel_size,
            head_filters,
            num_classes,
            logits_of(likelihood, kind.shape),
        )
        super().__init__(kind, tuple(labels), network, likelihood, seed=seed, **kwargs)
        self.filters = filters
        self.blocks = blocks
        self.kernel_size = kernel_size
        self.head_filters = head_filters

    def default_optimizers(self):
        return {"network": keras.optimizers.Adam(1e-3)}

    def get_config(self):
        labels = self.labels
        return {
            **super().get_config(),
            "likelihood": keras.saving.serialize_keras_object(self.likelihood),
            "filters": self.filters,
            "blocks": self.blocks,
            "kernel_size": self.kernel_size,
            "head_filters": self.head_filters,
            "num_classes": labels and labels.size,
            "class_names": labels and labels.names,
        }


@registered
class GatedPixelCNNNetwork(PixelNetwork):
    """Two stacks of gated layers and two 1x1 convolutions.

    Args:
        image_shape, levels: As for `PixelNetwork`.
        filters, blocks, kernel_size, head_filters, num_classes: As for `GatedPixelCNN`.
    """

    def __init__(
        self,
        image_shape,
        filters,
        blocks,
        kernel_size=3,
        head_filters=None,
        num_classes=None,
        levels=None,
        **kwargs,
    ):
        super().__init__(image_shape, levels, **kwargs)
        check_positive(filters=filters, blocks=blocks)
        self.filters = filters
        self.kernel_size = kernel_size
        self.head_filters = head_filters
        self.num_classes = num_classes
        colors = self.image_shape[-1]
        sizes = [7] + [kernel_size] * (blocks - 1)
        self.vertical = [VerticalLayer(filters, n, num_classes) for n in sizes]
        self.horizontal = [
            HorizontalLayer(filters, n, colors, num_classes, first=not i)
            for i, n in enumerate(sizes)
        ]
        self.head = MaskedConv2D(head_filters or filters, 1, "B", colors)
        self.last = MaskedConv2D(self.outputs_needed, 1, "B", colors)
        self.make(num_classes)

    def build_layers(self, shape):
        inside = (*shape[:-1], self.filters)
        for first, *others in (self.vertical, self.horizontal):
            first.build(shape)
            for layer in others:
                layer.build(inside)
        self.head.build(inside)
        self.last.build(self.head.compute_output_shape(inside))

    @property
    def readers(self):
        return [self.horizontal[0].look]

    def rows(self, above, labels=None):
        maps, x = [], above
        for layer in self.vertical:
            linked, x = layer(x, labels)
            maps.append(linked)
        return maps

    def pixels(self, images, maps, labels=None):
        x = images
        for layer, linked in zip(self.horizontal, maps, strict=True):
            x = layer(x, linked, labels)
        x = self.head(ops.relu(x))
        return self.by_color(self.last(ops.relu(x)))

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "blocks": len(self.vertical),
            "kernel_size": self.kernel_size,
            "head_filters": self.head_filters,
            "num_classes": self.num_classes,
        }


class GatedLayer(RasterOrder, keras.layers.Layer):
    """A convolution to 2p maps, half of which gate the others.

    Args:
        filters: p.
        kernel_size: Odd.
        num_classes: Size of the labels, or None.
    """

    def __init__(self, filters, kernel_size, num_classes=None, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.kernel_size = kernel_size
        self.num_classes = num_classes

    def build(self, input_shape):
        self.look.build(input_shape)
        if self.num_classes is not None:
            shape = (self.num_classes, 2 * self.filters)  # V_f and V_g
            self.of_class = self.add_weight(shape, "glorot_uniform", name="of_class")

    def gated(self, x, labels):
        """`tanh(W_f * x + V_f y) sigmoid(W_g * x + V_g y)`, W * x being given."""
        if self.num_classes is not None:
            x = x + ops.matmul(labels, self.of_class)[:, None, None]
        content, gate = ops.split(x, 2, axis=-1)
        return ops.tanh(content) * ops.sigmoid(gate)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "num_classes": self.num_classes,
        }


@registered
class VerticalLayer(GatedLayer):
    """Looks at whole rows; its inputs were shifted down by one.

    Returns what it says to the horizontal layer beside it, 2p maps, and p maps.
    """

    def __init__(self, filters, kernel_size, num_classes=None, **kwargs):
        super().__init__(filters, kernel_size, num_classes, **kwargs)
        self.look = MaskedConv2D(2 * filters, kernel_size, "rows")
        self.link = MaskedConv2D(2 * filters, 1, "rows")

    def build(self, input_shape):
        super().build(input_shape)
        self.link.build((*input_shape[:-1], 2 * self.filters))

    def call(self, inputs, labels=None):
        x = self.look(inputs)
        return self.link(x), self.gated(x, labels)

    def compute_output_shape(self, input_shape, labels_shape=None):
        inside = tuple(input_shape[:-1])
        return (*inside, 2 * self.filters), (*inside, self.filters)


@registered
class HorizontalLayer(GatedLayer):
    """Looks at a pixel's own row up to it, and at what the vertical layer says.

    Args:
        colors: Channels of the image.
        first: Whether its inputs are images, of which it must not see the pixel itself,
            and which it does not add to what it makes of them.
    """

    def __init__(
        self, filters, kernel_size, colors=1, num_classes=None, first=False, **kwargs
    ):
        super().__init__(filters, kernel_size, num_classes, **kwargs)
        self.colors = colors
        self.first = first
        mask = "A" if first else "B"
        self.look = MaskedConv2D(2 * filters, (1, kernel_size), mask, colors)
        self.widen = MaskedConv2D(filters, 1, "B", colors)

    def build(self, input_shape):
        super().build(input_shape)
        self.widen.build((*input_shape[:-1], self.filters))

    def call(self, inputs, linked, labels=None):
        x = self.widen(self.gated(self.look(inputs) + linked, labels))
        return x if self.first else inputs + x

    def compute_output_shape(self, input_shape, *others):
        return (*input_shape[:-1], self.filters)

    def get_config(self):
        config = {"colors": self.colors, "first": self.first}
        return {**super().get_config(), **config}
