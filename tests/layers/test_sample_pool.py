import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import engine
from kerasgen.layers import SamplePool


def numpy(x):
    return ops.convert_to_numpy(ops.stop_gradient(x))


def numbered(start, stop):
    """Samples `(stop - start, 2)` that carry their numbers."""
    return np.repeat(np.arange(start, stop, dtype="float32")[:, None], 2, axis=1)


def test_until_it_is_full_all_samples_pass_and_are_stored():
    pool = SamplePool(5, seed=0)
    for start, stop in ((1, 4), (4, 6)):
        batch = numbered(start, stop)
        np.testing.assert_array_equal(numpy(pool(batch)), batch)
    np.testing.assert_array_equal(numpy(pool.places[0]), numbered(1, 6))
    assert int(pool.stored.numpy()) == 5


def test_a_full_pool_swaps_about_half_of_a_batch_for_earlier_samples():
    pool = SamplePool(200, seed=0)
    pool(numbered(1, 201))
    batch = numbered(1001, 1401)
    outputs = numpy(pool(batch))
    swapped = (outputs != batch).all(axis=1)
    assert 160 < swapped.sum() < 240
    assert np.isin(outputs[swapped, 0], np.arange(1, 201)).all()
    kept = numpy(pool.places[0])[:, 0]
    new = kept[kept > 1000]
    assert len(new) > 100 and np.isin(new, batch[swapped, 0]).all()
    given_back = np.setdiff1d(np.arange(1, 201), kept)
    np.testing.assert_array_equal(given_back, np.unique(outputs[swapped, 0]))


@pytest.mark.parametrize("seed", range(8))
def test_the_batch_that_fills_the_pool_gets_back_only_what_went_in(seed):
    pool = SamplePool(4, seed=seed)
    pool(numbered(1, 3))
    outputs = numpy(pool(numbered(3, 15)))
    assert outputs.min() >= 1
    assert numpy(pool.places[0]).min() >= 1
    assert (outputs >= 3).all(axis=1)[:2].all()  # they take the last free places


def test_a_first_batch_larger_than_the_pool_passes():
    pool = SamplePool(4, seed=0)
    np.testing.assert_array_equal(numpy(pool(numbered(1, 9))), numbered(1, 9))
    np.testing.assert_array_equal(numpy(pool.places[0]), numbered(1, 5))


def test_the_parts_of_a_sample_stay_together():
    pool = SamplePool(6, seed=0)
    for start in range(1, 100, 9):
        batch = numbered(start, start + 9)
        outputs = pool({"samples": batch[:, None], "condition": -batch[:, :1]})
        samples, condition = numpy(outputs["samples"]), numpy(outputs["condition"])
        assert samples.shape == (9, 1, 2) and condition.shape == (9, 1)
        np.testing.assert_array_equal(samples[:, 0, :1], -condition)
    conditions, samples = (numpy(place) for place in pool.places)
    np.testing.assert_array_equal(samples[:, 0, :1], -conditions)


def test_short_batches_are_taken():
    pool = SamplePool(3, seed=0)
    seen = [numpy(pool(numbered(i, i + 1)))[0, 0] for i in range(1, 40)]
    assert seen[:3] == [1, 2, 3]
    old = sum(number != i for i, number in enumerate(seen, start=1))
    assert 8 < old < 30


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_samples_keep_their_dtype(dtype):
    pool = SamplePool(2, seed=0, dtype=f"mixed_{dtype}")
    for _ in range(3):
        outputs = pool(ops.ones((3, 2), dtype))
        assert keras.backend.standardize_dtype(outputs.dtype) == dtype
        np.testing.assert_array_equal(numpy(ops.cast(outputs, "float32")), 1.0)


def test_gradients_flow_through_samples_that_pass_and_not_into_the_pool():
    pool = SamplePool(4, seed=0)
    pool(numbered(101, 105))
    factor = keras.Variable(1.0)
    x = numbered(1, 9)

    @engine.compiled
    def step():
        def loss():
            outputs = pool(factor.value * ops.convert_to_tensor(x))
            return (ops.sum(outputs),), outputs

        _, ((gradient,),), outputs = engine.gradients([[factor]], loss)
        return gradient, outputs

    gradient, outputs = (numpy(t) for t in step())
    passed = (outputs == x).all(axis=1)
    assert 0 < passed.sum() < 8
    np.testing.assert_allclose(gradient, x[passed].sum())
    assert pool.trainable_variables == []
    assert (numpy(pool.places[0]) < 100).any()  # a compiled step stores as well


def test_the_samples_are_saved(tmp_path):
    model = keras.Sequential([keras.Input((2,)), SamplePool(4, seed=3)])
    model(numbered(1, 4))
    model.save(tmp_path / "pool.keras")
    (pool,) = keras.saving.load_model(tmp_path / "pool.keras").layers
    assert pool.get_config() == model.layers[0].get_config()
    assert int(pool.stored.numpy()) == 3
    np.testing.assert_array_equal(numpy(pool.places[0])[:3], numbered(1, 4))


@pytest.mark.parametrize("capacity", [0, 2.0, None])
def test_capacity_must_be_a_positive_integer(capacity):
    with pytest.raises(ValueError, match=f"capacity={capacity}"):
        SamplePool(capacity)
