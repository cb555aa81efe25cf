"""The recipes for CelebA, with small networks, on pictures of its size and layout."""

import dataclasses

import pytest

from kerasgen import models, zoo
from kerasgen.zoo.publishing.card import card
from kerasgen.zoo.sources.catalog import shipped_folder

NAMES = ["dcgan_celeba", "cgan_celeba", "wgan_gp_celeba"]


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_trains_and_chooses_an_epoch(name, celeba, tmp_path):
    recipe = zoo.Recipe.read(shipped_folder() / name / "recipe.py")
    small = dataclasses.replace(
        recipe,
        arguments={**recipe.arguments, "filters": 2},
        data_arguments={**recipe.data_arguments, "hold_out": 8},
        choose_by={"extractor": "cifar10", "num_samples": 4},
        batch_size=4,
        epochs=1,
    )
    zoo.train(small, celeba, tmp_path / "run", verbose=0)
    model = zoo.load(tmp_path / "run")
    assert model.generate(4, seed=0).shape == (4, 64, 64, 3)
    info = zoo.info(tmp_path / "run")
    assert info.training["samples"] == 40 and info.training["chosen_epoch"] == 1
    assert "non-commercial" in info.license
    for layer in (*model.generator.layers, *model.discriminator.layers):
        assert layer.compute_dtype == "float32"


def test_attributes_can_be_asked_for_by_name():
    recipe = zoo.Recipe.read(shipped_folder() / "cgan_celeba" / "recipe.py")
    names = recipe.arguments["class_names"]
    assert recipe.data_arguments["attributes"] == names
    told = card(shipped_folder() / "cgan_celeba")
    assert 'images = model.generate(8, labels={"Male", "Eyeglasses"})' in told
    assert "# Of Male, Eyeglasses, Smiling, Blond_Hair." in told
    assert "not selected; in turn: Male, Eyeglasses, Smiling, Blond_Hair." in told
    model = models.CGAN(**{**recipe.arguments, "filters": 2})
    assert model.generate(2, labels={"Male", "Eyeglasses"}).shape == (2, 64, 64, 3)
