import numpy as np
import pytest

from kerasgen.data.order import coin_tosses, evenly_spaced, shuffled


def test_shuffled_is_a_permutation():
    assert sorted(shuffled(100, seed=3, epoch=7)) == list(range(100))


def test_shuffled_is_pinned_to_these_numbers():
    # A change here breaks every training that is resumed.
    assert shuffled(8, seed=0, epoch=0).tolist() == [0, 2, 1, 5, 4, 3, 6, 7]
    assert shuffled(8, seed=1, epoch=2).tolist() == [4, 2, 0, 6, 1, 5, 7, 3]


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
