"""Arguments of constructors before learning moved to `compile`, in today's words.

For the recipes in `training.json` of trainings of that time, which stay as they are,
and for configurations of entries of that time, see `tools/convert_entry.py`.
"""

MODELS = (
    *("ACGAN", "BEGAN", "CGAN", "DCGAN", "DRAGAN", "EBGAN"),
    *("GAN", "InfoGAN", "LSGAN", "WGAN", "WGANGP"),
)
RENAMED = {"licence": "license", "data_licence": "data_license"}  # of a recipe
# What a model had without being told.
PENALTIES = {"DRAGAN": "dragan", "WGANGP": "wgan_gp"}
OWN_TERMS = {"ACGAN": "auxiliary_classifier", "InfoGAN": "mutual_information"}
DISCRIMINATOR_STEPS = {"WGAN": 5, "WGANGP": 5}
UNIFORM = ("DCGAN", "DRAGAN", "BEGAN", "EBGAN")


def translated(model, arguments):
    """Arguments of a constructor of that time as they are given now.

    Args:
        model: Name of the constructor.
        arguments: `{name: value}`, as JSON has them; objects stand for themselves.

    Returns:
        `(arguments, learning)`: those of today's constructor and of `compile`, the
        latter empty where none of them says how the model learns.
    """
    if model not in MODELS:
        return arguments, {}
    left = dict(arguments)
    learning = {
        "loss": _loss(left),
        "terms": _terms(model, left),
        "views": _views(left),
        "turns": _turns(model, left),
        "constraints": _constraints(left),
        "average": left.pop("average", None),
    }
    if "networks" in left:
        left["architecture"] = left.pop("networks")
    if model not in ("DCGAN", "GAN"):  # the others have the latents of their paper
        usual = "uniform" if model in UNIFORM else "normal"
        if left.get("latent_distribution") == usual:
            del left["latent_distribution"]
    return left, {name: value for name, value in learning.items() if value}


def _taken(left, *names):
    """Takes what was said, of these names, out of the arguments."""
    return {name: left.pop(name) for name in names if name in left}


def _loss(left):
    said = _taken(left, "loss", "feature_matching", "margin", "gamma")
    loss = said.get("loss")
    if said.get("margin") is not None:
        loss = {"name": "ebgan", "margin": said["margin"]}
    if "gamma" in said:
        loss = {"name": "began", "gamma": said["gamma"]}
    if said.get("feature_matching"):
        loss = {"name": "feature_matching", "objective": loss or "non_saturating"}
    return loss


def _terms(model, left):
    own = ("class_weight", "categorical_weight", "continuous_weight")
    penalty = ("penalty", "penalty_weight", "penalty_every")
    said = _taken(left, *penalty, "pulling_away", "historical_weight", *own)
    if not said:
        return None
    terms = []
    if said.get("penalty", PENALTIES.get(model)):
        term = {
            "name": said.get("penalty", PENALTIES.get(model)),
            "weight": said.get("penalty_weight", 10.0),
        }
        every = said.get("penalty_every", 1)
        terms.append(term | ({"every": every} if every > 1 else {}))
    if model in OWN_TERMS:
        weights = {name: said[name] for name in own if name in said}
        if "class_weight" in weights:
            weights["weight"] = weights.pop("class_weight")
        terms.append({"name": OWN_TERMS[model], **weights})
    for name, argument in (
        ("pulling_away", "pulling_away"),
        ("historical_averaging", "historical_weight"),
    ):
        if said.get(argument):
            terms.append({"name": name, "weight": said[argument]})
    return terms


def _views(left):
    said = _taken(left, "replay", "augmentation", "input_noise")
    views = []
    if said.get("replay"):
        views.append({"name": "pool", "capacity": said["replay"]})
    if said.get("augmentation"):
        views.append(said["augmentation"])
    noise = said.get("input_noise")
    if isinstance(noise, (int, float)) and noise:
        views.append({"name": "noise", "stddev": noise})
    elif noise:
        views.append(noise)
    return views


def _turns(model, left):
    counts = _taken(left, "discriminator_steps", "generator_steps", "reuse_batch")
    said = _taken(left, "update", "skip_margin")
    if not counts and not any(said.values()):
        return None
    if said.get("update") == "simultaneous":
        turns = "simultaneous"
    else:
        k = counts.get("discriminator_steps", DISCRIMINATOR_STEPS.get(model, 1))
        turns = {"name": "alternating", "discriminator": k}
        if counts.get("generator_steps", 1) > 1:
            turns["generator"] = counts["generator_steps"]
        if counts.get("reuse_batch"):
            turns["reuse_batch"] = True
    if said.get("skip_margin") is None:
        return turns
    return {"name": "skip_while_ahead", "margin": said["skip_margin"], "turns": turns}


def _constraints(left):
    clip = left.pop("clip", None)
    return None if clip is None else {"discriminator": {"name": "clip", "limit": clip}}
