import numpy as np
import pytest

from kerasgen.pictures.scatter import COLORS, LEFT, SIDE, TOP, scatter

pytestmark = pytest.mark.host


def dots(picture, color=0):
    """Mean place of what has about one of the colors, from (0, 0) to (1, 1)."""
    panel = picture[TOP : TOP + SIDE, LEFT : LEFT + SIDE].astype(int)
    near = np.abs(panel - COLORS[color]).sum(axis=-1) < 80
    rows, columns = np.nonzero(near)
    return (columns.mean() / SIDE, 1.0 - rows.mean() / SIDE) if len(rows) else None


@pytest.mark.parametrize("point", [(0.0, 0.0), (-1.5, 1.0), (1.8, -1.9)])
def test_a_point_is_where_its_coordinates_say(point):
    picture = scatter(np.array([point]), limits=(-2, 2))
    assert picture.dtype == "uint8" and picture.shape[2] == 3
    np.testing.assert_allclose(dots(picture), (np.array(point) + 2) / 4, atol=0.01)


def test_labels_are_colors():
    picture = scatter(np.array([[-1.0, 0], [1.0, 0.5]]), labels=[3, 11], limits=(-2, 2))
    np.testing.assert_allclose(dots(picture, 3), (0.25, 0.5), atol=0.01)
    np.testing.assert_allclose(dots(picture, 1), (0.75, 0.625), atol=0.01)  # 11 of 10


def test_limits_are_round_and_hold_all_points():
    first = scatter(np.array([[0.3, 7.0], [5.2, 31.0]]))
    again = scatter(np.array([[0.3, 7.0], [5.2, 31.0], [np.nan, 1.0], [np.inf, 2.0]]))
    np.testing.assert_array_equal(first, again)
    x, y = dots(first)
    assert x == pytest.approx((0.3 + 5.2) / 2 / 6, abs=0.01)
    assert y == pytest.approx(((7 + 31) / 2 - 5) / 30, abs=0.01)


def test_points_outside_given_limits_are_left_out():
    picture = scatter(np.array([[5.0, 5.0], [7.0, 31.0], [9.0, 90.0]]), limits=(0, 40))
    np.testing.assert_allclose(dots(picture), (6 / 40, 18 / 40), atol=0.01)


def test_points_of_a_line_are_piled_up():
    values = np.repeat([1.0, 3.0], [30, 10])[:, None]
    picture = scatter(values, labels=np.repeat([0, 1], [30, 10]), limits=(0, 4))
    (x, height), (other_x, other_height) = dots(picture, 0), dots(picture, 1)
    assert x == pytest.approx(0.25, abs=0.01) and other_x == pytest.approx(
        0.75, abs=0.01
    )
    assert height / other_height == pytest.approx(3, rel=0.15)


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("points", [[], [5.0], [5.0, 5.0], [np.nan], [1e30, -1e30]])
def test_whatever_a_model_makes_can_be_drawn(points, columns):
    assert scatter(np.array(points).repeat(columns).reshape(-1, columns)).size


@pytest.mark.parametrize(
    ("points", "arguments", "message"),
    [
        (np.zeros((3, 3)), {}, r"`points` must.*\(3, 3\)"),
        (np.zeros(3), {}, r"`points` must.*\(3,\)"),
        ("a", {}, "`points` must be an array of numbers.*Received: a str"),
        (np.zeros((3, 2)), {"labels": [0, 1]}, r"`labels` must be 3 .*\(2,\)"),
        (np.zeros((3, 2)), {"labels": [0.0, 1.0, 2.0]}, "`labels` must.*float64"),
        (np.zeros((3, 2)), {"limits": (1, 1)}, r"`limits` must.*\(1, 1\)"),
    ],
)
def test_what_is_no_point_is_refused(points, arguments, message):
    with pytest.raises(ValueError, match=message):
        scatter(points, **arguments)
