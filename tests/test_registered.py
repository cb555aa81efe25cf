"""Every class that is saved by name says what it takes."""

import keras
import numpy as np
import pytest

import kerasgen
from kerasgen import models
from kerasgen.described import Described
from kerasgen.registered import registered

pytestmark = pytest.mark.host

OURS = {
    name.removeprefix("kerasgen>"): cls
    for name, cls in keras.saving.get_custom_objects().items()
    if name.startswith("kerasgen>") and isinstance(cls, type)
}


@pytest.mark.parametrize("name", [n for n in sorted(OURS) if not n.startswith("_")])
def test_an_unknown_argument_is_refused_with_those_there_are(name):
    with pytest.raises(TypeError, match=f"`{name}` takes .*Received: unheard_of=1$"):
        OURS[name](unheard_of=1)


def test_all_kinds_of_classes_are_tried():
    expected = {"Average", "Conv2D", "GAN", "Hinge", "Images", "Latents", "R1", "VAE"}
    assert expected <= OURS.keys()
    assert kerasgen.engine.Average is OURS["Average"]


@pytest.mark.parametrize(
    ("constructor", "wrong"),
    [(models.VAE, {}), (models.CycleGAN, {"image_shape": (7, 7, 3)})],
)
def test_it_is_refused_before_anything_is_looked_at(constructor, wrong):
    with pytest.raises(ValueError, match="image_shape|size"):
        constructor(**wrong)
    for name in ("inputs", "sead"):
        with pytest.raises(TypeError, match=f"Received: {name}=1"):
            constructor(**wrong, **{name: 1})


@pytest.mark.parametrize("name", ["generator", "discriminator", "given", "inputs"])
def test_what_a_base_is_given_by_its_subclasses_is_not_taken(name):
    for constructor in (models.CycleGAN, models.PixelCNN):
        with pytest.raises(TypeError, match=f"takes .*Received: {name}=3"):
            constructor(**{name: 3})


def test_a_base_refuses_what_a_subclass_hands_on_before_it_builds():
    class Mine(models.VAE):
        def __init__(self, extra=0, **kwargs):
            super().__init__(**kwargs)

    with pytest.raises(TypeError, match="`Mine` takes extra, image_shape, .*sead=1"):
        Mine(sead=1)


def test_a_constructor_that_is_inherited_is_held_to_the_same():
    class Base(Described):
        def __init__(self, size, **kwargs):
            self.size = size

    @registered
    class Heir(Base):
        """Has no constructor of its own."""

    with pytest.raises(TypeError, match="`Heir` takes size. .*Received: sizes=1"):
        Heir(sizes=1)
    assert type(Heir(size=np.int64(3)).size) is int
