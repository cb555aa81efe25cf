import numpy as np
import pytest

from kerasgen.data.order import Order, coin_tosses, evenly_spaced, shuffled

pytestmark = pytest.mark.host


def test_shuffled_is_a_permutation():
    assert sorted(shuffled(100, seed=3, epoch=7)) == list(range(100))


def test_shuffled_is_pinned_to_these_numbers():
    # A change here breaks every training that is resumed.
    assert shuffled(8, seed=0, epoch=0).tolist() == [0, 2, 1, 5, 4, 3, 6, 7]
    assert shuffled(8, seed=1, epoch=2).tolist() == [4, 2, 0, 6, 1, 5, 7, 3]
    assert shuffled(8, 0, 0, domain=1).tolist() == [3, 1, 7, 0, 2, 4, 5, 6]
    assert shuffled(8, 0, 0, number=1).tolist() == [1, 2, 3, 5, 0, 4, 7, 6]
    assert shuffled(8, 1, 2, 1, 3).tolist() == [4, 6, 7, 2, 5, 0, 3, 1]
    assert coin_tosses(8, 0, 0, 1, 1).tolist() == [1, 0, 0, 0, 0, 1, 0, 1]


@pytest.mark.parametrize("other", [{"seed": 1, "epoch": 0}, {"seed": 0, "epoch": 1}])
def test_shuffled_depends_on_seed_and_epoch(other):
    assert (shuffled(100, 0, 0) != shuffled(100, **other)).any()


def test_shuffled_takes_the_largest_seed():
    assert sorted(shuffled(10, seed=2**64 - 1, epoch=0)) == list(range(10))


def test_coin_tosses_are_fair_and_repeat():
    tosses = coin_tosses(10_000, seed=0, epoch=5)
    assert abs(tosses.mean() - 0.5) < 0.02
    assert (tosses == coin_tosses(10_000, seed=0, epoch=5)).all()


def test_coin_tosses_change_with_the_epoch():
    assert (coin_tosses(100, 0, 0) != coin_tosses(100, 0, 1)).any()


def test_coin_tosses_are_not_the_numbers_that_shuffle():
    # Else mirrored images would gather at one end of the order.
    count = 10_000
    first_half = coin_tosses(count, 0, 0)[shuffled(count, 0, 0)][: count // 2]
    assert abs(first_half.mean() - 0.5) < 0.03


def test_evenly_spaced_takes_as_many_from_each_stretch():
    assert np.bincount(evenly_spaced(60, 30) // 10).tolist() == [5] * 6


def test_an_order_shows_each_sample_once_and_its_own_toss():
    order = Order(20, shuffle=True, flip=True, seed=3)
    samples, mirrored = order(epoch=2)
    np.testing.assert_array_equal(samples, shuffled(20, 3, 2))
    np.testing.assert_array_equal(mirrored, coin_tosses(20, 3, 2)[samples])


def test_an_order_with_more_places_goes_through_the_samples_again():
    samples, mirrored = Order(8, places=20, shuffle=True, flip=True)(epoch=0)
    passes = [shuffled(8, 0, 0, number=number) for number in range(3)]
    np.testing.assert_array_equal(samples, np.concatenate(passes)[:20])
    second = coin_tosses(8, 0, 0, number=1)[passes[1]]
    np.testing.assert_array_equal(mirrored[8:16], second)


def test_an_order_with_fewer_places_takes_the_first_of_each_epoch():
    samples, mirrored = Order(8, places=3, shuffle=True)(epoch=1)
    np.testing.assert_array_equal(samples, shuffled(8, 0, 1)[:3])
    assert mirrored is None


def test_an_order_that_is_not_shuffled_is_that_of_the_samples():
    samples, _ = Order(3, places=7)(epoch=5)
    assert samples.tolist() == [0, 1, 2, 0, 1, 2, 0]


def test_parts_of_an_order_are_apart_and_of_one_length():
    whole, tosses = Order(11, shuffle=True, flip=True, seed=3)(epoch=2)
    parts = [Order(11, None, True, True, 3, part=(i, 3)) for i in range(3)]
    samples, mirrored = zip(*(part(epoch=2) for part in parts), strict=True)
    assert [len(part) for part in parts] == [3, 3, 3]
    np.testing.assert_array_equal(np.stack(samples, 1).reshape(-1), whole[:9])
    np.testing.assert_array_equal(np.stack(mirrored, 1).reshape(-1), tosses[:9])


def test_corners_lie_anywhere_and_belong_to_samples():
    order = Order(2000, shuffle=True, seed=3)
    corners = order.corners(epoch=2)
    assert corners.shape == (2000, 2) and 0.0 <= corners.min() <= corners.max() < 1.0
    np.testing.assert_allclose(corners.mean(axis=0), 0.5, atol=0.03)
    assert abs(np.corrcoef(corners.T)[0, 1]) < 0.06
    samples, _ = order(epoch=2)
    of_sample = Order(2000, seed=3).corners(epoch=2)
    np.testing.assert_array_equal(corners, of_sample[samples])
    assert (corners != order.corners(epoch=3)).any()
