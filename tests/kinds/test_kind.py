"""What holds for every kind of sample."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.kinds import (
    Images,
    Kind,
    Pair,
    Sequences,
    Tokens,
    Vectors,
    Voxels,
    kind_of,
)

KINDS = [
    Images((4, 6, 3)),
    Voxels((2, 3, 4, 1)),
    Vectors(5),
    Sequences(7, 2),
    Tokens(6, 9),
    Pair(Images((4, 4, 1)), Vectors(2)),
]


def data(kind, n=3):
    """Samples as data holds them."""
    random = np.random.default_rng(0)
    if isinstance(kind, Pair):
        return data(kind.a, n), data(kind.b, n)
    if isinstance(kind, Tokens):
        return random.integers(0, kind.vocabulary, (n, *kind.shape)).astype("int32")
    if isinstance(kind, Voxels):
        return random.integers(0, 2, (n, *kind.shape)).astype("uint8")
    if isinstance(kind, Images):
        return random.integers(0, 256, (n, *kind.shape)).astype("uint8")
    return random.normal(size=(n, *kind.shape)).astype("float32")


def numpy(x):
    return keras.tree.map_structure(ops.convert_to_numpy, x)


@pytest.mark.parametrize("kind", KINDS, ids=repr)
def test_data_survives_the_way_through_a_network_that_changes_nothing(kind):
    samples = data(kind)
    tensors = keras.tree.map_structure(ops.convert_to_tensor, samples)
    for given in (samples, tensors):
        kind.check(given)
    back = kind.to_host(numpy(kind.to_float(tensors)))
    for a, b in zip(keras.tree.flatten(back), keras.tree.flatten(samples), strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("kind", KINDS, ids=repr)
def test_it_comes_back_as_it_was(kind):
    again = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(kind)
    )
    assert again == kind and hash(again) == hash(kind)
    assert repr(again) == repr(kind)


@pytest.mark.host
def test_kinds_are_equal_where_all_they_say_is():
    assert Images((4, 4, 1)) == Images([4, 4, np.int64(1)])
    assert Images((4, 4, 1)) != Images((4, 4, 3))
    assert Tokens(4, 5) != Tokens(4, 6)
    assert Vectors(4) != Tokens(4, 5)
    assert Pair(Vectors(2), Vectors(3)) != Pair(Vectors(3), Vectors(2))
    assert len({*KINDS, Vectors(5)}) == len(KINDS)


@pytest.mark.host
@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((3,), Vectors(3)),
        ((8, 2), Sequences(8, 2)),
        ((8, 8, 3), Images((8, 8, 3))),
        ((4, 4, 4, 1), Voxels((4, 4, 4, 1))),
    ],
)
def test_a_shape_tells_the_kind(shape, expected):
    assert kind_of(shape) == expected


@pytest.mark.host
@pytest.mark.parametrize("shape", [(), (1, 2, 3, 4, 5)])
def test_a_shape_that_tells_no_kind_asks_for_it(shape):
    with pytest.raises(ValueError, match="say which `kind`"):
        kind_of(shape)


@pytest.mark.host
@pytest.mark.parametrize(
    ("make", "shape", "message"),
    [
        (Vectors, (0,), r"positive integers.*shape=\(0,\)"),
        (Vectors, 2.0, "2.0|iterable"),
        (Vectors, (2, 3), r"\(dim,\).*\(2, 3\)"),
        (Images, (4, 4), r"\(height, width, channels\).*\(4, 4\)"),
        (Images, (4, 4, 1.0), r"positive integers.*1.0"),
        (Images, (4, True, 1), r"positive integers.*True"),
        (Voxels, (4, 4, 4), r"\(depth, height, width, channels\)"),
    ],
)
def test_shapes_of_another_kind_are_refused(make, shape, message):
    with pytest.raises((ValueError, TypeError), match=message):
        make(shape)


@pytest.mark.host
@pytest.mark.parametrize("kind", [k for k in KINDS if not isinstance(k, Pair)])
def test_what_is_no_batch_of_one_array_is_refused(kind):
    with pytest.raises(ValueError, match="must be one array.*Received: a list"):
        kind.check([1, 2, 3])
    with pytest.raises(ValueError, match=r"Received: .*shape \(3, 11\)"):
        kind.check(np.zeros((3, 11), kind.dtype))
    with pytest.raises(ValueError, match="`faces`.*(dtype complex64)"):
        kind.check(np.zeros((3, *kind.shape), "complex64"), name="faces")


@pytest.mark.host
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(
    "kind", [k for k in KINDS if not isinstance(k, (Pair, Tokens))], ids=repr
)
def test_values_that_are_not_finite_are_counted(kind, bad):
    samples = np.zeros((3, *kind.shape), "float32")
    samples[0, ..., 0], samples[2].flat[0] = 0.5, bad
    with pytest.raises(ValueError, match=f"`{kind.noun}` must be finite.*1 values"):
        kind.check(samples)


@pytest.mark.host
def test_a_kind_without_a_picture_says_so():
    with pytest.raises(NotImplementedError, match="Kind must define `views`"):
        Kind((2,)).picture(np.zeros((1, 2)))


class Table:
    """What there is of a DataFrame here."""

    shape = (3, 2)

    def to_numpy(self):
        return np.zeros(self.shape)


@pytest.mark.host
def test_a_table_is_no_array():
    with pytest.raises(ValueError, match=r"pass `.to_numpy\(\)`.*Received: a Table"):
        Vectors(2).check(Table())
