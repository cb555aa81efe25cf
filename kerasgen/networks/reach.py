"""Which values the outputs of a network can reach, as far as its last layers say."""

import math

import keras
import numpy as np
from keras import ops

from kerasgen.engine.keras_private import made_by
from kerasgen.warned import warn

FAR = 1e3  # far enough for every activation that is bounded
TOLERANCE = 0.05


def symbolic_outputs(network):
    """What a network returns, as symbolic tensors in its own structure.

    None where only a call says it, as of a subclassed `keras.Model` that was not called
    yet.
    """
    if hasattr(network, "output_names"):  # a functional model
        return network.output
    if isinstance(network, keras.Sequential):
        # Its `output` is that of a call, as part of another network.
        inputs, tensors = (network.inputs or [None])[0], network.outputs
    else:
        inputs = getattr(network, "input", None)
        tensors = getattr(network, "output", None)
    if inputs is None:
        return None
    structure = network.compute_output_spec(inputs)
    return keras.tree.pack_sequence_as(structure, keras.tree.flatten(tensors))


def warn_unless_reached(output, interval, rule, received):
    """Warns of a last activation that keeps an output from values it should take.

    Args:
        output: Symbolic tensor of a network.
        interval: `(low, high)`, both of which it must be able to come near.
        rule: The sentence that says so.
        received: What to call the output.
    """
    culprit = None  # the first step that falls short, unless a later one mends it
    for step in reached(output):
        culprit = None if _covers(step, interval) else culprit or step
    if culprit:
        layer, low, high = culprit
        warn(
            f"{rule} Received: {received}, of which the layer {layer} makes values "
            f"from {low:g} to {high:g}",
        )


def _covers(step, interval):
    _, low, high = step
    return low <= interval[0] + TOLERANCE and high >= interval[1] - TOLERANCE


def warn_of_outputs(outputs, expected, who, network):
    """Warns of outputs that cannot reach what is expected of them.

    Args:
        outputs: `{name: symbolic tensor}` of a network, where it says so.
        expected: `{name: (low, high)}`.
        who: What expects it.
        network: Its name.
    """
    for name, (low, high) in expected.items():
        if name in outputs:
            rule = f"{who} needs {name!r} {_words(low, high)}."
            warn_unless_reached(outputs[name], (low, high), rule, network)


def _words(low, high):
    if (low, high) == (-math.inf, math.inf):
        return "to be unbounded: end in a layer without an activation"
    return f"to reach from {low:g} to {high:g}"


def reached(output):
    """Between which values an output lies after each of the steps that end in it.

    These are the activation of the last layer that has weights and whatever follows
    it, where that depends on nothing else; they are tried on numbers near to and far
    from zero.

    Args:
        output: Symbolic tensor of a network.

    Returns:
        List of `(layer, low, high)`, in the order of the steps; infinite where there is
        no bound, and empty where nothing can be seen.
    """
    shape, steps = _last_steps(output)
    values, found = _numbers(shape), []
    for layer, function in steps:
        try:
            values = function(values)
            host = ops.convert_to_numpy(ops.cast(values, "float32"))
        except Exception:  # a layer of the user's own may want anything else
            return []
        if np.isnan(host).any():
            return []
        found.append((layer, *_bounds(host)))
    return found


def _last_steps(output):
    """`(shape, [(layer, function)])`: what is done to values of a shape at the end."""
    steps = []
    while made := made_by(output):
        operation = made.operation
        inner = keras.tree.flatten(getattr(operation, "outputs", None))
        # A network within a network; a layer may call anything its outputs.
        if inner and isinstance(inner[0], keras.KerasTensor):
            output = inner[made.index]
            continue
        if getattr(operation, "variables", ()) or len(made.inputs) != 1:
            activation = _activation(operation)
            if activation is not None:
                steps.append((_named(operation, activation), activation))
            break
        steps.append((_named(operation, operation), _of_one(made)))
        (output,) = made.inputs
    return getattr(output, "shape", ()), steps[::-1]


def _activation(operation):
    while isinstance(operation, keras.layers.Wrapper):
        operation = operation.layer
    return getattr(operation, "activation", None)


def _of_one(made):
    return lambda value: keras.tree.flatten(made.again(value))[made.index]


def _named(operation, function):
    function = getattr(operation, "activation", None) or function
    name = getattr(function, "__name__", type(function).__name__)
    return f"{operation.name!r} ({name})"


def _numbers(shape):
    """A batch of numbers on both sides of zero, near and far, alike and not."""
    normal = np.random.default_rng(0).normal(size=[n or 8 for n in shape[1:]])
    rows = [FAR + 0.0 * normal, -FAR + 0.0 * normal, FAR * normal, normal]
    return ops.convert_to_tensor(np.stack(rows).astype("float32"))


def _bounds(values):
    """The least and the greatest, infinite where they are far."""
    low, high = float(values.min()), float(values.max())
    far = FAR / 200  # also a leaky activation of slope 0.01 has no bound
    return (
        low if low > -far else -math.inf,
        high if high < far else math.inf,
    )
