"""One file for every entry that comes with kerasgen."""

import pathlib

import numpy as np
import pytest
from PIL import Image

from kerasgen import zoo
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


@named(ALL)
def test_the_digests_fit(folder):
    verify(folder, Manifest.read(folder).files)


@named(ALL)
def test_it_loads_and_samples_have_the_promised_shape(folder):
    info = zoo.info(folder)
    model = zoo.load(folder)
    samples = model.generate(2, seed=0)
    assert samples.shape == (2, *info.image_shape) and samples.dtype == "uint8"
    assert model.latent_dim == info.latent_dim
    counts = {name: getattr(model, name).count_params() for name in info.parameters}
    assert counts == info.parameters


@named(SHIPPED)
def test_every_backend_makes_the_published_pictures(folder, tmp_path):
    write_pictures(zoo.load(folder), tmp_path)
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted(path.name for path in folder.glob("*.png"))
    for name in made:
        ours, published = (pixels(where / name) for where in (tmp_path, folder))
        assert ours.shape == published.shape
        assert np.abs(ours - published).max() <= 2


def pixels(path):
    with Image.open(path) as file:
        return np.asarray(file).astype(int)


@named(SHIPPED)
def test_recipe_card_and_licences_are_there(folder):
    info = zoo.info(folder)
    assert info.recipe.name == folder.name
    assert "not stated" not in (info.licence, info.data_licence)
    assert info.recipe.limits and info.summary
    assert (folder / "LICENSE").is_file() and (folder / "samples.png").is_file()
    assert (folder / "card.md").read_text("utf-8") == zoo.card(folder)


@named(SHIPPED)
def test_it_was_trained_by_its_recipe_and_measured_as_it_is(folder):
    info = zoo.info(folder)
    trained = zoo.Recipe(**info.training["recipe"])
    assert info.recipe.differences(trained) == []
    assert info.training["epochs"] == info.recipe.epochs
    for result in read_json(folder / "metrics.json").values():
        assert result["weights_sha256"] == info.sha256


def test_the_registry_holds_every_entry_and_no_other():
    assert registry.read() == registry.digests(ZOO)


def test_the_table_is_up_to_date():
    assert (ZOO / "README.md").read_text("utf-8") == readme(ZOO)


def test_every_recipe_can_be_read_and_names_its_folder():
    from kerasgen import models

    for path in ZOO.glob("*/recipe.py"):
        recipe = zoo.Recipe.read(path)
        assert recipe.name == path.parent.name
        assert recipe.model in models.__all__
