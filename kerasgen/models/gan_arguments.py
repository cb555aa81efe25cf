"""What a `GAN` reads from its arguments, and refuses to be made of."""

import keras

from kerasgen import penalties

LATENT_DISTRIBUTIONS = ("normal", "uniform")


def check_counts(**counts):
    """Positive integers."""
    for name, count in counts.items():
        if not isinstance(count, int) or count < 1:
            raise ValueError(
                f"`{name}` must be a positive integer. Received: {name}={count}"
            )


def check_weights(**weights):
    """Factors of a term: at least 0, and finite."""
    for name, weight in weights.items():
        if not 0.0 <= weight < float("inf"):
            raise ValueError(
                f"`{name}` must be at least 0 and finite. Received: {name}={weight}"
            )


def check_simultaneous(replay, generator_steps):
    """Both players move once, by the same samples."""
    if replay is not None:
        raise ValueError(
            "With simultaneous updates both players see the same samples, and `replay` "
            f"shows the discriminator others. Received: replay={replay}"
        )
    if generator_steps > 1:
        raise ValueError(
            "With simultaneous updates the generator moves once, together with the "
            f"discriminator. Received: generator_steps={generator_steps}"
        )


def check_choices(update, distribution, average, clip):
    """What is neither a count nor a factor."""
    if update not in ("alternating", "simultaneous"):
        raise ValueError(
            "`update` must be 'alternating' or 'simultaneous'. "
            f"Received: update={update!r}"
        )
    if distribution not in LATENT_DISTRIBUTIONS:
        raise ValueError(
            f"`latent_distribution` must be one of {LATENT_DISTRIBUTIONS}. "
            f"Received: latent_distribution={distribution!r}"
        )
    if average is not None and not 0.0 <= average < 1.0:
        raise ValueError(
            f"`average` must be None or lie in [0, 1). Received: average={average}"
        )
    if clip is not None and not clip > 0.0:
        raise ValueError(f"`clip` must be None or positive. Received: clip={clip}")


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


def check_penalty(discriminator, penalty):
    """WGAN-GP's penalty is that of each sample alone."""
    if penalty not in ("wgan_gp", penalties.wgan_gp):
        return
    for layer in discriminator._flatten_layers():  # private: nested ones too
        if isinstance(layer, keras.layers.BatchNormalization):
            raise ValueError(
                "The penalty of WGAN-GP takes the gradient for each sample alone, "
                "and batch normalization makes samples depend on one another: use "
                "layer normalization, or none (arXiv:1704.00028, section 4). "
                f"Received: a discriminator with the layer {layer.name!r}"
            )


def check_pair(sample_shape, discriminator):
    """The discriminator takes what the generator makes."""
    if not discriminator.built:
        discriminator.build((None, *sample_shape))
    expected = getattr(discriminator, "input_shape", None)
    if isinstance(expected, (list, tuple)) and isinstance(expected[0], (list, tuple)):
        expected = expected[0]  # samples come first, then what they are asked to be
    if expected is not None and tuple(expected[1:]) != sample_shape:
        raise ValueError(
            "The discriminator must take what the generator makes. Received: samples "
            f"of shape {sample_shape}, a discriminator for {tuple(expected[1:])}"
        )


def input_widths(generator):
    """Sizes of a latent and, where the generator takes one, of a condition."""
    if not generator.built or not hasattr(generator, "input_shape"):
        raise ValueError(
            "`latent_dim` is needed where the generator is not built yet. "
            "Received: latent_dim=None"
        )
    shapes = generator.input_shape
    shapes = shapes if isinstance(shapes[0], (list, tuple)) else [shapes]
    return [shape[-1] for shape in shapes]


def sample_shape_of(generator, latent_dim):
    """Shape of one sample."""
    if hasattr(generator, "output_shape"):
        return tuple(generator.output_shape[1:])
    latents = keras.KerasTensor((1, latent_dim), "float32")
    return tuple(generator.compute_output_spec(latents).shape[1:])
