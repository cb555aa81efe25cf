import numpy as np
import pytest

from kerasgen.pictures.scores import DARK, LARGEST, LIGHT, scores

pytestmark = pytest.mark.host


def cells(picture, length, features):
    """One pixel of each cell, `(features, length)`."""
    high, wide = picture.shape[0] // features, picture.shape[1] // length
    return picture[high // 2 :: high, wide // 2 :: wide, 0]


def test_time_runs_to_the_right_and_features_upwards():
    rising = np.zeros((1, 5, 3))
    rising[0, [0, 2, 4], [0, 1, 2]] = 1.0
    (picture,) = scores(rising)
    dark = np.argwhere(cells(picture, 5, 3) == DARK)
    np.testing.assert_array_equal(dark, [[0, 4], [1, 2], [2, 0]])  # rows from the top


def test_larger_numbers_are_darker():
    (picture,) = scores(np.array([[[0.0], [1.0], [4.0]]]))
    quarter = round(LIGHT + (DARK - LIGHT) / 4)
    np.testing.assert_array_equal(cells(picture, 3, 1), [[LIGHT, quarter, DARK]])


def test_limits_hold_for_all_and_may_be_given():
    sequences = np.array([[[0.0], [1.0]], [[2.0], [4.0]]])
    together, given = scores(sequences), scores(sequences, (-10.0, 2.0))
    assert cells(together[0], 2, 1).max() == LIGHT
    assert cells(together[1], 2, 1).min() == DARK
    assert cells(given[0], 2, 1).max() < LIGHT
    np.testing.assert_array_equal(cells(given[1], 2, 1), [[DARK, DARK]])


@pytest.mark.parametrize("shape", [(4, 2), (64, 46), (5000, 200), (1, 1)])
def test_small_ones_are_enlarged_in_whole_pixels(shape):
    found = scores(np.random.default_rng(0).normal(size=(2, *shape)))
    high, wide = found.shape[1] / shape[1], found.shape[2] / shape[0]
    assert found.shape[3] == 1 and high == int(high) and wide == int(wide)
    assert 1 <= wide <= LARGEST and 1 <= high <= 4 * wide
    assert len(np.unique(cells(found[0], *shape))) > 1 or shape == (1, 1)


def test_numbers_that_are_not_finite_can_be_drawn():
    (picture,) = scores(np.array([[[np.inf], [-np.inf], [0.0], [1.0]]]))
    np.testing.assert_array_equal(cells(picture, 4, 1), [[DARK, LIGHT, LIGHT, DARK]])
    assert (scores(np.full((1, 2, 2), np.nan)) == LIGHT).all()


@pytest.mark.parametrize("shape", [(3, 4), (0, 4, 2)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="`sequences` must have shape"):
        scores(np.zeros(shape))


def test_what_is_no_number_is_refused():
    with pytest.raises(ValueError, match="`sequences` must be an array of numbers"):
        scores([[["a"]]])
