"""Sides that can be halved together."""

import numpy as np
import pytest

from kerasgen.networks import check_image_shape, doublings

pytestmark = pytest.mark.host


@pytest.mark.parametrize(
    ("sides", "m"),
    [
        ((8, 8), 1),
        ((28, 28), 2),
        ((32, 32), 3),
        ((64, 64), 4),
        ((72, 72), 3),  # 9 x 9
        ((96, 128), 4),  # 4:3
        ((144, 256), 4),  # 16:9
        ((64, 128), 4),  # 1:2
        ((218, 178), None),  # an odd number after one halving
        ((16, 1024), 2),
        ((16, 16, 32), 2),
        ((30, 30), None),
        ((60, 80), None),  # 15 x 20
        ((64, 100), None),
        ((6, 8), None),
    ],
)
def test_each_side_has_a_base_of_its_own(sides, m):
    if m is None:
        with pytest.raises(ValueError, match="multiples of one 2"):
            doublings(*sides)
    else:
        assert doublings(*sides) == m


@pytest.mark.parametrize(
    ("sides", "advice"),
    [
        ((64, 100), "much: make the width 96 or 112. Received: height=64, width=100"),
        ((30, 32), "much: make the height 28 or 32. Received"),
        ((30, 33), "make the height 28 or 32 and make the width 32 or 36. Received"),
        ((3, 8), "make the height 8. Received"),
        ((16, 16, 9), "much: make the depth 8 or 10. Received: height=16"),
    ],
)
def test_the_side_at_fault_is_named_and_can_be_mended(sides, advice):
    with pytest.raises(ValueError, match=advice):
        doublings(*sides)


def test_what_is_advised_for_each_side_fits_together():
    fitting = [n for n in range(4, 300) if _fits(n, n)]
    assert {8, 28, 36, 64, 144, 256} <= set(fitting)
    assert all(_fits(a, b) for a in fitting[::3] for b in fitting[::5])


def _fits(*sides):
    try:
        return doublings(*sides) > 0
    except ValueError:
        return False


def test_a_shape_comes_back_as_plain_integers():
    shape = check_image_shape(np.array([28, 28, 1]))
    assert shape == (28, 28, 1) and all(type(n) is int for n in shape)


@pytest.mark.parametrize("shape", [28, None, (28, 28), (28, 28, 0), (28.0, 28, 1)])
def test_no_other_shapes_are_taken(shape):
    with pytest.raises(ValueError, match="positive integers. Received: image_shape="):
        check_image_shape(shape)
