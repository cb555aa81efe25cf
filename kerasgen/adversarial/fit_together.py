"""Whether networks, inputs, losses and terms of a GAN fit one another."""

import keras

from kerasgen import inputs as model_inputs
from kerasgen.adversarial.game import by_name
from kerasgen.arguments import check_one_of, is_integer
from kerasgen.networks import symbolic_outputs
from kerasgen.networks.shapes import admit, input_shapes


def inputs_of(given, generator):
    """What samples are made from, as a tuple of `kerasgen.inputs.Input`.

    Args:
        given: One of them or several, the size of a normal latent, or None, which
            takes that from a generator that is built.
        generator: Keras model.
    """
    if given is None:
        shapes = input_shapes(generator) if generator.built else []
        if len(shapes) != 1:
            raise ValueError(
                "`inputs` is needed where the generator is not built yet, or takes "
                "more than latents. Received: inputs=None"
            )
        given = shapes[0][-1]
    if is_integer(given):
        given = model_inputs.Latents(given)
    found = tuple(given) if isinstance(given, (tuple, list)) else (given,)
    for each in found:
        if not isinstance(each, model_inputs.Input):
            raise ValueError(
                "`inputs` must be objects of kerasgen.inputs, or the size of a latent; "
                f"a loss is an argument of `compile`. Received: inputs={each!r}"
            )
    return found


def build(network, shapes):
    """Builds a network that is not built yet, by calling it on nothing real.

    Args:
        network: Keras model.
        shapes: Of one sample of each tensor that it takes.
    """
    if not network.built:
        given = tuple(keras.Input(shape) for shape in shapes)
        network(given if len(given) > 1 else given[0])


def check_generator(generator, inputs):
    """The generator takes what the inputs are, in their order."""
    build(generator, [(each.size,) for each in inputs])
    shapes = input_shapes(generator)
    if shapes and not admit(shapes, [(None, each.size) for each in inputs]):
        names = ", ".join(each.name for each in inputs)
        sizes = ", ".join(f"(batch, {each.size})" for each in inputs)
        takes = f"the tuple ({names}) of" if len(inputs) > 1 else f"{names} of"
        raise ValueError(
            f"`generator` must be a model of {takes} shape {sizes}. Received: "
            f"generator={generator.name!r} with inputs of shape {shapes}"
        )


def conditions_of(names, inputs):
    """The inputs of these names."""
    by_name = {each.name: each for each in inputs}
    for name in names:
        check_one_of(list(by_name), conditions=name)
    return [by_name[name] for name in names]


def check_pair(sample_shape, discriminator, conditions=()):
    """The discriminator takes what the generator makes, and inputs beside it."""
    shapes = [sample_shape, *((each.size,) for each in conditions)]
    build(discriminator, shapes)
    found = [shape[1:] for shape in input_shapes(discriminator)]
    if found and not admit(found, shapes):
        beside = "".join(f", beside {each.name}" for each in conditions)
        raise ValueError(
            f"The discriminator must take what the generator makes{beside}: samples "
            f"of shape {', '.join(map(str, shapes))}. "
            f"Received: a discriminator for {', '.join(map(str, found))}"
        )


def check_kind(kind, sample_shape):
    """The generator makes samples of the kind; tokens may come as scores of each."""
    if sample_shape[: len(kind.shape)] != kind.shape:
        raise ValueError(
            "`kind` must be that of what the generator makes. "
            f"Received: kind={kind}, samples of shape {sample_shape}"
        )


def check_outputs(discriminator, names, reason):
    """A discriminator has to return what a loss reads, where that can be known."""
    outputs = symbolic_outputs(discriminator)
    if outputs is None:
        return  # a subclassed model says so only when it is called
    found = sorted(by_name(outputs))
    for name in names:
        if name not in found:
            raise ValueError(
                f"{reason} needs a discriminator whose outputs are a dictionary with "
                f"{name!r}. Received: discriminator={discriminator.name!r} with "
                f"{', '.join(map(repr, found))}"
            )


def sample_shape_of(generator, inputs):
    """Shape of one sample that the generator makes."""
    if hasattr(generator, "output_shape"):
        return tuple(generator.output_shape[1:])
    given = [keras.KerasTensor((1, each.size), "float32") for each in inputs]
    outputs = generator.compute_output_spec(
        given[0] if len(given) == 1 else tuple(given)
    )
    return tuple(outputs.shape[1:])


def check_term(term, model):
    """A term finds the players, outputs and inputs that it names."""
    name = type(term).__name__
    for player in term.players:
        if player not in model.players():
            raise ValueError(
                f"{name} joins the loss of {player!r}, and the players are "
                f"{', '.join(map(repr, model.players()))}. Received: player={player!r}"
            )
    check_outputs(model.networks["discriminator"], term.needs, name)
    inputs = [each.name for each in model.inputs]
    for read in term.reads:
        if read not in inputs:
            raise ValueError(
                f"{name} reads {read}, and this model is made from "
                f"{', '.join(inputs)}. Received: a term that reads {read!r}"
            )
