"""The recipes for CelebA, with small networks, on pictures of its size and layout."""

import csv
import dataclasses

import numpy as np
import pytest
from PIL import Image

from kerasgen import zoo
from kerasgen.zoo.catalog import shipped_folder

NAMES = ["dcgan_celeba", "cgan_celeba", "wgan_gp_celeba"]
ATTRIBUTES = ["Male", "Eyeglasses", "Smiling", "Blond_Hair", "Young"]


@pytest.fixture
def celeba(tmp_path):
    """A folder with 48 pictures of 89 x 109 and their table of attributes."""
    random = np.random.default_rng(0)
    pictures = tmp_path / "celeba" / "img_align_celeba"
    pictures.mkdir(parents=True)
    names = [f"{i:06d}.jpg" for i in range(1, 49)]
    for name in names:
        pixels = random.integers(0, 256, (109, 89, 3), dtype="uint8")
        Image.fromarray(pixels).save(pictures / name)
    with open(tmp_path / "celeba" / "list_attr_celeba.csv", "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["image_id", *ATTRIBUTES])
        table.writerows([n, *random.choice([-1, 1], len(ATTRIBUTES))] for n in names)
    return tmp_path / "celeba"


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
    assert info.training["images"] == 40 and info.training["chosen_epoch"] == 1
    assert "non-commercial" in info.licence
    for layer in (*model.generator.layers, *model.discriminator.layers):
        assert layer.compute_dtype == "float32"


def test_faces_have_a_class_for_each_attribute():
    recipe = zoo.Recipe.read(shipped_folder() / "cgan_celeba" / "recipe.py")
    assert len(recipe.data_arguments["attributes"]) == recipe.arguments["num_classes"]
    assert set(recipe.data_arguments["attributes"]) < set(ATTRIBUTES)
