"""PixelCNN++ (Salimans, Karpathy, Chen and Kingma, 2017)."""

import math

import keras
from keras import ops

from kerasgen.arguments import check_fractions, check_positive
from kerasgen.autoregressive import PixelModel
from kerasgen.engine import compiled
from kerasgen.engine.batches import first_batch, parts_of
from kerasgen.kinds import Images
from kerasgen.layers.shifted_convolution import (
    ShiftedConv2D,
    ShiftedConv2DTranspose,
    initializing,
)
from kerasgen.losses import LogisticMixture
from kerasgen.networks import check_image_shape
from kerasgen.registered import registered

RESOLUTIONS = 3


@registered
class PixelCNNPlusPlus(PixelModel):
    """A PixelCNN of whole pixels, whose levels are bins of a mixture of logistics.

    Two streams, one of all that is above a pixel and one of that and of what is to its
    left, go down to a quarter of the resolution and up again, with shortcuts between
    what is of one size. Shifted convolutions, with normalized weights, see no pixel
    that comes later. Before the first step of `fit` the weights are scaled so that each
    layer's outputs for the first batch have mean 0 and variance 1.

    Everything else is as for `PixelCNN`: `log_prob` is exact, `fit` logs nats and bits.
    All colors of a pixel are drawn from one pass. Layers do not remember: a pixel costs
    a pass of the whole image.

    Args:
        image_shape: `(height, width, channels)`, sides multiples of 4.
        filters: Feature maps of both streams.
        blocks: Gated residual layers at each resolution.
        components: Logistics in the mixture.
        dropout: Rate inside of residual layers.
        seed: Seed of what training draws.

    Raises:
        ValueError: If an argument is out of range.

    Example:

    ```python
    model = kerasgen.models.PixelCNNPlusPlus((8, 8, 3), filters=4, blocks=1)
    model.compile()
    images = np.zeros((8, 8, 8, 3), "uint8")
    model.fit(images, batch_size=4, verbose=0)
    model.log_prob(images).shape  # (8,), in nats
    model.generate(2, seed=0).shape  # (2, 8, 8, 3)
    ```

    Reference:
        Salimans et al., 2017, arXiv:1701.05517, and the authors' code.

    Differences:
        None known in the network; see `kerasgen.losses.LogisticMixture` for the masses.
    """

    cached = False

    def __init__(
        self,
        image_shape=(32, 32, 3),
        filters=160,
        blocks=5,
        components=10,
        dropout=0.5,
        seed=None,
        **kwargs,
    ):
        kind = Images(_multiples_of_four(image_shape))
        likelihood = LogisticMixture(components)
        network = two_streams(kind.shape, likelihood, filters, blocks, dropout, seed)
        super().__init__(kind, (), network, likelihood, seed=seed, **kwargs)
        self.filters = filters
        self.blocks = blocks
        self.components = components
        self.dropout = dropout

    def default_optimizers(self):
        falling = keras.optimizers.schedules.ExponentialDecay(1e-3, 1, 0.999995)
        # The authors' code.
        return {"network": keras.optimizers.Adam(falling, beta_1=0.95, beta_2=0.9995)}

    def compile(self, optimizer=None, *, average=0.9995, **execution):
        """Prepares training.

        Args:
            optimizer: None for Adam of rate 1e-3, which falls by 5e-6 of it at each
                step, or any.
            average: As for `kerasgen.engine.GenerativeModel`; the paper's, of all
                weights.
            **execution: `run_eagerly`, `steps_per_execution`, `jit_compile`.
        """
        super().compile(optimizer, average=average, **execution)

    def fit(self, x=None, y=None, *, batch_size=None, nonnegative=False, **kwargs):
        """As `kerasgen.engine.GenerativeModel.fit`, after `initialize` where no step
        was made yet."""
        if x is not None and self.compiled and not int(self.global_step.numpy()):
            batch, x, whole = first_batch(x)
            samples = parts_of(batch)["samples"]
            self.check_batch(batch)
            self.initialize(samples[: batch_size or 32])
        kwargs |= {"batch_size": batch_size, "nonnegative": nonnegative}
        return super().fit(x, y, **kwargs)

    def initialize(self, images):
        """Scales the weights so that all layers' outputs for these images are alike.

        Args:
            images: A batch, as `fit` takes them.
        """
        floats = ops.stop_gradient(self.kind.to_float(ops.convert_to_tensor(images)))

        def pass_through():
            with initializing():
                parameters = self.network_of_pixels(floats, training=False)
            return ops.sum(parameters["mean"])

        compiled(pass_through)()
        for each in self.averages:
            each.copies["network"].set_weights(self.network_of_pixels.get_weights())

    def get_config(self):
        return {
            "image_shape": self.kind.shape,
            "filters": self.filters,
            "blocks": self.blocks,
            "components": self.components,
            "dropout": self.dropout,
            "seed": self.seed,
            "name": self.name,
        }


def _multiples_of_four(image_shape):
    shape = check_image_shape(image_shape)
    if shape[0] % 4 or shape[1] % 4:
        raise ValueError(
            "`image_shape` must have a height and a width that can be halved twice. "
            f"Received: image_shape={shape}"
        )
    return shape


def two_streams(image_shape, likelihood, filters, blocks, dropout, seed=None):
    """The network of figure 2, from images to parameters of the likelihood.

    Args:
        image_shape: `(height, width, channels)`.
        likelihood: Whose parameters it gives.
        filters, blocks, dropout, seed: As for `PixelCNNPlusPlus`.
    """
    check_positive(filters=filters, blocks=blocks)
    check_fractions(dropout=dropout)

    def residual(direction, *inputs):
        return GatedResidual(filters, direction, dropout, seed)(*inputs)

    def strided(layer, u, ul, **strides):
        return (
            layer(filters, (2, 3), "down", **strides)(u),
            layer(filters, (2, 2), "down_right", **strides)(ul),
        )

    images = keras.Input(image_shape)
    x = WithOnes()(images)
    # u is made of the rows above, ul of these and of what is to the left.
    u = _moved(ShiftedConv2D(filters, (2, 3))(x), down=1)
    above = _moved(ShiftedConv2D(filters, (1, 3))(x), down=1)
    left = _moved(ShiftedConv2D(filters, (2, 1), "down_right")(x), right=1)
    ul = keras.layers.Add()([above, left])
    streams = [(u, ul)]
    for resolution in range(RESOLUTIONS):
        for _ in range(blocks):
            u = residual("down", u)
            ul = residual("down_right", ul, u)
            streams.append((u, ul))
        if resolution < RESOLUTIONS - 1:
            u, ul = strided(ShiftedConv2D, u, ul, strides=2)
            streams.append((u, ul))
    u, ul = streams.pop()
    for resolution in range(RESOLUTIONS):
        for _ in range(blocks + (resolution > 0)):
            short_u, short_ul = streams.pop()
            u = residual("down", u, short_u)
            beside = keras.layers.Concatenate()([u, short_ul])
            ul = residual("down_right", ul, beside)
        if resolution < RESOLUTIONS - 1:
            u, ul = strided(ShiftedConv2DTranspose, u, ul)
    x = keras.layers.Activation("elu")(ul)
    parameters = {}
    for name, shape in likelihood.shapes(image_shape).items():
        maps = ShiftedConv2D(math.prod(shape[2:]), (1, 1), name=name)(x)
        parameters[name] = keras.layers.Reshape(shape)(maps)
    return keras.Model(images, parameters, name="network")


def _moved(x, down=0, right=0):
    """Feature maps one row or column further on, behind zeros."""
    x = keras.layers.ZeroPadding2D(((down, 0), (right, 0)))(x)
    return keras.layers.Cropping2D(((0, down), (0, right)))(x)


@registered
class WithOnes(keras.layers.Layer):
    """Images with a channel of ones, by which zeros behind the border are known."""

    def call(self, images):
        return ops.concatenate([images, ops.ones_like(images[..., :1])], axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] + 1)


@registered
class GatedResidual(keras.layers.Layer):
    """Two shifted convolutions, the second of which gates itself, and what came in.

    Args:
        filters: Feature maps that come in and go out.
        direction: `"down"` or `"down_right"`.
        dropout: Rate between the two.
        seed: Of the dropout.
    """

    def __init__(self, filters, direction, dropout=0.5, seed=None, **kwargs):
        super().__init__(**kwargs)
        size = (2, 3) if direction == "down" else (2, 2)
        self.filters = filters
        self.direction = direction
        self.rate = dropout
        self.seed = seed
        self.first = ShiftedConv2D(filters, size, direction)
        self.of_other = ShiftedConv2D(filters, (1, 1), direction)
        self.second = ShiftedConv2D(2 * filters, size, direction, scale=0.1)
        self.dropout = keras.layers.Dropout(dropout, seed=seed)

    def build(self, inputs_shape, other_shape=None):
        doubled = (*inputs_shape[:-1], 2 * self.filters)
        self.first.build((*inputs_shape[:-1], 2 * inputs_shape[-1]))
        if other_shape is not None:
            self.of_other.build((*other_shape[:-1], 2 * other_shape[-1]))
        self.second.build(doubled)

    def call(self, inputs, other=None, training=False):
        x = self.first(concat_elu(inputs))
        if other is not None:
            x = x + self.of_other(concat_elu(other))
        x = self.dropout(concat_elu(x), training=training)
        content, gate = ops.split(self.second(x), 2, axis=-1)
        return inputs + content * ops.sigmoid(gate)

    def compute_output_shape(self, inputs_shape, other_shape=None):
        return inputs_shape

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "direction": self.direction,
            "dropout": self.rate,
            "seed": self.seed,
        }


def concat_elu(x):
    """`elu` of x and of -x, one after the other: twice as many maps."""
    return ops.elu(ops.concatenate([x, -x], axis=-1))
