import keras
import numpy as np
import pytest

from kerasgen.layers import PersistentDropout

ONES = np.ones((20, 500), "float32")


def test_it_drops_in_training_and_after_it():
    layer = PersistentDropout(0.25, seed=1)
    for training in (True, False, None):
        arguments = {} if training is None else {"training": training}
        network = keras.Sequential([keras.Input((500,)), layer])
        found = keras.ops.convert_to_numpy(network(ONES, **arguments))
        assert set(np.unique(found).round(5)) == {0.0, np.float32(1 / 0.75).round(5)}
        assert (found == 0).mean() == pytest.approx(0.25, abs=0.02)


def test_the_seed_fixes_it_and_calls_differ():
    one, same, other = (PersistentDropout(0.5, seed=s) for s in (1, 1, 2))
    first = keras.ops.convert_to_numpy(one(ONES))
    np.testing.assert_array_equal(first, keras.ops.convert_to_numpy(same(ONES)))
    assert (first != keras.ops.convert_to_numpy(other(ONES))).any()
    assert (first != keras.ops.convert_to_numpy(one(ONES))).any()
    assert PersistentDropout.from_config(one.get_config()).seed == 1


def test_a_rate_out_of_range_is_refused():
    with pytest.raises(ValueError, match=r"`rate` must lie in \[0, 1\)"):
        PersistentDropout(1.0)
