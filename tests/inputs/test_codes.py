import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.inputs import Codes, answer, philox

CODES = Codes((3, 2), 1)


def test_codes_in_training_have_their_priors():
    codes = CODES.in_training(3000, keras.random.SeedGenerator(0))
    codes = ops.convert_to_numpy(codes)
    assert codes.shape == (3000, CODES.size) == (3000, 6)
    np.testing.assert_allclose(codes[:, :3].mean(axis=0), 1 / 3, atol=0.05)
    for ones in (codes[:, :3], codes[:, 3:5]):
        np.testing.assert_array_equal(ones.sum(axis=1), 1)
    assert -1 <= codes[:, 5].min() < -0.9 and 0.9 < codes[:, 5].max() <= 1


def test_codes_on_the_host_have_their_priors():
    codes = CODES.draw(3000, philox(0))
    assert codes.shape == (3000, 3) and codes.dtype == "float32"
    for column, k in ((0, 3), (1, 2)):
        shares = [(codes[:, column] == i).mean() for i in range(k)]
        np.testing.assert_allclose(shares, 1 / k, atol=0.05)
    assert -1 <= codes[:, 2].min() < -0.9 and 0.9 < codes[:, 2].max() <= 1


@pytest.mark.parametrize(("categorical", "continuous"), [((), 2), ((4,), 0)])
def test_there_may_be_codes_of_one_kind_alone(categorical, continuous):
    codes = Codes(categorical, continuous)
    drawn = codes.draw(5, philox(0))
    assert codes.encode(drawn).shape == (5, codes.size)
    seed = keras.random.SeedGenerator(0)
    assert tuple(codes.in_training(5, seed).shape) == (5, codes.size)


def test_networks_take_categories_as_zeros_and_ones():
    given = [[2, 0, 0.5], [0, 1, -1.0]]
    encoded = CODES.encode(answer((CODES,), codes=given)["codes"])
    expected = [[0, 0, 1, 1, 0, 0.5], [1, 0, 0, 0, 1, -1.0]]
    np.testing.assert_array_equal(encoded, expected)
    assert encoded.dtype == "float32"


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        ([[0, 1]], r"\(n, 3\).*\(1, 2\)"),
        ([0, 1, 0.5], r"\(3,\)"),
        ([[0.5, 1, 0]], "Column 0"),
        ([[0, 2, 0]], r"Column 1 .*\[0, 2\)"),
        ([[-1, 0, 0]], "Column 0"),
        ([[0, 0, np.nan]], "finite"),
        ([[np.nan, 0, 0]], "finite"),
    ],
)
def test_what_is_no_code_is_refused(codes, message):
    with pytest.raises(ValueError, match=message):
        answer((CODES,), codes=codes)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"categorical": (1,)}, r"categorical=\(1,\)"),
        ({"categorical": (2.0,)}, r"categorical=\(2.0,\)"),
        ({"continuous": -1}, "continuous=-1"),
        ({"categorical": (), "continuous": 0}, "must be a code"),
    ],
)
def test_codes_that_cannot_be_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Codes(**arguments)


def test_they_come_back_as_they_were():
    again = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(CODES)
    )
    assert (tuple(again.categorical), again.continuous) == ((3, 2), 1)
