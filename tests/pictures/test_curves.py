import math

import numpy as np
import pytest

from kerasgen.pictures.curves import HEIGHT, LINE, WIDTH, curves

pytestmark = pytest.mark.host


def colored(picture):
    return np.argwhere(np.all(picture == LINE, axis=-1))


def test_a_panel_for_each_number():
    history = [{"epoch": i, "fid": 9.0 - i, "is": float(i)} for i in range(3)]
    picture = curves(history)
    assert picture.shape == (HEIGHT, 2 * WIDTH, 3) and picture.dtype == "uint8"


def test_the_line_goes_down_where_the_number_falls():
    rows = colored(curves([{"epoch": i, "fid": 9.0 - i} for i in range(3)]))
    first, last = rows[rows[:, 1].argmin()], rows[rows[:, 1].argmax()]
    assert last[0] > first[0] + HEIGHT / 3


@pytest.mark.parametrize("history", [None, [], [3], [{"fid": 1.0}]])
def test_what_is_no_history_is_refused(history):
    with pytest.raises(ValueError, match="`history` must .*Received: history="):
        curves(history)


def test_one_point_equal_points_and_none_can_be_drawn():
    for values in ([5.0], [5.0, 5.0], [5.0, math.nan]):
        history = [{"epoch": i, "fid": value} for i, value in enumerate(values)]
        assert len(colored(curves(history)))
    assert not len(colored(curves([{"epoch": 1, "fid": math.nan}])))
