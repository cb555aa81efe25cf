"""What an array holds: told, or the only kind that fits."""

import re

import numpy as np
import pytest

from kerasgen import data
from kerasgen.kinds import Images, Pair, Sequences, Tokens, Vectors, Voxels

pytestmark = pytest.mark.host
RANDOM = np.random.default_rng(0)
BITS = RANDOM.integers(0, 2, (6, 3, 4, 5, 1), "uint8")


def whole(array, **arguments):
    """Return the set in order, in one batch, and its kind."""
    dataset = data.load(array, shuffle=False, **arguments)
    (samples,) = dataset[0]
    dataset.kind.check(samples)  # as `fit` does
    return samples, dataset.kind


@pytest.mark.parametrize(
    ("array", "kind", "found"),
    [
        (RANDOM.normal(size=(6, 3)), None, Vectors(3)),
        (BITS, None, Voxels((3, 4, 5, 1))),
        (BITS.astype(bool), None, Voxels((3, 4, 5, 1))),
        (BITS.astype("float16"), None, Voxels((3, 4, 5, 1))),
        (RANDOM.normal(size=6), "vectors", Vectors(1)),
        (RANDOM.normal(size=(6, 4, 2)), "sequences", Sequences(4, 2)),
        (RANDOM.normal(size=(6, 4)), "sequences", Sequences(4, 1)),
        (RANDOM.normal(size=(6, 4, 2)), Sequences(4, 2), Sequences(4, 2)),
        (BITS[..., 0], "voxels", Voxels((3, 4, 5, 1))),
        (BITS[..., 0], Voxels((3, 4, 5, 1)), Voxels((3, 4, 5, 1))),
        (RANDOM.uniform(-1, 1, (6, 4, 2)), "images", Images((4, 2, 1))),
        (RANDOM.uniform(-1, 1, (6, 4, 2, 3)), Images((4, 2, 3)), Images((4, 2, 3))),
        (RANDOM.integers(0, 9, (6, 4)), Tokens(4, 9), Tokens(4, 9)),
    ],
)
def test_samples_are_those_of_the_array(array, kind, found):
    samples, loaded = whole(array, kind=kind)
    assert loaded == found
    np.testing.assert_allclose(samples, array.reshape(6, *found.shape), rtol=1e-6)


@pytest.mark.parametrize(
    ("dtype", "kind", "served"),
    [
        ("float64", Vectors(2), "float32"),
        ("float16", Vectors(2), "float32"),
        ("bool", Vectors(2), "float32"),
        ("int8", Sequences(2, 1), "float32"),
        ("uint8", Voxels((2, 1, 1, 1)), "uint8"),
        ("bool", Voxels((2, 1, 1, 1)), "bool"),
        ("int64", Tokens(2, 2), "int32"),
        ("uint8", Tokens(2, 2), "int32"),
        ("uint8", Images((2, 1, 1)), "uint8"),
    ],
)
def test_batches_are_of_a_dtype_that_networks_take(dtype, kind, served):
    array = np.array([[0, 1], [1, 1]]).astype(dtype).reshape(2, *kind.shape)
    samples, _ = whole(array, kind=kind)
    assert samples.dtype == served
    np.testing.assert_array_equal(samples, array.astype(served))


@pytest.mark.parametrize(
    ("array", "choice"),
    [
        (np.zeros((6, 4, 2)), r"kinds.Sequences\(.*4.* or .*kinds.Images.*4, 2, 1"),
        (np.zeros((6, 4, 2, 3)), r"Images.*4, 2, 3.* or .*Voxels.*4, 2, 3, 1"),
        (np.zeros((6, 4, 2, 3), bool), r"Images.*4, 2, 3.* or .*Voxels.*4, 2, 3, 1"),
        (np.zeros((6, 4), int), r"Tokens\(4, \.\.\.\).* or .*Vectors.*4"),
        (np.zeros((6, 4), "uint8"), r"Tokens\(4, \.\.\.\)"),
        (np.zeros(6), r"Vectors\(1\)`. Received: float64 \(6,\) from array"),
        (np.zeros((6, 1, 1, 1, 1, 1)), r"float64 \(6, 1, 1, 1, 1, 1\) from array"),
    ],
)
def test_what_can_be_several_kinds_must_be_told(array, choice):
    with pytest.raises(ValueError, match=f"cannot be told.*{choice}"):
        data.load(array)


@pytest.mark.parametrize(
    ("array", "kind", "message"),
    [
        (BITS * 255, None, r"`voxels` must lie in \[0, 1\].*from array"),
        (np.zeros((6, 4), int) + 9, Tokens(4, 9), r"\[0, 9\), the vocabulary"),
        (np.zeros((6, 4)), Tokens(4, 9), "must be integers"),
        (np.full((6, 2), np.nan), None, "12 values are not"),
        (np.full((6, 2), 1e300), None, "12 values are not"),
        (np.full((6, 4, 4, 3), 200.0), "images", r"must lie in \[-1, 1\]"),
        (np.zeros((6, 4, 4, 3), int), "images", "must be uint8 or float"),
        (np.zeros((6, 3)), Vectors(2), r"\(2,\). Received: kind=Vectors.*\(6, 3\)"),
        (np.zeros((6, 3)), "images", r"3 axes.*kind='images' and float64 \(6, 3\)"),
        (np.zeros((6, 3)), "voxel", "nearest names are voxels.*kind='voxel'"),
        (np.zeros((6, 3), int), "tokens", r"Tokens\(length, vocabulary\)"),
        (np.zeros((6, 3)), 3, "`kind` must be one of.*kind=3"),
        (np.zeros((6, 3)), Pair(Vectors(3), Vectors(3)), "load_pairs"),
    ],
)
def test_what_is_not_of_its_kind_is_refused(array, kind, message):
    with pytest.raises(ValueError, match=message):
        data.load(array, kind=kind)


def test_every_value_is_checked_and_not_the_first_alone():
    array = np.zeros((3000, 2))
    array[2999, 1] = np.inf
    with pytest.raises(ValueError, match="1 values are not"):
        data.load(array)


@pytest.mark.parametrize("kind", [None, "images"])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_images_with_channels_first_are_refused(dtype, kind):
    images = np.zeros((6, 3, 8, 9), dtype)
    with pytest.raises(
        ValueError, match=r"channels last.*np.moveaxis\(images, 1, -1\)"
    ):
        data.load(images, kind=kind)
    flat = data.load(images, kind=Images((3, 8, 9)), batch_size=6)
    assert flat.kind == Images((3, 8, 9))


def images_from(low, high):
    return np.linspace(low, high, 24).round().reshape(1, 2, 4, 3)


def holds(dtype, low, high):
    """Whether a dtype has all whole numbers between two, the ends included."""
    if dtype == "bool":
        return (low, high) == (0, 1)
    return (
        dtype == "float32" or np.iinfo(dtype).min <= low < high <= np.iinfo(dtype).max
    )


RANGES = [(-1, 1), (0, 1), (0, 255), (0, 65535), (-1000, 3000), (0, 2**20)]
DTYPES = ["uint16", "int16", "int64", "float32", "bool"]


@pytest.mark.parametrize(
    ("dtype", "low", "high"),
    [(dtype, *ends) for dtype in DTYPES for ends in RANGES if holds(dtype, *ends)],
)
def test_the_advice_for_images_uses_all_of_a_byte(dtype, low, high):
    images = images_from(low, high).astype(dtype)
    with pytest.raises(ValueError, match="cannot be told") as refused:
        data.load(images)
    (advice,) = re.findall(
        r" (?:For [^:]*:|Convert with) `(.*?)`\. ", str(refused.value)
    )
    made = eval(advice, {"images": images})
    assert (made.dtype, made.min(), made.max()) == ("uint8", 0, 255)
    assert (np.diff(made.ravel().astype(int)) >= 0).all()


def test_floats_from_0_to_1_are_no_images():
    with pytest.raises(ValueError, match=r"none of these is below 0.*images \* 2 - 1"):
        data.load(RANDOM.uniform(0, 1, (6, 4, 4, 3)), kind="images")


def test_images_that_are_meant_to_be_nonnegative_are_loaded():
    bright = RANDOM.uniform(0, 1, (6, 4, 4, 3))
    samples, _ = whole(bright, kind="images", nonnegative=True)
    np.testing.assert_allclose(samples, bright, rtol=1e-6)
    both = data.load_pairs((bright, bright), kind="images", nonnegative=True)
    assert both[0][0][1].min() >= 0


def test_bytes_of_a_file_are_not_read_to_check_them(tmp_path, pixels):
    np.save(tmp_path / "a.npy", pixels(10))
    dataset = data.load(tmp_path / "a.npy", shuffle=False)
    assert isinstance(dataset.samples.samples, np.memmap)


def test_folders_hold_images(folder):
    assert data.load(folder, kind="images", batch_size=2).kind == Images((6, 5, 3))
    with pytest.raises(ValueError, match="images holds images.*kind=Vectors"):
        data.load(folder, kind=Vectors(2))
    with pytest.raises(ValueError, match="nearest names are images.*kind='image'"):
        data.load(folder, kind="image")
