"""Warnings of networks whose last layers do not fit what they are trained by."""

import keras

from kerasgen.adversarial.game import by_name
from kerasgen.networks import symbolic_outputs, warn_of_outputs
from kerasgen.warned import warn


def warn_of_generator(generator, kind):
    """The generator reaches all values that samples have in networks.

    Args:
        generator: Keras model, of which nothing can be said if it is subclassed, or
            None.
        kind: The `kerasgen.kinds.Kind` that it makes.
    """
    outputs = symbolic_outputs(generator)
    if kind.interval is not None and isinstance(outputs, keras.KerasTensor):
        outputs = {kind.noun: outputs}
        expected = {kind.noun: kind.interval}
        warn_of_outputs(
            outputs, expected, "A generator", f"generator={generator.name!r}"
        )


def warn_of_discriminator(discriminator, kind, objective, terms=()):
    """The discriminator says what its objective and the terms can read.

    Args:
        discriminator: Keras model, of which nothing can be said if it is subclassed.
        kind: The `kerasgen.kinds.Kind` that it judges.
        objective: `kerasgen.losses.Objective`.
        terms: List of `kerasgen.adversarial.Term`.
    """
    outputs = symbolic_outputs(discriminator)
    outputs = {} if outputs is None else by_name(outputs)
    network = f"discriminator={discriminator.name!r}"
    for each in (objective, *terms):
        warn_of_outputs(outputs, each.expects(kind), type(each).__name__, network)
    shape = getattr(outputs.get("logits"), "shape", ())
    if "logits" in objective.needs and len(shape) > 1 and shape[-1] not in (1, None):
        warn(
            "A discriminator says one number of each sample, or of each patch: logits "
            "of shape (batch, 1), (batch,) or (batch, h, w, 1). "
            f"Received: {network} with logits of shape {shape}",
        )
