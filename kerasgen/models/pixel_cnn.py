"""PixelCNN (van den Oord, Kalchbrenner and Kavukcuoglu, 2016)."""

import keras
from keras import ops

from kerasgen.arguments import check_positive
from kerasgen.autoregressive import PixelModel, PixelNetwork, get_levels, logits_of
from kerasgen.kinds import Images
from kerasgen.layers import MaskedConv2D
from kerasgen.layers.raster_order import RasterOrder
from kerasgen.networks import check_image_shape
from kerasgen.registered import registered


@registered
class PixelCNN(PixelModel):
    """Masked convolutions give each pixel its distribution, given those before it.

        log p(x) = sum over i of log p(x_i | x_1 .. x_i-1)

    with pixels in rows from the top, from left to right, and the colors of a pixel one
    after the other. All terms come from one pass, so that training is fast; samples
    are drawn one number at a time. `fit` and `evaluate` log `network_loss`, `-log p(x)`
    in nats for each image, and `bits_per_dim`, the same in bits for each number in it.

    Args:
        image_shape: `(height, width, channels)`, of any size.
        likelihood: Of a number of an image: `"bernoulli"`, for images of 0 and 255
            alone; `"categorical"`, a softmax over 256 levels; a
            `kerasgen.losses.Likelihood`, or `{"name": "categorical", "levels": 8}`. All
            others are refused.
        filters: h, feature maps of the 3x3 convolutions, a multiple of the channels;
            the blocks have 2h outside of them.
        blocks: How many residual blocks.
        head_filters: Feature maps of the two 1x1 convolutions before the output; None
            for 2h.
        seed: Seed of what training draws, which is nothing.

    Raises:
        ValueError: If an argument is out of range.

    Example:

    ```python
    model = kerasgen.models.PixelCNN((28, 28, 1), filters=4, blocks=2)
    model.compile()
    digits = np.zeros((32, 28, 28, 1), "uint8")  # of 0 and 255
    model.fit(digits, batch_size=16, verbose=0)
    model.log_prob(digits).shape  # (32,), in nats
    model.generate(4, seed=0).shape  # (4, 28, 28, 1)
    ```

    Reference:
        van den Oord, Kalchbrenner and Kavukcuoglu, 2016, arXiv:1601.06759, sections 2
        and 3, table 1.

    Differences:
        Adam of rate 1e-3 in place of RMSProp with rates set by hand.
    """

    def __init__(
        self,
        image_shape=(28, 28, 1),
        likelihood="bernoulli",
        filters=16,
        blocks=7,
        head_filters=None,
        seed=None,
        **kwargs,
    ):
        kind = Images(check_image_shape(image_shape))
        likelihood = get_levels(likelihood)
        levels = logits_of(likelihood, kind.shape)
        network = PixelCNNNetwork(kind.shape, filters, blocks, head_filters, levels)
        super().__init__(kind, (), network, likelihood, seed=seed, **kwargs)
        self.filters = filters
        self.blocks = blocks
        self.head_filters = head_filters

    def default_optimizers(self):
        return {"network": keras.optimizers.Adam(1e-3)}

    def get_config(self):
        return {
            **super().get_config(),
            "likelihood": keras.saving.serialize_keras_object(self.likelihood),
            "filters": self.filters,
            "blocks": self.blocks,
            "head_filters": self.head_filters,
        }


@registered
class PixelCNNNetwork(PixelNetwork):
    """Table 1: a 7x7 convolution with mask A, residual blocks, 1x1 convolutions.

    Args:
        image_shape, levels: As for `PixelNetwork`.
        filters, blocks, head_filters: As for `PixelCNN`.
    """

    def __init__(
        self, image_shape, filters, blocks, head_filters=None, levels=None, **kwargs
    ):
        super().__init__(image_shape, levels, **kwargs)
        check_positive(filters=filters, blocks=blocks)
        self.filters = filters
        self.head_filters = head_filters
        colors = self.image_shape[-1]
        width = 2 * filters if head_filters is None else head_filters
        self.first = MaskedConv2D(2 * filters, 7, "A", colors)
        self.blocks = [PixelCNNBlock(filters, colors) for _ in range(blocks)]
        self.head = [MaskedConv2D(width, 1, "B", colors) for _ in range(2)]
        self.last = MaskedConv2D(self.outputs_needed, 1, "B", colors)
        self.make()

    def build_layers(self, shape):
        for layer in (self.first, *self.blocks, *self.head, self.last):
            layer.build(shape)
            shape = layer.compute_output_shape(shape)

    @property
    def readers(self):
        return [self.first]

    def pixels(self, images, maps, *labels):
        x = self.first(images)
        for block in self.blocks:
            x = block(x)
        for layer in self.head:
            x = layer(ops.relu(x))
        return self.by_color(self.last(ops.relu(x)))

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "blocks": len(self.blocks),
            "head_filters": self.head_filters,
        }


@registered
class PixelCNNBlock(RasterOrder, keras.layers.Layer):
    """Figure 5: 2h maps, to h, a 3x3 convolution, back to 2h, and what came in.

    Args:
        filters: h.
        colors: Channels of the image.
    """

    def __init__(self, filters, colors=1, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.colors = colors
        self.narrow = MaskedConv2D(filters, 1, "B", colors)
        self.look = MaskedConv2D(filters, 3, "B", colors)
        self.widen = MaskedConv2D(2 * filters, 1, "B", colors)

    def build(self, input_shape):
        inside = (*input_shape[:-1], self.filters)
        self.narrow.build(input_shape)
        self.look.build(inside)
        self.widen.build(inside)

    def call(self, inputs):
        x = self.narrow(ops.relu(inputs))
        x = self.look(ops.relu(x))
        return inputs + self.widen(ops.relu(x))

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        config = {"filters": self.filters, "colors": self.colors}
        return {**super().get_config(), **config}
