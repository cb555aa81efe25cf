"""Whether networks, losses and terms of a GAN fit one another."""

import keras


def check_outputs(discriminator, names, reason):
    """A discriminator has to return what a loss reads, where that can be known."""
    outputs = getattr(discriminator, "output", None)
    if outputs is None and isinstance(discriminator, keras.Sequential):
        if discriminator.built:
            outputs = discriminator.compute_output_spec(discriminator.inputs[0])
    if outputs is None:
        return  # a subclassed model says so only when it is called
    found = sorted(outputs) if isinstance(outputs, dict) else ["logits"]
    for name in names:
        if name not in found:
            raise ValueError(
                f"{reason} needs a discriminator whose outputs are a dictionary with "
                f"{name!r}. Received: discriminator={discriminator.name!r} with "
                f"{', '.join(map(repr, found))}"
            )


def check_pair(sample_shape, discriminator):
    """The discriminator takes what the generator makes."""
    if not discriminator.built:
        discriminator.build((None, *sample_shape))
    expected = input_shapes(discriminator)
    if expected and tuple(expected[0][1:]) != sample_shape:
        raise ValueError(
            "The discriminator must take what the generator makes. Received: samples "
            f"of shape {sample_shape}, a discriminator for {tuple(expected[0][1:])}"
        )


def check_generator(generator, inputs):
    """The generator takes what the inputs are, in their order."""
    shapes = input_shapes(generator)
    expected = [(None, each.size) for each in inputs]
    if shapes and [tuple(shape) for shape in shapes] != expected:
        names = ", ".join(each.name for each in inputs)
        sizes = ", ".join(f"(batch, {each.size})" for each in inputs)
        takes = f"the tuple ({names}) of" if len(inputs) > 1 else f"{names} of"
        raise ValueError(
            f"`generator` must be a model of {takes} shape {sizes}. Received: "
            f"generator={generator.name!r} with inputs of shape {shapes}"
        )


def input_shapes(network):
    """Shapes of all inputs of a network in a list; empty where it does not say."""
    shapes = getattr(network, "input_shape", None)
    if shapes is None:
        return []
    several = isinstance(shapes[0], (list, tuple))
    return list(shapes) if several else [shapes]


def sample_shape_of(generator, inputs):
    """Shape of one sample that the generator makes."""
    if hasattr(generator, "output_shape"):
        return tuple(generator.output_shape[1:])
    given = [keras.KerasTensor((1, each.size), "float32") for each in inputs]
    outputs = generator.compute_output_spec(given[0] if len(given) == 1 else given)
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
