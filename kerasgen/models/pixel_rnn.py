"""PixelRNN (van den Oord, Kalchbrenner and Kavukcuoglu, 2016)."""

import keras
from keras import ops

from kerasgen.arguments import check_one_of, check_positive
from kerasgen.autoregressive import PixelModel, PixelNetwork, get_levels, logits_of
from kerasgen.autoregressive.network import shifted_down
from kerasgen.engine import kernels
from kerasgen.kinds import Images
from kerasgen.layers import MaskedConv2D
from kerasgen.networks import check_image_shape
from kerasgen.registered import registered


@registered
class PixelRNN(PixelModel):
    """LSTMs that run over an image give each pixel its distribution.

    `"row"`, a Row LSTM, goes down row by row: its state knows a triangle above a pixel.
    `"diagonal"`, a Diagonal BiLSTM, goes along the diagonals, from either upper corner:
    together its two states know every pixel before their own. In both

        [o, f, i] = sigmoid(K_ss * h + K_is * x),  g = tanh(K_ss * h + K_is * x)
        c = f c + i g,  h = o tanh(c)

    Everything else is as for `PixelCNN`: `log_prob` is exact, `fit` logs nats and bits.
    Training is slow, for the steps of an LSTM come one after the other, and so are
    samples: layers do not remember, a pixel costs a pass of the whole image.

    Args:
        image_shape: `(height, width, channels)`, of any size.
        likelihood: As for `PixelCNN`.
        cell: `"diagonal"` or `"row"`.
        filters: h, the size of an LSTM's state at a pixel, a multiple of the channels.
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

    cached = False

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

    @classmethod
    def from_config(cls, config, custom_objects=None):
        return cls(**keras.saving.deserialize_keras_object(config, custom_objects))


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
        self.first.build(input_shape)
        inside, outside = ((*input_shape[:-1], n * self.filters) for n in (1, 2))
        for lstm, widen in zip(self.lstms, self.widen, strict=True):
            lstm.build(outside)
            widen.build(inside)
        shape = outside
        for layer in (*self.head, self.last):
            layer.build(shape)
            shape = layer.compute_output_shape(shape)

    def pixels(self, images, maps, *labels):
        # A map of mask A holds nothing of its own pixel: what comes from the right has
        # to start behind the last one of a row to know it.
        wider = ops.pad(images, ((0, 0), (0, 0), (0, 1), (0, 0)))
        x = self.first(wider)
        for lstm, widen in zip(self.lstms, self.widen, strict=True):
            x = x + widen(lstm(x))
        x = x[:, :, :-1]
        for layer in self.head:
            x = layer(ops.relu(x))
        return self.by_color(self.last(ops.relu(x)))

    def get_config(self):
        return {
            **super().get_config(),
            "cell": self.cell,
            "filters": self.filters,
            "blocks": len(self.lstms),
            "head_filters": self.head_filters,
        }


class ImageLSTM(keras.layers.Layer):
    """An LSTM over an image.

    Args:
        filters: h.
        colors: Channels of the image.
    """

    def __init__(self, filters, colors=1, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.colors = colors

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.filters)

    def get_config(self):
        config = {"filters": self.filters, "colors": self.colors}
        return {**super().get_config(), **config}


@registered
class RowLSTM(ImageLSTM):
    """Section 3.1: rows from the top; K_is is 3x1 with mask B, K_ss 3x1."""

    def __init__(self, filters, colors=1, **kwargs):
        super().__init__(filters, colors, **kwargs)
        self.of_inputs = MaskedConv2D(4 * filters, (1, 3), "B", colors)

    def build(self, input_shape):
        self.of_inputs.build(input_shape)
        shape = (1, 3, self.filters, 4 * self.filters)
        self.of_state = self.add_weight(shape, "glorot_uniform", name="of_state")
        kernels.arrange(self.of_state)

    def call(self, inputs):
        kernel = ops.convert_to_tensor(self.of_state)

        def of_state(h):  # (batch, width, h) to (batch, width, 4h)
            maps = kernels.convolution(h[:, None], kernel, (1, 1), "same")
            return maps[:, 0]

        rows = ops.moveaxis(self.of_inputs(inputs), 1, 0)
        return ops.moveaxis(run_lstm(rows, of_state), 0, 1)


@registered
class DiagonalBiLSTM(ImageLSTM):
    """Section 3.2: diagonals from both upper corners; K_is is 1x1 and K_ss 2x1.

    What comes from the right has seen its own row to the right: it is moved down by a
    row before the two are added, and so tells a pixel of the row above.
    """

    def __init__(self, filters, colors=1, **kwargs):
        super().__init__(filters, colors, **kwargs)
        self.of_inputs = [
            MaskedConv2D(4 * filters, 1, "B", colors, name=f"from_{side}")
            for side in ("left", "right")
        ]

    def build(self, input_shape):
        self.of_states = []
        for layer in self.of_inputs:
            layer.build(input_shape)
            shape = (2 * self.filters, 4 * self.filters)
            name = f"state_{layer.name}"
            self.of_states.append(self.add_weight(shape, "glorot_uniform", name=name))

    def call(self, inputs):
        of_left, of_right = (ops.convert_to_tensor(each) for each in self.of_states)
        left = along_diagonals(self.of_inputs[0](inputs), of_left)
        mirrored = ops.flip(self.of_inputs[1](inputs), axis=2)
        right = ops.flip(along_diagonals(mirrored, of_right), axis=2)
        return left + shifted_down(right)


CELLS = {"diagonal": DiagonalBiLSTM, "row": RowLSTM}


def along_diagonals(maps, kernel):
    """An LSTM from the upper left corner.

    Args:
        maps: `K_is * x`, `(batch, height, width, 4h)`.
        kernel: K_ss, `(2h, 4h)`: of the row above, then of the pixel's own.

    Returns:
        `(batch, height, width, h)`.
    """

    def of_state(h):  # (batch, height, h) to (batch, height, 4h)
        above = ops.pad(h, ((0, 0), (1, 0), (0, 0)))[:, :-1]
        return ops.matmul(ops.concatenate([above, h], axis=-1), kernel)

    columns = ops.moveaxis(skewed(maps), 2, 0)
    return unskewed(ops.moveaxis(run_lstm(columns, of_state), 0, 2), maps.shape[2])


def run_lstm(steps, of_state):
    """States of an LSTM, one after the other.

    Args:
        steps: `K_is * x`, `(steps, batch, positions, 4h)`.
        of_state: `K_ss * h`, from `(batch, positions, h)` to `(batch, positions, 4h)`.

    Returns:
        `(steps, batch, positions, h)`.
    """
    zeros = ops.zeros_like(ops.split(steps[0], 4, axis=-1)[0])

    def step(state, x):
        h, c = state
        o, f, i, g = ops.split(x + of_state(h), 4, axis=-1)
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
        h = ops.sigmoid(o) * ops.tanh(c)
        return (h, c), h

    _, states = ops.scan(step, (zeros, zeros), steps)
    return states


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
