"""Every kind has a picture."""

import numpy as np
import pytest

from kerasgen.kinds import Images, Kind, Pair, Sequences, Tokens, Vectors, Voxels
from kerasgen.pictures import image_grid, scatter, scores, side_by_side, voxel_views

pytestmark = pytest.mark.host

N = 6


def samples(kind):
    random = np.random.default_rng(0)
    if isinstance(kind, Pair):
        return samples(kind.a), samples(kind.b)
    if isinstance(kind, Tokens):
        return random.integers(0, kind.vocabulary, (N, *kind.shape))
    made = random.uniform(-1, 1, (N, *kind.shape)).astype("float32")
    return kind.to_host(made)


@pytest.mark.parametrize(
    "kind",
    [
        *(Images((8, 6, channels)) for channels in (1, 2, 3, 4, 5)),
        Voxels((6, 6, 6, 1)),
        Voxels((4, 5, 6, 2)),
        *(Vectors(dim) for dim in (1, 2, 7)),
        Sequences(20, 5),
        Tokens(12, 30),
        Pair(Images((8, 8, 3)), Images((4, 4, 1))),
        Pair(Vectors(3), Tokens(5, 4)),
    ],
    ids=repr,
)
def test_a_picture_can_be_saved(kind):
    picture = kind.picture(samples(kind), columns=2)
    assert picture.dtype == "uint8" and picture.ndim == 3
    assert picture.shape[2] in (1, 3) and len(np.unique(picture)) > 2
    if not isinstance(kind, Vectors):
        views = kind.views(samples(kind))
        np.testing.assert_array_equal(picture, image_grid(views, 2))
        assert len(views) == N


def test_images_are_seen_as_they_are():
    kind = Images((8, 6, 3))
    grid = kind.picture(samples(kind), 3, padding=1)
    np.testing.assert_array_equal(grid, image_grid(samples(kind), 3, 1))


def test_what_is_transparent_is_white():
    images = np.zeros((1, 1, 3, 4), "uint8")
    images[0, 0, :, 0], images[0, 0, :, 3] = 200, (0, 255, 128)
    found = Images((1, 3, 4)).views(images)[0, 0]
    half = 255 * (1 - 128 / 255)
    wanted = [[255] * 3, [200, 0, 0], [200 * 128 / 255 + half, half, half]]
    np.testing.assert_allclose(found, wanted, atol=0.5)


def test_other_channels_stand_side_by_side():
    images = samples(Images((8, 6, 2)))
    found = Images((8, 6, 2)).views(images)
    np.testing.assert_array_equal(found[..., :6, 0], images[..., 0])
    np.testing.assert_array_equal(found[..., 6:, 0], images[..., 1])


def test_each_kind_has_its_own_drawing():
    for kind, wanted in (
        (Voxels((6, 6, 6, 1)), lambda x: image_grid(voxel_views(x[..., 0]))),
        (Sequences(20, 5), lambda x: image_grid(scores(x))),
        (Vectors(7), lambda x: scatter(x[:, :2])),
        (Vectors(1), scatter),
        (Tokens(12, 30), lambda x: image_grid(scores(x[..., None], (0, 29)))),
    ):
        x = samples(kind)
        np.testing.assert_array_equal(kind.picture(x), wanted(x))


def test_a_pair_is_seen_side_by_side():
    kind = Pair(Images((8, 8, 3)), Images((4, 5, 1)))
    a, b = samples(kind)
    views = kind.views((a, b))
    assert views.shape == (N, 8, 8 + 2 + 5, 3)
    np.testing.assert_array_equal(views, side_by_side(a, b))
    np.testing.assert_array_equal(views[:, :, :8], a)
    np.testing.assert_array_equal(views[:, 2:6, 10:], np.repeat(b, 3, axis=-1))
    assert (views[:, [0, 1, 6, 7], 10:] == 255).all()  # in the middle of its height


def test_a_kind_of_ones_own_must_say_how_it_looks():
    with pytest.raises(NotImplementedError, match="Kind must define `views`"):
        Kind((3,)).picture(np.zeros((1, 3)))


@pytest.mark.parametrize(
    ("kind", "given", "wanted"),
    [
        (Images((1, 1, 1)), [-1.0, 0.0, 1.0], np.uint8([0, 128, 255])),
        (Images((1, 1, 1)), np.uint8([3, 4, 5]), np.uint8([3, 4, 5])),
        (Voxels((1, 1, 1, 1)), [0.2, 0.7, 1.0], np.uint8([0, 1, 1])),
        (Voxels((1, 1, 1, 1)), np.array([False, True, True]), np.uint8([0, 1, 1])),
        (Vectors(1), np.float64([0.1, -7, 2]), np.float32([0.1, -7, 2])),
        (Tokens(1, 9), np.int64([0, 8, 3]), np.int32([0, 8, 3])),
    ],
)
def test_data_in_the_one_form_that_samples_have(kind, given, wanted):
    found = kind.as_data(np.array(given).reshape(3, *kind.shape))
    assert found.dtype == wanted.dtype
    np.testing.assert_array_equal(found.ravel(), wanted)
    pair = Pair(kind, kind).as_data((found, np.array(given).reshape(found.shape)))
    np.testing.assert_array_equal(pair[0], pair[1])
