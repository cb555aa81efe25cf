import numpy as np
import pytest

from kerasgen.latent import linear, spherical

pytestmark = pytest.mark.host

WAYS = pytest.mark.parametrize("way", [linear, spherical])


def pair(dim=50, n=()):
    random = np.random.default_rng(0)
    return random.standard_normal((2, *n, dim))


def test_linear_takes_equal_steps():
    path = linear([0.0, 8.0], [4.0, 0.0], 5)
    np.testing.assert_allclose(path, [[0, 8], [1, 6], [2, 4], [3, 2], [4, 0]])


def test_spherical_follows_the_formula():
    a, b = pair()
    cosine = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
    theta = np.arccos(cosine)
    for t, code in zip(np.linspace(0, 1, 7), spherical(a, b, 7), strict=True):
        expected = np.sin((1 - t) * theta) * a + np.sin(t * theta) * b
        np.testing.assert_allclose(code, expected / np.sin(theta), rtol=1e-9)


def test_spherical_stays_on_the_sphere_and_turns_evenly():
    path = spherical([3.0, 0.0], [0.0, 3.0], 4)
    angles = np.degrees(np.arctan2(path[:, 1], path[:, 0]))
    np.testing.assert_allclose(angles, [0, 30, 60, 90], atol=1e-9)
    np.testing.assert_allclose(np.linalg.norm(path, axis=1), 3.0)


@WAYS
def test_both_ends_are_included(way):
    a, b = pair()
    path = way(a, b, 3)
    np.testing.assert_allclose(path[[0, -1]], [a, b], rtol=1e-12)


@WAYS
def test_one_path_for_each_pair(way):
    a, b = pair(dim=6, n=(3,))
    paths = way(a, b, 4)
    assert paths.shape == (3, 4, 6)
    for i in range(3):
        np.testing.assert_allclose(paths[i], way(a[i], b[i], 4))


@WAYS
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_type_of_float_is_kept(way, dtype):
    a, b = pair().astype(dtype)
    assert way(a, b, 3).dtype == dtype


def test_codes_of_one_direction_are_joined_by_a_line():
    a = np.array([1.0, 2.0, -1.0])
    np.testing.assert_allclose(spherical(a, 3 * a, 3), [a, 2 * a, 3 * a])


def test_equal_codes_stay():
    a, _ = pair()
    np.testing.assert_allclose(spherical(a, a, 3), [a, a, a])


@pytest.mark.parametrize("scale", [-1.0, -2.0])
def test_opposite_codes_are_joined_by_a_half_circle(scale):
    a, _ = pair()
    path = spherical(a, scale * a, 5)
    lengths = np.linalg.norm(a) * np.linspace(1, -scale, 5)
    np.testing.assert_allclose(np.linalg.norm(path, axis=1), lengths)
    np.testing.assert_allclose(path[[0, -1]], [a, scale * a], atol=1e-9)
    between = path[1] @ path[2] / lengths[1] / lengths[2]
    np.testing.assert_allclose(np.degrees(np.arccos(between)), 45)


def test_nearly_opposite_codes_keep_their_length():
    a, b = pair().astype("float32")
    path = spherical(a, -a + 1e-7 * b, 9)
    np.testing.assert_allclose(
        np.linalg.norm(path, axis=1), np.linalg.norm(a), rtol=1e-3
    )


@pytest.mark.parametrize("ends", [(0, 1), (1, 0), (0, 0)])
def test_a_code_of_zeros_has_no_direction(ends):
    a, b = (end * pair()[0] for end in ends)
    np.testing.assert_allclose(spherical(a, b, 3), [a, (a + b) / 2, b])


@WAYS
@pytest.mark.parametrize(
    ("a", "b", "steps", "said"),
    [
        ([1.0], [1.0, 2.0], 3, r"one shape.*\(1,\) and \(2,\)"),
        ([1.0], [2.0], 1, "steps=1"),
        ([1.0], [2.0], 2.0, "steps=2.0"),
        ([np.nan], [2.0], 3, "`a` must be finite"),
        ([1.0], [np.inf], 3, "`b` must be finite"),
        ([], [], 3, "`a` must have shape"),
        (1.0, 2.0, 3, "`a` must have shape"),
        (["x"], [2.0], 3, "`a` must be an array of numbers"),
    ],
)
def test_bad_input(way, a, b, steps, said):
    with pytest.raises(ValueError, match=said):
        way(a, b, steps)
