import numpy as np
import pytest

from kerasgen.kinds import Images, Pair, Tokens, Vectors

pytestmark = pytest.mark.host

KIND = Pair(Images((2, 2, 1)), Vectors(3))
IMAGES, POINTS = np.zeros((4, 2, 2, 1), "uint8"), np.zeros((5, 3), "float32")


def test_it_has_the_shapes_of_both():
    assert KIND.shape == ((2, 2, 1), (3,))
    assert repr(KIND) == "Pair(Images(shape=(2, 2, 1)), Vectors(shape=(3,)))"


def test_each_part_becomes_data_of_its_kind():
    kind = Pair(Images((2, 2, 1)), Tokens(3, 7))
    a, b = kind.to_host((np.ones((4, 2, 2, 1)), np.ones((4, 3, 7))))
    assert (a.dtype, b.dtype) == ("uint8", "int32")
    a, b = kind.as_data((np.ones((4, 2, 2, 1)), np.ones((4, 3), "int64")))
    assert (a.dtype, b.dtype) == ("uint8", "int32")
    np.testing.assert_array_equal(b, 1)


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        (IMAGES, r"tuple \(a, b\) of two domains.*a ndarray"),
        ((IMAGES,), "two domains.*a tuple"),
        ({"a": IMAGES, "b": POINTS}, "two domains.*a dict"),
        ((IMAGES.astype("float32") + 2, POINTS), "`images of domain A` must lie"),
        ((IMAGES, POINTS[:, :2]), r"`vectors of domain B`.*\(5, 2\)"),
        ((IMAGES, [[0.0, 0.0, 0.0]]), "`vectors of domain B` must be one array"),
    ],
)
def test_what_is_no_pair_is_refused(samples, message):
    with pytest.raises(ValueError, match=message):
        KIND.check(samples)


def test_its_parts_are_kinds():
    with pytest.raises(ValueError, match="`b` must be a kerasgen.kinds.Kind.*b=3"):
        Pair(Vectors(2), 3)


def test_lists_are_as_good_as_tuples():
    KIND.check([IMAGES, POINTS])


def test_each_domain_is_a_set_of_its_own():
    bright = IMAGES + np.linspace(0, 1, 4, dtype="float32")[:, None, None, None]
    KIND.check_set((bright - 1, POINTS + 1))
    with pytest.raises(ValueError, match="`images of domain A` lie.*below 0"):
        KIND.check_set((bright, POINTS))
