import numpy as np
import pytest
from keras import ops

from kerasgen.kinds import Voxels

KIND = Voxels((1, 1, 3, 1))


def batch(*values, dtype="float32"):
    return np.array(values, dtype).reshape(1, 1, 1, 3, 1)


@pytest.mark.parametrize("dtype", ["bool", "uint8", "float32", "float64"])
def test_occupancy_of_any_dtype_is_a_float_to_networks(dtype):
    samples = batch(0, 1, 0, dtype=dtype)
    KIND.check(samples)
    floats = ops.convert_to_numpy(KIND.to_float(ops.convert_to_tensor(samples)))
    assert floats.dtype == "float32"
    np.testing.assert_array_equal(floats.ravel(), [0.0, 1.0, 0.0])


@pytest.mark.host
def test_a_cell_is_full_above_one_half():
    made = KIND.to_host(batch(0.5, 0.51, 1.0))
    assert made.dtype == "uint8"
    np.testing.assert_array_equal(made.ravel(), [0, 1, 1])
    KIND.check(made)


@pytest.mark.host
@pytest.mark.parametrize(
    ("samples", "message"),
    [
        (batch(0, 2, 0, dtype="uint8"), r"`voxels` must lie in \[0, 1\].*\[0, 2\]"),
        (batch(0, 255, 0, dtype="uint8"), r"\[0, 255\]"),
        (batch(-0.1, 1, 0), r"\[-0.1, 1\]"),
        (batch(0, 1, 0, dtype="int64"), "bool, uint8 or float.*int64"),
        (batch(0, 1, 0).reshape(1, 1, 3, 1), r"\(batch, 1, 1, 3, 1\)"),
    ],
)
def test_what_is_no_occupancy_is_refused(samples, message):
    with pytest.raises(ValueError, match=message):
        KIND.check(samples)
