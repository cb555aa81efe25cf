"""Rewrites an entry of the zoo from before models were made of kinds and inputs.

    python tools/convert_entry.py my_faces [another_folder ...]

`config.json` and `manifest.json` become those of today's classes; the weights stay as
they are, byte for byte, and so do the samples of a seed. What a recipe has to say
otherwise is said by kerasgen when it reads it.
"""

import argparse
import inspect
import json
import pathlib
import tempfile

import keras

import kerasgen
from kerasgen import models
from kerasgen.inputs import Latents
from kerasgen.zoo.entry.manifest import CONFIG, FILE, WEIGHTS, StoredFile, verify
from kerasgen.zoo.entry.trusted_config import check_config
from kerasgen.zoo.entry.whole import put
from kerasgen.zoo.save import configuration, describe, to_json
from kerasgen.zoo.training.old_form import MODELS, translated


def main(arguments=None):
    """Reads the command line and rewrites."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("entries", nargs="+", help="folders")
    for entry in parser.parse_args(arguments).entries:
        convert(pathlib.Path(entry))
        print(f"{entry}: rewritten, with the same weights")


def convert(folder):
    """Rewrites one entry, once today's library can load it.

    Raises:
        ValueError: If it is of another form, damaged, or of a model that is none of
            kerasgen's.
    """
    manifest = json.loads((folder / FILE).read_text("utf-8"))
    if manifest["format"] != 1:
        raise ValueError(
            f"{folder} must be of the old form, format 1. "
            f"Received: format={manifest['format']}"
        )
    verify(folder, {n: StoredFile(**f) for n, f in manifest["files"].items()})
    model = converted(json.loads((folder / CONFIG).read_text("utf-8")))
    config = configuration(model)
    stored = (folder / WEIGHTS).read_bytes()
    described = describe(model, config, stored, manifest["half_precision"])
    fresh = {FILE: described.to_json(), CONFIG: to_json(config), WEIGHTS: stored}
    with tempfile.TemporaryDirectory() as temporary:
        put(temporary, fresh)
        kerasgen.zoo.load(temporary)  # the weights fit, and all of it can be trusted
    put(folder, fresh)


def converted(config):
    """The model of an old configuration, with random weights."""
    name, values = config["class_name"], config["config"]
    if name not in MODELS or config.get("registered_name") != f"kerasgen>{name}":
        raise ValueError(
            f"The entry must be of one of {', '.join(MODELS)}: it is no model of "
            f"kerasgen. Received: {name}"
        )
    check_config(values, name)
    values = {k: keras.saving.deserialize_keras_object(v) for k, v in values.items()}
    arguments, learning = translated(name, values)
    made = getattr(models, name)(**_accepted(name, arguments))
    latents = Latents(values["latent_dim"], values["latent_distribution"])
    return models.GAN(
        made.generator,
        made.discriminator,
        inputs=(latents, *made.inputs[1:]),
        conditions=made.conditions,
        defaults=made.defaults | _other(made, learning),
        seed=made.seed,
        name=made.name,
    )


def _accepted(name, arguments):
    takes = (*inspect.signature(getattr(models, name)).parameters, "seed", "name")
    return {k: v for k, v in arguments.items() if k in takes}


def _other(model, learning):
    """Of what the model learned by, that which is not as in its paper."""
    model.compile()
    usual = model.get_compile_config()
    model.compile(**learning)
    found = model.get_compile_config()
    return {name: learning[name] for name in learning if found[name] != usual[name]}


if __name__ == "__main__":
    main()
