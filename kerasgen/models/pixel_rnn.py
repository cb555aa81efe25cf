"""PixelRNN (van den Oord, Kalchbrenner and Kavukcuoglu, 2016)."""

import keras
from keras import ops

from kerasgen.arguments import check_one_of, check_positive
from kerasgen.autoregressive import PixelModel, PixelNetwork, get_levels, logits_of
from kerasgen.kinds import Images
from kerasgen.layers import DiagonalBiLSTM, MaskedConv2D, RowLSTM
from kerasgen.layers.raster_order import here
from kerasgen.networks import check_image_shape
from kerasgen.registered import registered

CELLS = {"diagonal": DiagonalBiLSTM, "row": RowLSTM}


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
            **super().get_config(),
            "likelihood": keras.saving.serialize_keras_object(self.likelihood),
            "cell": self.cell,
            "filters": self.filters,
            "blocks": self.blocks,
            "head_filters": self.head_filters,
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

    def build_layers(self, shape):
        batch, height, width, channels = shape
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

    def rows(self, above, *labels):
        if here() is not None:
            for lstm in self.lstms:
                lstm.begin_row()
        return []  # an LSTM keeps what it knows of rows itself

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
