import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.layers import LatentCategories


def test_the_largest_of_the_first_latents_has_the_one():
    z = np.random.default_rng(0).normal(size=(64, 7)).astype("float32")
    found = ops.convert_to_numpy(LatentCategories(4, scale=2.5)(z))
    places = np.eye(4)[z[:, :4].argmax(axis=1)]
    np.testing.assert_array_equal(found, np.concatenate([z, 2.5 * places], axis=1))


def test_normal_latents_fall_into_equally_likely_categories():
    z = np.random.default_rng(0).normal(size=(4000, 5)).astype("float32")
    places = ops.convert_to_numpy(LatentCategories(5, scale=1.0)(z))[:, 5:]
    # Of 4,000 a fifth, 800, with a standard deviation of 25.
    assert (abs(places.sum(axis=0) - 800) < 100).all()


def test_it_computes_in_the_precision_of_the_model():
    layer = LatentCategories(2, dtype="mixed_bfloat16")
    assert layer(np.zeros((1, 3), "float32")).dtype == ops.zeros((), "bfloat16").dtype


def test_it_survives_its_config_and_a_model():
    inputs = keras.Input((5,))
    model = keras.Model(inputs, LatentCategories(3, scale=2.0)(inputs))
    assert model.output_shape == (None, 8)
    again = keras.Model.from_config(model.get_config())
    z = np.random.default_rng(1).normal(size=(2, 5)).astype("float32")
    np.testing.assert_array_equal(
        again.predict(z, verbose=0), model.predict(z, verbose=0)
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0,), "categories=0"),
        ((1,), "`categories` must be at least 2. Received: categories=1"),
        ((2.0,), "categories=2.0"),
        ((2, 0.0), "scale=0.0"),
        ((2, float("nan")), "scale=nan"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        LatentCategories(*arguments)


def test_there_are_as_many_latents_as_categories():
    with pytest.raises(ValueError, match="categories=4, 3 latents"):
        LatentCategories(4)(keras.Input((3,)))
