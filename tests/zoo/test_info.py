import dataclasses
import json

import pytest

import kerasgen
from kerasgen.inputs import Labels, Latents
from kerasgen.kinds import Images

pytestmark = pytest.mark.host


def test_an_entry_without_recipe(tiny):
    info = kerasgen.zoo.info(tiny)
    assert (info.name, info.model, info.recipe) == ("tiny_digits", "GAN", None)
    assert info.kind == info.sampled_kind == Images((16, 16, 1))
    assert info.inputs == (Latents(8, "uniform"),)
    assert info.data_license == info.license == "not stated"
    assert info.bytes == sum(
        (tiny / name).stat().st_size for name in ("config.json", "weights.h5")
    )
    lines = str(info).splitlines()
    assert lines[0] == "tiny_digits" and f"  sha256       {info.sha256}" in lines
    assert "  kind         Images(shape=(16, 16, 1))" in lines


def test_labels_are_named(tiny):
    info = kerasgen.zoo.info(tiny)
    assert "labels" not in str(info)
    named = Labels(2, names=["cats", "dogs"])
    for labels, line in ((named, "cats, dogs"), (Labels(10), "0 to 9")):
        told = dataclasses.replace(info, inputs=(*info.inputs, labels))
        assert f"  labels       {line}" in str(told).splitlines()


def test_recipe_and_metrics_are_read(entry, recipe):
    (entry / "training.json").write_text(json.dumps({"recipe": recipe().to_dict()}))
    (entry / "metrics.json").write_text(json.dumps({"fid_inception_10000": {}}))
    info = kerasgen.zoo.info(entry)
    assert (info.model, info.summary) == ("DCGAN", "Bright squares.")
    assert "fid_inception_10000" in str(info)


def test_a_recipe_file_is_read_and_not_run(entry, tmp_path):
    (entry / "recipe.py").write_text(
        "recipe = Recipe(name='a', model='M', data='d', data_license='CC0')"
    )
    assert kerasgen.zoo.info(entry).data_license == "CC0"
    (entry / "recipe.py").write_text("raise SystemExit")
    with pytest.raises(ValueError, match="one statement"):
        kerasgen.zoo.info(entry)


def test_metrics_that_are_not_json(entry):
    (entry / "metrics.json").write_text("{")
    with pytest.raises(ValueError, match="metrics.json is not JSON"):
        kerasgen.zoo.info(entry)


def test_a_training_without_a_recipe_in_it(entry):
    (entry / "training.json").write_text('{"recipe": {"command": "rm"}}')
    with pytest.raises(ValueError, match="training.json: This is no recipe"):
        kerasgen.zoo.info(entry)


def test_a_recipe_of_an_older_form_in_a_record_is_read(entry, recipe):
    values = recipe().to_dict()
    del values["learning"]
    values["arguments"]["average"] = 0.9
    (entry / "training.json").write_text(json.dumps({"recipe": values}))
    assert kerasgen.zoo.info(entry).recipe == kerasgen.zoo.Recipe(**recipe().to_dict())


def test_an_archive_is_called_by_its_path(archive):
    assert kerasgen.zoo.info(archive).name == str(archive)
