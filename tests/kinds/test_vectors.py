import numpy as np
import pytest

from kerasgen.kinds import Vectors

pytestmark = pytest.mark.host


def test_a_number_is_a_shape():
    assert Vectors(3).shape == Vectors((3,)).shape == Vectors(np.int64(3)).shape == (3,)


def test_any_range_is_fine():
    Vectors(2).check(np.array([[-1e6, 1e6]], "float32"))
    Vectors(2).check(np.array([[-1e6, 1e6]], "float64"))


@pytest.mark.parametrize("dtype", ["int32", "uint8", "bool"])
def test_integers_are_refused(dtype):
    with pytest.raises(ValueError, match=f"`vectors` must be float.*{dtype}"):
        Vectors(2).check(np.ones((1, 2), dtype))


def test_it_comes_back_in_single_precision():
    made = Vectors(2).to_host(np.ones((1, 2), "float64"))
    assert made.dtype == "float32"
