import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.inputs import Given, answer
from kerasgen.kinds import Images, Tokens, Vectors

PHOTOS = Given(Images((2, 2, 1)), "photos")


def test_samples_are_encoded_as_networks_take_them():
    photos = np.array([0, 255, 0, 255], "uint8").reshape(1, 2, 2, 1)
    encoded = PHOTOS.encode(answer((PHOTOS,), photos=photos)["photos"])
    assert isinstance(encoded, np.ndarray) and encoded.dtype == "float32"
    np.testing.assert_allclose(encoded.ravel(), [-1, 1, -1, 1])
    tokens = Given(Tokens(3, 5))
    encoded = tokens.encode(answer((tokens,), tokens=[[0, 4, 2]])["tokens"])
    assert encoded.dtype == "int32"
    np.testing.assert_array_equal(encoded, [[0, 4, 2]])


def test_training_takes_those_of_the_batch():
    batch = {"samples": ops.ones((3, 2, 2, 1))}
    assert PHOTOS.in_training(3, None, batch) is batch["samples"]


def test_it_is_called_as_its_kind_unless_told_otherwise():
    assert Given(Vectors(2)).name == "vectors"
    assert PHOTOS.name == "photos"


def test_nobody_can_draw_it():
    with pytest.raises(ValueError, match=r"pass `photos=...`, Images\(shape="):
        PHOTOS.draw(3, None)


@pytest.mark.parametrize("arguments", [{}, {"photos": None}, {"n": 3}])
def test_it_is_asked_for_where_it_is_missing(arguments):
    with pytest.raises(ValueError, match="which cannot be drawn: pass `photos="):
        answer((PHOTOS,), **arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"photos": np.zeros((2, 3, 3, 1), "uint8")}, r"`photos` must have shape"),
        ({"photos": np.full((2, 2, 2, 1), 3.0)}, r"`photos` must lie in \[-1, 1\]"),
        ({"photos": np.full((2, 2, 2, 1), np.nan)}, "`photos` must be finite.*8"),
        ({"photos": np.zeros((2, 2, 2, 1), "uint8"), "n": 3}, "n=3 and 2 photos"),
        ({"photos": np.zeros((0, 2, 2, 1), "uint8")}, "n=0"),
    ],
)
def test_samples_that_do_not_fit_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        answer((PHOTOS,), **arguments)


def test_images_that_most_likely_lie_in_0_to_1_are_warned_of():
    bright = np.linspace(0.0, 1.0, 8).reshape(2, 2, 2, 1)
    with pytest.warns(
        UserWarning, match=r"`photos` lie in .*images \* 2 - 1.*uint8, or"
    ):
        taken = answer((PHOTOS,), photos=bright)["photos"]
    np.testing.assert_array_equal(taken, bright)
    for right in (bright * 2.0 - 1.0, np.zeros((2, 2, 2, 1)), bright.astype("uint8")):
        answer((PHOTOS,), photos=right)


def test_it_comes_back_as_it_was():
    again = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(PHOTOS)
    )
    assert again == PHOTOS and again.name == "photos"
    assert again.kind == Images((2, 2, 1))
    assert Given(Images((2, 2, 1)), "paintings") != PHOTOS
    second = Given(Images((2, 2, 1)), domain=1)
    assert Given.from_config(second.get_config()) == second != Given(second.kind)
