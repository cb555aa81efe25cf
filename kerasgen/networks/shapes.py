"""What networks take and give, before they have seen any data."""

import keras


def input_shapes(network):
    """Shapes of all inputs of a network, `(None, ...)`; empty where it says none."""
    shapes = getattr(network, "input_shape", None)
    if shapes is None:
        return []
    several = isinstance(shapes[0], (list, tuple))
    return [tuple(shape) for shape in (shapes if several else [shapes])]


def check_networks(**networks):
    """Refuses what is no network: None, a class in place of its object, a function.

    Args:
        **networks: By the names of the arguments.
    """
    for name, network in networks.items():
        if not isinstance(network, keras.Layer):
            raise ValueError(
                f"`{name}` must be a Keras model or layer. Received: {name}={network!r}"
            )


def admit(found, shapes):
    """Whether a network's shapes, which may leave sizes open, are these."""
    if list(map(len, found)) != list(map(len, shapes)):
        return False
    pairs = zip(sum(found, ()), sum(shapes, ()), strict=True)
    return all(ours in (None, theirs) for ours, theirs in pairs)


def output_shapes(network, argument, takes):
    """Shapes of what a network makes of given inputs, all without the batch.

    Builds a network that is not built.

    Args:
        network: A Keras model or layer.
        argument: What to call it in messages.
        takes: List of the shapes of its inputs; it gets several as a tuple.

    Returns:
        A shape, or a dictionary or nest of shapes as the network returns them.

    Raises:
        ValueError: If it does not take such inputs.
    """
    check_networks(**{argument: network})
    inputs = tuple(keras.KerasTensor((None, *shape), "float32") for shape in takes)
    found = [shape[1:] for shape in input_shapes(network)]
    try:
        # Keras itself takes any number of channels where a network was made for one.
        if found and not admit(found, [tuple(shape) for shape in takes]):
            raise ValueError(f"it takes {', '.join(map(str, found))}")
        outputs = network(inputs if len(inputs) > 1 else inputs[0])
    except Exception as error:  # whatever the network's own code raises
        shapes = ", ".join(f"(batch, {', '.join(map(str, s))})" for s in takes)
        raise ValueError(
            f"`{argument}` must take {'the tuple of ' * (len(takes) > 1)}{shapes}. "
            f"Received: {argument}={network.name!r}, which fails: {error}"
        ) from error
    return keras.tree.map_structure(lambda x: tuple(x.shape[1:]), outputs)


def vector_size(encoder, heads, takes):
    """Size of the vectors that an encoder gives, all by the names in `heads`.

    Args:
        encoder: A Keras model.
        heads: Names of its outputs; where there is one, it may come alone.
        takes: List of the shapes of its inputs, as for `output_shapes`.

    Raises:
        ValueError: If one is missing, or they are no vectors of one size.
    """
    shapes = output_shapes(encoder, "encoder", takes)
    alone = not isinstance(shapes, dict) and len(heads) == 1
    found = {heads[0]: shapes} if alone else shapes
    found = found if isinstance(found, dict) else {}
    vectors = {found.get(name) for name in heads}
    if len(vectors) != 1 or len(next(iter(vectors)) or ()) != 1:
        names = " and ".join(map(repr, heads))
        each = ", each" if len(heads) > 1 else ", or a tensor,"
        raise ValueError(
            f"`encoder` must return a dictionary with {names}{each} of shape "
            f"(batch, latent_dim). Received: encoder={encoder.name!r} with {shapes}"
        )
    return vectors.pop()[0]


def check_decoder(decoder, outputs, takes):
    """A decoder gives `outputs`, `{name: shape}`; where there is one, perhaps alone.

    Raises:
        ValueError: If it gives anything else, or does not take such inputs.
    """
    shapes = output_shapes(decoder, "decoder", takes)
    found = shapes if isinstance(shapes, dict) else {next(iter(outputs)): shapes}
    if any(found.get(name) != shape for name, shape in outputs.items()):
        raise ValueError(
            f"`decoder` must return {outputs}, shapes without the batch, by name or, "
            "where there is one, alone. "
            f"Received: decoder={decoder.name!r} with {shapes}"
        )


def check_translator(translator, argument, source, target):
    """A network turns samples of one shape into samples of another.

    Args:
        translator: A Keras model.
        argument: What to call it in messages.
        source, target: Shapes of one sample.

    Raises:
        ValueError: If it takes or makes anything else.
    """
    found = output_shapes(translator, argument, [source])
    if found != target:
        raise ValueError(
            f"`{argument}` must make samples of shape {target}. "
            f"Received: {argument}={translator.name!r}, which makes {found}"
        )
