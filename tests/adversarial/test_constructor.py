"""Constructors say which arguments they take in place of an unknown one."""

import inspect

import keras
import pytest

from kerasgen import models
from kerasgen.engine import GenerativeModel

OF_ALL = {"seed", "name", "dtype", "trainable"}
FUNCTIONS = [n for n in models.__all__ if inspect.isfunction(getattr(models, n))]


def networks():
    generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    discriminator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    return generator, discriminator


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_list_their_own_arguments_and_those_they_hand_on(name):
    constructor = getattr(models, name)
    # No size of image: the argument is refused before anything is built.
    with pytest.raises(TypeError, match=f"`{name}` takes ") as told:
        constructor(latentdim=3)
    takes, rest = str(told.value).removeprefix(f"`{name}` takes ").split(". ", 1)
    own = set(inspect.signature(constructor).parameters) - {"kwargs"}
    assert own | OF_ALL | {"kind", "defaults"} <= set(takes.split(", "))
    assert rest.startswith("The nearest names are latent_dim")
    assert rest.endswith("Received: latentdim=3")


CLASSES = [n for n in models.__all__ if n not in FUNCTIONS]


@pytest.mark.parametrize("name", CLASSES)
def test_classes_say_the_same(name):
    with pytest.raises(TypeError, match=f"`{name}` takes .*Received: sead=3") as told:
        getattr(models, name)(sead=3)  # before it is seen that anything is missing
    assert "The nearest names are seed" in str(told.value)
    own = set(inspect.signature(getattr(models, name)).parameters) - {"kwargs"}
    takes = str(told.value).removeprefix(f"`{name}` takes ").split(". ")[0]
    assert own | OF_ALL <= set(takes.split(", "))


def test_arguments_of_a_class_of_ones_own_and_those_it_hands_on():
    class Mine(models.GAN):
        def __init__(self, *args, extra=1, **kwargs):
            self.taken = kwargs.pop("hidden", None)
            super().__init__(*args, **kwargs)

    class Closed(GenerativeModel):
        def __init__(self, size, **kwargs):
            super().__init__(size, mistaken=1)

    assert Mine(*networks(), hidden=3, name="mine", autocast=True).taken == 3
    with pytest.raises(TypeError, match="`Mine` takes extra, generator, .*near.* kind"):
        Mine(*networks(), kinds=3)
    with pytest.raises(TypeError, match="`Closed` takes size, seed, .*mistaken=1"):
        Closed(3)


IMAGE = (16, 16, 1)
MADE = {
    "DCGAN": lambda **given: models.DCGAN(IMAGE, **given),
    "VAE": lambda **given: models.VAE(IMAGE, **given),
    "CycleGAN": lambda **given: models.CycleGAN(IMAGE, **given),
    "GAN": lambda **given: models.GAN(*networks(), **given),
}


@pytest.mark.parametrize("name", MADE)
def test_what_no_model_can_be_made_of_is_said_before_networks_are_built(
    name, monkeypatch
):
    for seed in (-1, 2**31, 1.5, "a", True):
        with pytest.raises(ValueError, match=r"`seed` must .* 2\*\*31 - 1.*seed="):
            MADE[name](seed=seed)
    with pytest.raises(ValueError, match="`kind` must be a kerasgen.kinds.Kind.*='x'"):
        MADE[name](kind="x")
    monkeypatch.setattr(keras.config, "image_data_format", lambda: "channels_first")
    with pytest.raises(ValueError, match="keeps channels last.*='channels_first'"):
        MADE[name]()


def test_what_published_models_fix_is_not_handed_on():
    with pytest.raises(TypeError, match="`CGAN` takes .*Received: conditions="):
        models.CGAN((8, 8, 1), filters=1, conditions=["labels"])
