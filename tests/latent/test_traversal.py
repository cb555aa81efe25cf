import numpy as np
import pytest

from kerasgen.latent import traversal

pytestmark = pytest.mark.host


def test_one_coordinate_takes_the_values_and_the_others_stay():
    found = traversal([1.0, 2.0, 3.0], 1, [-5, 0, 5])
    np.testing.assert_array_equal(found, [[1, -5, 3], [1, 0, 3], [1, 5, 3]])


def test_one_path_for_each_code():
    codes = np.zeros((2, 3), "float32")
    codes[1] = 9
    found = traversal(codes, -1, range(4))
    assert found.shape == (2, 4, 3) and found.dtype == "float32"
    np.testing.assert_array_equal(found[1, :, 2], [0, 1, 2, 3])
    np.testing.assert_array_equal(found[1, :, :2], 9)


def test_the_codes_themselves_stay():
    codes = np.zeros(3)
    traversal(codes, 0, [1.0, 2.0])
    assert not codes.any()


@pytest.mark.parametrize(
    ("coordinate", "values", "said"),
    [
        (3, [1.0], "coordinate=3"),
        (-4, [1.0], "coordinate=-4"),
        (1.0, [1.0], "coordinate=1.0"),
        (0, 3, "`values` must be a sequence of numbers. Received: values=3"),
        (0, [], "`values` must have shape"),
        (0, [np.nan], "`values` must be finite"),
    ],
)
def test_bad_input(coordinate, values, said):
    with pytest.raises(ValueError, match=said):
        traversal([1.0, 2.0, 3.0], coordinate, values)
