import numpy as np
import pytest

from kerasgen.kinds import Sequences

pytestmark = pytest.mark.host


def test_time_comes_before_features():
    kind = Sequences(8, 2)
    assert kind.shape == (8, 2)
    assert kind.get_config() == {"length": 8, "features": 2}
    kind.check(np.zeros((3, 8, 2), "float16"))
    with pytest.raises(ValueError, match=r"`sequences` .*\(batch, 8, 2\).*\(3, 2, 8\)"):
        kind.check(np.zeros((3, 2, 8), "float32"))


def test_integers_are_refused():
    with pytest.raises(ValueError, match="`sequences` must be float.*int64"):
        Sequences(8, 2).check(np.zeros((3, 8, 2), "int64"))
