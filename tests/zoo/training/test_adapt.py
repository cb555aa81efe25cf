import pytest

from kerasgen import zoo


def test_a_model_takes_its_size_from_the_data():
    recipe = zoo.adapt("dcgan", data="fashion_mnist_6k")
    assert recipe.model == "DCGAN" and recipe.name == "dcgan_fashion_mnist_6k"
    assert recipe.arguments == {"image_shape": (28, 28, 1)}
    assert (recipe.batch_size, recipe.epochs) == (64, 10)


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
    assert recipe.arguments["average"] == 0.999
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
