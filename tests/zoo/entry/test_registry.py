"""One file for every entry that comes with kerasgen."""

import pathlib

import numpy as np
import pytest
from PIL import Image

from kerasgen import zoo
from kerasgen.autoregressive import PixelModel
from kerasgen.zoo.entry import registry
from kerasgen.zoo.entry.manifest import Manifest, verify
from kerasgen.zoo.info import read_json
from kerasgen.zoo.publishing.publish import entries, readme
from kerasgen.zoo.publishing.showcase import write_pictures
from kerasgen.zoo.sources.catalog import shipped_folder

ZOO = shipped_folder()
SHIPPED = entries(ZOO)
ALL = [*SHIPPED, pathlib.Path(__file__).parents[1] / "tiny_digits"]


def named(folders):
    return pytest.mark.parametrize("folder", folders, ids=lambda folder: folder.name)


@pytest.mark.host
@named(ALL)
def test_the_digests_fit(folder):
    verify(folder, Manifest.read(folder).files)


@named(ALL)
def test_it_loads_and_samples_have_the_promised_shape(folder):
    info = zoo.info(folder)
    model = zoo.load(folder)
    given = {
        each.name: np.zeros((2, *each.kind.shape), each.kind.dtype)
        for each in model.inputs
        if not each.drawable
    }
    samples = model.generate(2, seed=0, **given)
    kind = info.sampled_kind
    assert samples.shape == (2, *kind.shape) and samples.dtype == kind.dtype
    assert (model.kind, model.sampled_kind) == (info.kind, kind)
    assert model.inputs == info.inputs
    counts = {name: net.count_params() for name, net in model.networks.items()}
    assert counts == info.parameters


# What a translator makes of its data cannot be made again without them.
DRAWN = [f for f in SHIPPED if all(each.drawable for each in zoo.info(f).inputs)]


@named(DRAWN)
def test_every_backend_makes_the_published_pictures(folder, tmp_path):
    model = zoo.load(folder)
    write_pictures(model, tmp_path)
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted(path.name for path in folder.glob("*.png"))
    for name in made:
        ours, published = (pixels(where / name) for where in (tmp_path, folder))
        assert ours.shape == published.shape
        others = np.abs(ours - published) > 2
        # A pixel that meets a tie takes the rest of its image along.
        assert others.mean() <= (0.01 if isinstance(model, PixelModel) else 0.0)


def pixels(path):
    with Image.open(path) as file:
        return np.asarray(file).astype(int)


@pytest.mark.host
@named(SHIPPED)
def test_recipe_card_and_licenses_are_there(folder):
    info = zoo.info(folder)
    assert info.recipe.name == folder.name
    assert "not stated" not in (info.license, info.data_license)
    assert info.recipe.limits and info.summary
    assert (folder / "LICENSE").is_file() and (folder / "samples.png").is_file()
    assert (folder / "card.md").read_text("utf-8") == zoo.card(folder)


@pytest.mark.host
@named(SHIPPED)
def test_it_was_trained_by_its_recipe_and_measured_as_it_is(folder):
    info = zoo.info(folder)
    trained = zoo.Recipe.of_run(info.training["recipe"])
    assert info.recipe.differences(trained) == []
    assert info.training["epochs"] == info.recipe.epochs
    for result in read_json(folder / "metrics.json").values():
        assert result["weights_sha256"] == info.sha256


@pytest.mark.host
def test_the_registry_holds_every_entry_and_no_other():
    assert registry.read() == registry.digests(ZOO)


@pytest.mark.host
def test_the_table_is_up_to_date():
    assert (ZOO / "README.md").read_text("utf-8") == readme(ZOO)


@pytest.mark.host
@named(SHIPPED)
def test_the_card_says_what_was_changed_in_the_record(folder):
    told, note = zoo.info(folder), zoo.info(folder).training.get("note")
    card = (folder / "card.md").read_text("utf-8")
    assert ("| `training.json`, edited |" in card) == (note is not None)
    for name, value in told.recipe.learning.items():
        if name in told.recipe.as_run:
            row = f"| {name.capitalize()} | {value} |\n| {name.capitalize()}, as run | "
            assert row + told.recipe.as_run[name] in card


@pytest.mark.host
def test_every_recipe_can_be_read_and_names_its_folder():
    from kerasgen import models

    for path in ZOO.glob("*/recipe.py"):
        recipe = zoo.Recipe.read(path)
        assert recipe.name == path.parent.name
        assert recipe.model in models.__all__
