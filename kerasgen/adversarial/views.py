"""What the discriminator gets to see.

A view is a Keras layer from samples to samples. All samples pass through all views of a
model in their order, in the turns of both players, unless the layer says otherwise:

- `sides`: which samples, of `("real", "fake")`.
- `turns`: in whose turns, of `("discriminator", "generator")`.
- `whole`: whether it takes the dictionary of samples and what goes with them.
- `adapt(lead)`: called after updates of the discriminator with how far each real sample
  is on the real side.
- `measured()`: `{name: scalar}` that `fit` logs.
"""

import zlib

import keras

from kerasgen import layers
from kerasgen.by_name import made, name_and_parameters
from kerasgen.nearest import meant, nearest

SIDES = ("real", "fake")
TURNS = ("discriminator", "generator")
NAMES = {
    "adaptive": layers.AdaptiveAugmentation,
    "noise": layers.GaussianNoise,
    "pool": layers.SamplePool,
}
POLICIES = layers.DifferentiableAugmentation.POLICIES


def get(view, seed=None, **parameters):
    """A view by name, or a layer as it is.

    Args:
        view: A Keras layer; one of `NAMES`, or a policy of
            `kerasgen.layers.DifferentiableAugmentation` such as `"color,cutout"`; or a
            dictionary of such a `"name"` and parameters.
        seed: The model's, from which a view that is given by name gets its own.
        **parameters: Arguments of a view that is named.

    Raises:
        ValueError: If the name is unknown (the nearest are listed), or a parameter is
            missing.
    """
    if isinstance(view, keras.layers.Layer):
        return view
    seed = _seed_of(view, seed)
    name, parameters = name_and_parameters(view, **parameters)
    if isinstance(name, str) and name.split(",")[0].strip() in POLICIES:
        return layers.DifferentiableAugmentation(name, **{"seed": seed, **parameters})
    found = meant(name, NAMES)
    if found is None:
        raise ValueError(
            "A view must be a Keras layer, one of "
            f"{', '.join(NAMES)}, or a policy of DifferentiableAugmentation. "
            f"{nearest(name, (*NAMES, *POLICIES))}Received: view={view!r}"
        )
    return made(found, NAMES[found], {"seed": seed, **parameters})


def applies(view, which, players):
    """Whether samples of one side pass through a view in the turn of `players`."""
    in_turn = set(players) & set(getattr(view, "turns", TURNS))
    return which in getattr(view, "sides", SIDES) and bool(in_turn)


def show(views, given, which, players, training):
    """Samples after all views, with what goes with them."""
    if not training:
        return given
    for view in views:
        if not applies(view, which, players):
            continue
        if getattr(view, "whole", False):
            given = view(given)
        else:
            samples = view(given["samples"], training=training)
            given = {**given, "samples": samples}
    return given


def check_order(views, simultaneous):
    """Refuses views that cannot follow one another.

    Raises:
        ValueError: If a pool is not first, a view would keep a player from the samples
            that both move by, or two adapt themselves to the same discriminator.
    """
    pools = [i for i, view in enumerate(views) if isinstance(view, layers.SamplePool)]
    if pools and (len(pools) > 1 or pools[0] != 0):
        raise ValueError(
            "A pool stores samples as the generator made them: there can be one, and "
            f"it must be the first view. Received: {_names(views)}"
        )
    of_one = [view for view in views if len(set(getattr(view, "turns", TURNS))) < 2]
    if of_one and simultaneous:
        raise ValueError(
            "With simultaneous updates both players see the same samples: there is no "
            f"view of one player's turns, such as a pool. Received: {_names(of_one)}"
        )
    adaptive = [view for view in views if hasattr(view, "adapt")]
    if len(adaptive) > 1:
        raise ValueError(
            "Two adaptive views would each answer what the other did: use one with "
            f"both policies. Received: {_names(views)}"
        )


def build(views, sample_shape, sizes):
    """Builds views that are not built.

    Args:
        views: List of layers.
        sample_shape: Of one sample.
        sizes: `{name: size}` of the vectors that go with samples.
    """
    whole = {"samples": (None, *sample_shape)}
    whole |= {name: (None, size) for name, size in sizes.items()}
    for view in views:
        if not view.built:
            view.build(whole if getattr(view, "whole", False) else whole["samples"])


def _seed_of(view, seed):
    """One for each view: with the model's own seed noise would repeat the latents."""
    return None if seed is None else (seed + zlib.crc32(str(view).encode())) % 2**31


def _names(views):
    return ", ".join(type(view).__name__ for view in views)
