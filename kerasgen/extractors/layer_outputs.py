"""What layers of an extractor make of samples, for losses that look through it."""

import keras
from keras import ops

from kerasgen.arguments import as_list
from kerasgen.nearest import nearest


class LayerOutputs:
    """Outputs of several layers of an extractor, differentiable by the samples.

    The network stays as it is: whoever takes gradients asks for those of other
    variables.

    Args:
        extractor: A `kerasgen.metrics.Extractor`.
        layers: Names of layers of its network, which is functional or sequential.

    Raises:
        ValueError: If there is no such layer, none is named, or the network is of
            another form.

    Call:
        samples: Float tensor as models take and give samples: images
            `(batch, height, width, channels)` in [-1, 1].

        Returns a list of float32 tensors, `(batch, ...)`, one for each layer.
    """

    def __init__(self, extractor, layers):
        layers = [layers] if isinstance(layers, str) else layers
        self.extractor = extractor
        self.layers = as_list("layers", layers, "names of layers")
        self._network = _cut(extractor.network, self.layers)

    def __call__(self, samples):
        x = ops.cast(samples, "float32")
        if self.extractor.kind is None:
            x = 127.5 * (x + 1.0)  # [-1, 1] to [0, 255]
        outputs = self._network(self.extractor.prepared(x), training=False)
        return [ops.cast(outputs[name], "float32") for name in self.layers]


def _cut(network, layers):
    """The network up to some of its layers, with their outputs by name."""
    inputs = getattr(network, "inputs", None)
    if not inputs:
        raise ValueError(
            "The network of `extractor` must be a functional or sequential model, so "
            f"that its layers can be asked. Received: a {type(network).__name__}"
        )
    known = {layer.name: layer for layer in network.layers}
    for name in layers:
        if name not in known:
            raise ValueError(
                "`layers` must be names of layers of the extractor's network. "
                f"{nearest(name, known)}Received: layers with {name!r}"
            )
    if not layers:
        raise ValueError("`layers` must name at least one layer. Received: none")
    outputs = {name: known[name].output for name in layers}
    return keras.Model(inputs, outputs, name="layers")
