import types

import numpy as np
import pytest

from kerasgen import kinds, zoo

pytestmark = pytest.mark.host


def test_a_model_takes_its_size_from_the_data():
    recipe = zoo.adapt("dcgan", data="fashion_mnist_6k")
    assert recipe.model == "DCGAN" and recipe.name == "dcgan_fashion_mnist_6k"
    assert recipe.arguments == {"image_shape": (28, 28, 1)}
    assert (recipe.batch_size, recipe.epochs) == (64, 10)


@pytest.mark.parametrize("name", ["wgan_gp", "WGAN-GP", "wgangp"])
def test_a_model_may_be_written_as_papers_and_classes_do(name):
    recipe = zoo.adapt(name, data="fashion_mnist_6k")
    assert (recipe.model, recipe.batch_size) == ("WGANGP", 64)


@pytest.mark.parametrize(
    ("model", "samples", "batch_size"),
    [("dcgan", 70, 64), ("dcgan", 40, 40), ("wgan_gp", 42, 8), ("wgan_gp", 3, 1)],
)
def test_few_samples_make_small_batches(tmp_path, model, samples, batch_size):
    np.save(tmp_path / "few.npy", np.zeros((samples, 8, 8, 1), "uint8"))
    assert zoo.adapt(model, data=tmp_path / "few.npy").batch_size == batch_size
    recipe = zoo.adapt(model, data=tmp_path / "few.npy", batch_size=64)
    assert recipe.batch_size == 64


def test_only_a_model_that_needs_classes_gets_them():
    recipe = zoo.adapt("cgan", data="fashion_mnist_6k")
    assert recipe.arguments == {"image_shape": (28, 28, 1), "num_classes": 10}
    assert recipe.data_arguments == {"labels": True}
    recipe = zoo.adapt("vae", data="fashion_mnist_6k")
    assert recipe.arguments == {"image_shape": (28, 28, 1)}
    assert recipe.data_arguments == {}


def test_numbers_are_replaced():
    recipe = zoo.adapt(
        "DCGAN", "fashion_mnist_6k", epochs=2, batch_size=8, image_size=32, seed=5
    )
    assert recipe.arguments["image_shape"] == (32, 32, 1)
    assert recipe.data_arguments == {"image_size": 32}
    assert (recipe.epochs, recipe.batch_size, recipe.seed) == (2, 8, 5)
    assert recipe.name == "dcgan_fashion_mnist_6k_32"


def test_a_recipe_keeps_what_is_not_named():
    recipe = zoo.adapt("dcgan_mnist", image_size=32, epochs=1)
    assert recipe.arguments["image_shape"] == (32, 32, 1)
    assert recipe.learning == {"average": 0.999}
    assert (recipe.epochs, recipe.batch_size, recipe.data) == (1, 64, "mnist")


def test_a_model_needs_data():
    with pytest.raises(ValueError, match="A model needs data.*fashion_mnist_6k"):
        zoo.adapt("dcgan")


@pytest.mark.parametrize("name, near", [("dcgn", "dcgan"), ("dcgan_mnis", "_mnist")])
def test_an_unknown_name_lists_the_nearest(name, near):
    with pytest.raises(ValueError, match=f"nearest names are.*{near}"):
        zoo.adapt(name)


def test_a_model_that_needs_networks_has_no_recipe():
    with pytest.raises(ValueError, match="no such recipe or model"):
        zoo.adapt("gan", data="fashion_mnist_6k")


@pytest.fixture
def constructors(monkeypatch):
    """Models of other kinds than images, which ours are not."""

    def solids(voxel_shape, latent_dim=8, **kwargs): ...

    def melodies(length=None, features=None, **kwargs): ...

    def words(length, vocabulary, width=8): ...

    for constructor in (solids, melodies, words):
        name = constructor.__name__.capitalize()
        monkeypatch.setattr(f"kerasgen.models.{name}", constructor, raising=False)
        monkeypatch.setattr(
            "kerasgen.models.__all__", [*zoo_models().__all__, name], raising=False
        )


def zoo_models():
    from kerasgen import models

    return models


@pytest.mark.parametrize(
    ("model", "kind", "arguments"),
    [
        ("solids", kinds.Voxels((8, 8, 8, 1)), {"voxel_shape": (8, 8, 8, 1)}),
        ("melodies", kinds.Sequences(16, 3), {"length": 16, "features": 3}),
        ("mlpgan", kinds.Vectors(5), {"sample_shape": (5,)}),
        ("words", kinds.Tokens(16, 9), {"length": 16, "vocabulary": 9}),
        (
            "dcgan",
            kinds.Pair(kinds.Images((8, 8, 1)), kinds.Images((8, 8, 1))),
            {"image_shape": (8, 8, 1)},
        ),
    ],
)
def test_data_of_any_kind_says_what_a_sample_is(
    constructors, monkeypatch, model, kind, arguments
):
    dataset = types.SimpleNamespace(kind=kind, num_classes=None, num_samples=640)
    monkeypatch.setattr("kerasgen.data.load", lambda *_, **__: dataset)
    assert zoo.adapt(model, data="mine.npz").arguments == arguments
    if model != "dcgan":
        with pytest.raises(ValueError, match=f"DCGAN is no model of {kind.noun}"):
            zoo.adapt("dcgan", data="mine.npz")


def test_data_of_two_domains_trains_a_translator(tmp_path):
    random = np.random.default_rng(0)
    images = {
        f"x_train{domain}": random.integers(0, 256, (n, 16, 16, 3), "uint8")
        for domain, n in (("A", 3), ("B", 2))
    }
    np.savez(tmp_path / "faces.npz", **images)
    recipe = zoo.adapt("cyclegan", data=tmp_path / "faces.npz", image_size=8)
    assert recipe.arguments == {"image_shape": (8, 8, 3)}
    assert (recipe.name, recipe.batch_size) == ("cyclegan_faces_8", 1)
    assert recipe.data_arguments == {"image_size": 8}


def test_only_images_are_resized(recipe):
    for asked, received in (
        ({"image_size": 32}, "image_size=32"),
        ({"channels": 1}, "channels=1"),
    ):
        with pytest.raises(
            ValueError, match=f"a model with an `image_shape`.*{received}"
        ):
            zoo.adapt(recipe(arguments={"length": 8}), **asked)


def test_channels_are_those_of_model_and_data():
    recipe = zoo.adapt("dcgan", "fashion_mnist_6k", channels=3)
    assert recipe.arguments["image_shape"] == (28, 28, 3)
    assert recipe.data_arguments == {"channels": 3}
    assert recipe.name == "dcgan_fashion_mnist_6k"
    recipe = zoo.adapt("dcgan_mnist", channels=3)
    assert recipe.arguments["image_shape"] == (28, 28, 3)
    assert recipe.data_arguments["channels"] == 3
