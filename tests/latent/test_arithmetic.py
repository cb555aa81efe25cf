import numpy as np
import pytest

from kerasgen.latent import arithmetic, direction, shift

pytestmark = pytest.mark.host


def test_groups_are_averaged_before_they_are_added():
    smiling_woman = [[1.0, 2.0], [3.0, 4.0]]
    woman, man = [[1.0, 1.0], [1.0, 5.0], [1.0, 0.0]], [0.0, 10.0]
    found = arithmetic([smiling_woman, man], [woman])
    np.testing.assert_allclose(found, [2 - 1 + 0, 3 - 2 + 10])


def test_nothing_need_be_subtracted():
    np.testing.assert_allclose(arithmetic([[1.0, 2.0]]), [1, 2])


def test_direction_is_the_difference_of_means():
    found = direction([[4.0, 0.0], [6.0, 2.0]], [[1.0, 1.0], [1.0, 3.0], [4.0, 2.0]])
    np.testing.assert_allclose(found, [5 - 2, 1 - 2])


def test_shift_moves_along_a_direction():
    found = shift([[1.0, 1.0], [0.0, 0.0]], [1.0, -2.0], [-1, 0, 2])
    expected = [[[0, 3], [1, 1], [3, -3]], [[-1, 2], [0, 0], [2, -4]]]
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_type_of_float_is_kept(dtype):
    codes = np.ones((2, 3), dtype)
    assert arithmetic([codes], [codes]).dtype == dtype
    assert shift(codes, codes[0], [1.0]).dtype == dtype


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: arithmetic([]), "`add` must hold at least one"),
        (lambda: arithmetic(5), "`add` must be a sequence of groups.* add=5"),
        (lambda: arithmetic([[1.0]], None), "`subtract` must be .* subtract=None"),
        (lambda: direction([[1], [1, 2]], [[1]]), "`add` must be an array.* a list"),
        (lambda: shift([[1], [1, 2]], [1], [1]), "`codes` must be an array of"),
        (lambda: arithmetic([[1.0, 2.0]], [[1.0]]), r"one `dim`.*\[2, 1\]"),
        (lambda: direction([[np.nan]], [[1.0]]), "`add` must be finite"),
        (lambda: shift([1.0, 2.0], [1.0], [1.0]), r"shape \(2,\)"),
        (lambda: shift([1.0], [1.0], [np.inf]), "`strengths` must be finite"),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call()
