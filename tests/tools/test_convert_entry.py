import json

import numpy as np
import pytest

import kerasgen
from kerasgen import zoo
from kerasgen.inputs import Labels, Latents

SAID = {  # all that a GAN of that time said of itself
    "loss": "non_saturating",
    "discriminator_steps": 1,
    "generator_steps": 1,
    "penalty": None,
    "penalty_weight": 10.0,
    "penalty_every": 1,
    "clip": None,
    "reuse_batch": False,
    "update": "alternating",
    "skip_margin": None,
    "feature_matching": False,
    "pulling_away": 0.0,
    "historical_weight": 0.0,
    "replay": None,
    "augmentation": None,
    "input_noise": 0.0,
    "latent_distribution": "normal",
    "average": None,
    "seed": 0,
}


@pytest.fixture
def convert(script):
    return script("tools/convert_entry.py")


@pytest.fixture
def old(tmp_path):
    """Saves a model and puts its entry back into the old form."""

    def old(model, name, **said):
        folder = tmp_path / "entry"
        zoo.save(model, folder)
        now = json.loads((folder / "config.json").read_text())["config"]
        networks = {n: now[n] for n in ("generator", "discriminator")}
        config = {
            "class_name": name,
            "module": f"kerasgen.models.{name.lower()}",
            "registered_name": f"kerasgen>{name}",
            "config": {**networks, **SAID, "name": name.lower(), **said},
        }
        (folder / "config.json").write_text(json.dumps(config))
        values = json.loads((folder / "manifest.json").read_text())
        for field in ("kind", "sampled_kind", "inputs"):
            del values[field]
        values |= {"format": 1, "image_shape": model.kind.shape, "model": name}
        stored = zoo_file(folder / "config.json")
        values["files"]["config.json"] = stored
        (folder / "manifest.json").write_text(json.dumps(values))
        return folder

    return old


def zoo_file(path):
    from kerasgen.zoo.entry.manifest import StoredFile

    return vars(StoredFile.of(path))


def check_converted(convert, folder, model):
    """The entry in today's form makes the samples of the model."""
    weights = (folder / "weights.h5").read_bytes()
    with pytest.raises(ValueError, match="convert_entry.py"):
        zoo.load(folder)
    convert.main([str(folder)])
    assert (folder / "weights.h5").read_bytes() == weights
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["config.json", "manifest.json", "weights.h5"]
    again = zoo.load(folder)
    one, other = (m.generate(4, seed=0) for m in (again, model))
    np.testing.assert_array_equal(one, other)
    return again


def test_a_gan_of_usual_learning_has_no_defaults(convert, old, dcgan):
    model = dcgan(latent_distribution="uniform")
    said = {"latent_dim": 8, "latent_distribution": "uniform"}
    again = check_converted(convert, old(model, "GAN", **said), model)
    assert again.inputs == (Latents(8, "uniform"),)
    assert again.defaults == {} and (again.name, again.seed) == ("gan", 0)


def test_what_it_learned_by_is_kept(convert, old, dcgan):
    model = dcgan(latent_distribution="normal")
    said = {"loss": "hinge", "clip": 0.5, "replay": 16, "penalty": "r1"}
    folder = old(model, "GAN", latent_dim=8, **said)
    again = check_converted(convert, folder, model)
    again.compile()
    assert isinstance(again.objective, kerasgen.losses.Hinge)
    assert again.views[0].capacity == 16
    assert [(type(t).__name__, t.weight) for t in again.terms] == [("R1", 10.0)]
    assert again.constraints["discriminator"].limit == 0.5


def test_a_model_with_classes(convert, old):
    names = ["hat", "coat"]
    arguments = {"latent_dim": 4, "num_classes": 2, "class_names": names}
    model = kerasgen.models.CGAN((8, 8, 1), filters=2, **arguments)
    folder = old(model, "CGAN", networks="convolutional", **arguments)
    again = check_converted(convert, folder, model)
    assert again.inputs == (Latents(4), Labels(2, names=names))
    assert again.conditions == ("labels",)


def test_what_is_not_of_the_old_form_stays(convert, old, dcgan, tmp_path):
    folder = old(dcgan(latent_distribution="normal"), "GAN", latent_dim=8)
    convert.main([str(folder)])
    before = (folder / "manifest.json").read_bytes()
    with pytest.raises(ValueError, match="must be of the old form.*format=2"):
        convert.main([str(folder)])
    assert (folder / "manifest.json").read_bytes() == before


def test_damaged_and_foreign_entries_stay(convert, old, dcgan):
    folder = old(dcgan(latent_distribution="normal"), "Elsewhere", latent_dim=8)
    with pytest.raises(ValueError, match="no model of kerasgen. Received: Elsewhere"):
        convert.main([str(folder)])
    (folder / "weights.h5").write_bytes(b"half")
    with pytest.raises(ValueError, match="weights.h5 is cut off"):
        convert.main([str(folder)])
