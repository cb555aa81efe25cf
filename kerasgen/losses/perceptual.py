"""How far apart two samples are in the eyes of a fixed network."""

from keras import ops

from kerasgen.arguments import as_list, check_factors
from kerasgen.extractors.layer_outputs import LayerOutputs
from kerasgen.extractors.load_extractor import load_extractor
from kerasgen.losses.objective import per_sample
from kerasgen.registered import registered


@registered
class Perceptual:
    """The distance of two samples in features of several layers of an extractor.

    `d(x, y) = sum over layers l of w_l mean((phi_l(x) - phi_l(y))^2)`, the mean over
    positions and channels of a layer. The extractor is fixed: nothing of it is trained,
    and it is saved by its name alone.

    Args:
        extractor: A `kerasgen.metrics.Extractor` with a functional or sequential
            network, or what `kerasgen.metrics.load_extractor` takes. One of your own is
            found again by its name:
            `keras.saving.load_model(path, custom_objects={"mine": extractor})`.
        layers: Names of layers of its network; one, or a sequence.
        weights: `w_l`, one number of at least 0 for each layer; None weighs all by 1.
            Deeper layers of a network have other scales, so that equal weights are no
            equal shares.

    Call:
        target, output: Float tensors of samples as models take and give them: images
            `(batch, height, width, channels)` in [-1, 1]. No gradient flows into
            `target`.

        Returns `(batch,)`, float32, at least 0.

    Raises:
        ValueError: If there is no such extractor or layer, or weights are not as said.

    Example:

    ```python
    inputs = keras.Input((None, None, 3))
    x = keras.layers.Conv2D(8, 3, activation="relu", name="edges")(inputs)
    x = keras.layers.Conv2D(8, 3, strides=2, activation="relu", name="corners")(x)
    mine = kerasgen.metrics.Extractor(keras.Model(inputs, x), name="mine")
    distance = kerasgen.losses.perceptual(mine, ["edges", "corners"])
    images = np.random.default_rng(0).uniform(-1, 1, (2, 16, 16, 3))
    distance(images, -images)  # (2,)
    ```

    Reference:
        Johnson et al., 2016, arXiv:1603.08155, equation 2 and section 3.2; Dosovitskiy
        and Brox, 2016, arXiv:1602.02644, equation 3.

    Differences:
        A sum over layers, where Johnson et al. reconstruct features of one.
    """

    def __init__(self, extractor, layers, weights=None):
        self.extractor = load_extractor(extractor)
        self._outputs = LayerOutputs(self.extractor, layers)
        self.layers = self._outputs.layers
        self.weights = _checked(weights, self.layers)

    def __call__(self, target, output):
        target = ops.stop_gradient(ops.convert_to_tensor(target))
        real, made = self._outputs(target), self._outputs(output)
        weights = self.weights or [1.0] * len(self.layers)
        return sum(
            w * per_sample(ops.square(a - b))
            for w, a, b in zip(weights, real, made, strict=True)
        )

    def get_config(self):
        return {
            "extractor": self.extractor.name,
            "layers": self.layers,
            "weights": self.weights,
        }

    @classmethod
    def from_config(cls, config):
        return cls(**config)

    def __repr__(self):
        return f"Perceptual({self.extractor.name!r}, {self.layers})"


def perceptual(extractor, layers, weights=None):
    """The perceptual distance in some layers of an extractor; see `Perceptual`."""
    return Perceptual(extractor, layers, weights)


def _checked(weights, layers):
    if weights is None:
        return None
    weights = as_list("weights", weights, "numbers")
    for weight in weights:
        check_factors(weights=weight)
    if len(weights) != len(layers):
        raise ValueError(
            "`weights` must hold one number for each layer. "
            f"Received: {len(weights)} weights for {len(layers)} layers"
        )
    return weights
