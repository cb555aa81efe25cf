"""What a recipe says that no model or data set can take."""

import pytest

import kerasgen

pytestmark = pytest.mark.host


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model": "sampling"}, "`model` must name a constructor.*model='sampling'"),
        ({"model": "dcgan"}, "The nearest names are DCGAN.*model='dcgan'"),
        ({"arguments": {}}, "`image_shape` is needed"),
        (
            {"model": "GAN", "arguments": {}},
            "`arguments` must be those of .*GAN: .*missing.*generator.*arguments={}",
        ),
        ({"data_arguments": {"imagesize": 8}}, "names are image_size.*'imagesize'"),
        ({"data_arguments": {"seed": 8}}, "`data_arguments` must hold.*with 'seed'"),
        ({"optimizers": {"generator": 1e-3}}, "`optimizers` must hold.*0.001"),
        (
            {"optimizers": {"generator": {"optimizer": "optimizers"}}},
            "`optimizer` must be a keras.optimizers.Optimizer.*'optimizers'",
        ),
    ],
    ids=str,
)
def test_a_recipe_that_cannot_be_trained_says_why(
    recipe, images, tmp_path, changes, message
):
    with pytest.raises(ValueError, match=message):
        kerasgen.zoo.train(recipe(**changes), images, tmp_path / "run", verbose=0)
    assert not (tmp_path / "run" / "training.json").exists()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: kerasgen.zoo.load(3), "`name` must be a path, or a name.*name=3"),
        (lambda: kerasgen.zoo.info(None), "name=None"),
        (lambda: kerasgen.zoo.register("a", 3), "source=3"),
        (lambda: kerasgen.zoo.register(3), "name=3"),
        (lambda: kerasgen.zoo.adapt(3), "recipe_or_model=3"),
        (lambda: kerasgen.zoo.train(None), "recipe=None"),
        (lambda: kerasgen.zoo.train("dcgan_mnist", output=3), "output=3"),
    ],
)
def test_what_is_no_path_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
