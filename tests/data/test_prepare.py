"""Images are transformed, other samples stay as they are."""

import numpy as np
import pytest

from kerasgen import data
from kerasgen.kinds import Images

pytestmark = pytest.mark.host


@pytest.mark.parametrize(
    "argument",
    [{"crop": 2}, {"image_size": 4}, {"channels": 3}, {"flip": True}],
    ids=lambda argument: next(iter(argument)),
)
def test_what_is_for_images_is_refused_for_others(argument):
    (name,) = argument
    with pytest.raises(
        ValueError, match=f"`{name}` is for images.*are vectors.*{name}="
    ):
        data.load(np.zeros((6, 3)), batch_size=2, **argument)


def test_what_is_for_images_may_be_said_of_others_as_none(pixels):
    dataset = data.load(np.zeros((6, 3)), batch_size=2, flip=False, crop=None)
    assert not dataset.flip


def test_images_come_out_as_the_kind_that_was_told(folder, pixels):
    kind = Images((4, 2, 1))
    for source in (folder, pixels(10)):
        arguments = {"image_size": (4, 2), "channels": 1, "shuffle": False}
        assert data.load(source, kind=kind, **arguments)[0][0].shape == (10, 4, 2, 1)
        with pytest.raises(ValueError, match=r"come out as Images.*6, 5, 3.*4, 2, 1"):
            data.load(source, kind=kind, shuffle=False)


def test_float_images_are_mirrored_and_not_resized(pixels):
    floats = pixels(10) / 127.5 - 1.0
    (images,) = data.load(floats, kind="images", flip=True, batch_size=10)[0]
    (expected,) = data.load(pixels(10), flip=True, batch_size=10)[0]
    np.testing.assert_allclose(images, expected / 127.5 - 1.0, atol=1e-6)
    with pytest.raises(ValueError, match="Only uint8 images.*float64"):
        data.load(floats, kind="images", image_size=4, batch_size=10)
