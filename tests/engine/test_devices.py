"""On one device; `test_distributed.py` has two."""

import keras
import numpy as np
import pytest

from kerasgen.engine import between_devices, gathered


def test_the_rule_of_a_variable_is_one_there_is():
    with pytest.raises(ValueError, match="nearest.*first.*Received: rule='frist'"):
        between_devices("frist", keras.Variable(0.0))


def test_one_device_has_what_all_have():
    scores = {"real": keras.ops.ones((2, 1)), "fake": keras.ops.zeros((2, 1))}
    found = gathered(scores)
    assert found.keys() == scores.keys()
    np.testing.assert_array_equal(found["real"], np.ones((2, 1)))
