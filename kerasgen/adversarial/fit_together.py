"""Whether networks, inputs, losses and terms of a GAN fit one another."""

import itertools

import keras

from kerasgen import inputs as model_inputs
from kerasgen.adversarial.game import by_name
from kerasgen.arguments import check_one_of, is_integer
from kerasgen.networks import symbolic_outputs
from kerasgen.networks.shapes import admit, input_shapes, output_shapes


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


def check_generator(generator, inputs):
    """The generator takes what the inputs are, in their order."""
    if not generator.built:
        output_shapes(generator, "generator", [(each.size,) for each in inputs])
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
    if not discriminator.built:
        output_shapes(discriminator, "discriminator", shapes)
    found = [shape[1:] for shape in input_shapes(discriminator)]
    if found and not admit(found, shapes):
        beside = "".join(f", beside {each.name}" for each in conditions)
        raise ValueError(
            f"The discriminator must take what the generator makes{beside}: samples "
            f"of shape {', '.join(map(str, shapes))}. "
            f"Received: a discriminator for {', '.join(map(str, found))}"
        )
    outputs = symbolic_outputs(discriminator)
    if outputs is not None:
        by_name(outputs)


def check_kind(kind, sample_shape):
    """The generator makes samples of the kind; tokens may come as scores of each."""
    if sample_shape[: len(kind.shape)] != kind.shape:
        raise ValueError(
            "`kind` must be that of what the generator makes. "
            f"Received: kind={kind}, samples of shape {sample_shape}"
        )


def check_apart(players):
    """Those who play against each other have networks of their own.

    Args:
        players: `{name: Player}`.
    """
    weights = {name: {id(v) for v in p.variables} for name, p in players.items()}
    for one, other in itertools.combinations(players, 2):
        if weights[one] and weights[one] == weights[other]:
            raise ValueError(
                f"The {one} and the {other} must be different networks, or each undoes "
                "what the other has learned. Received: one network for both"
            )


def check_outputs(discriminator, names, reason):
    """A discriminator has to return what a loss reads, where that can be known."""
    outputs = symbolic_outputs(discriminator)
    if outputs is None:
        return
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
        shape = keras.tree.map_shape_structure(
            lambda shape: tuple(shape[1:]), generator.output_shape
        )
    else:
        takes = [(each.size,) for each in inputs]
        shape = output_shapes(generator, "generator", takes)
    if not isinstance(shape, tuple) or not all(map(is_integer, shape)):
        raise ValueError(
            "`generator` must make one array of samples, all of one shape. "
            f"Received: generator={generator.name!r}, which makes {shape}"
        )
    return shape


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
