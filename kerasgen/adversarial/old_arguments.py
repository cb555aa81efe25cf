"""Where arguments of earlier constructors have gone."""

TO_COMPILE = {
    "loss": "loss=...",
    "discriminator_steps": "turns=Alternating(discriminator=...)",
    "generator_steps": "turns=Alternating(generator=...)",
    "reuse_batch": "turns=Alternating(reuse_batch=True)",
    "update": "turns='simultaneous'",
    "skip_margin": "turns=SkipWhileAhead(margin)",
    "penalty": "terms=[GradientPenalty(10.0)], R1, R2 or DRAGANPenalty",
    "penalty_weight": "terms=[R1(weight)]",
    "penalty_every": "terms=[R1(weight, every=...)]",
    "clip": "constraints={'discriminator': Clip(0.01)}",
    "feature_matching": "loss='feature_matching'",
    "pulling_away": "terms=[PullingAway(weight)]",
    "historical_weight": "terms=[HistoricalAveraging(weight)]",
    "replay": "views=[kerasgen.layers.SamplePool(capacity)]",
    "augmentation": "views=['color,translation,cutout'] or views=['adaptive']",
    "input_noise": "views=[kerasgen.layers.GaussianNoise(stddev)]",
    "average": "average=...",
    "class_weight": "terms=[AuxiliaryClassifier(weight)]",
    "categorical_weight": "terms=[MutualInformation(categorical_weight=...)]",
    "continuous_weight": "terms=[MutualInformation(continuous_weight=...)]",
    "gamma": "loss=kerasgen.losses.BoundaryEquilibrium(gamma)",
    "margin": "loss=kerasgen.losses.EnergyMargin(margin)",
}
TO_INPUTS = {
    "latent_dim": "inputs=kerasgen.inputs.Latents(size)",
    "latent_distribution": "inputs=kerasgen.inputs.Latents(size, 'uniform')",
    "num_classes": "inputs=(Latents(size), Labels(num_classes))",
    "class_names": "inputs=(Latents(size), Labels(num_classes, names=...))",
}
RENAMED = {"networks": "architecture"}


def refuse(arguments):
    """Says where an argument that a constructor no longer takes has gone.

    Raises:
        TypeError: If there is one.
    """
    for name in arguments:
        if name in TO_COMPILE:
            raise TypeError(
                f"`{name}` says how the model learns and belongs to `compile` now: "
                f"model.compile({TO_COMPILE[name]}). Received: {name}="
                f"{arguments[name]!r} in a constructor"
            )
        if name in TO_INPUTS:
            raise TypeError(
                f"`{name}` is one of the generator's inputs now: {TO_INPUTS[name]}. "
                f"Received: {name}={arguments[name]!r}"
            )
        if name in RENAMED:
            raise TypeError(
                f"`{name}` is called `{RENAMED[name]}` now, in models that have a "
                f"choice. Received: {name}={arguments[name]!r}"
            )
