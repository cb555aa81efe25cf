import ast
import pathlib
import sys

import numpy as np
import pytest

from kerasgen import data

pytestmark = pytest.mark.host


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("batch_size", 0),
        ("batch_size", 2.5),
        ("batch_size", True),
        ("groups", 0),
        ("passes", 0),
        ("workers", 0),
        ("limit", 0),
        ("crop", 0),
        ("crop", (4, 0)),
        ("image_size", -1),
        ("image_size", (4, 4, 3)),
        ("channels", 2),
        ("channels", True),
        ("on_error", "ignore"),
        ("part", 1),
        ("part", (2, 2)),
        ("part", (0, 1, 2)),
        ("seed", -1),
        ("cache", "some"),
        ("cache", -1),
        ("cache", True),
        ("cache", None),
        ("split", 3),
        ("seed", "a"),
        ("image_size", 1.5),
        ("attributes", []),
        ("attributes", 3),
        ("attributes", [3]),
    ],
)
def test_a_wrong_argument_is_refused_and_named(pixels, argument, value):
    with pytest.raises(ValueError, match=f"`{argument}`.*Received: {argument}="):
        data.load(pixels(4), **{"batch_size": 2, argument: value})


def test_a_table_is_a_path(folder):
    with pytest.raises(ValueError, match="`attribute_table` must.*attribute_table=3"):
        data.load(folder, attributes="a", attribute_table=3)


def test_the_cache_may_be_a_number_of_numpy(pixels):
    assert data.load(pixels(4), batch_size=2, cache=np.int64(0)).num_samples == 4


def test_a_limit_beyond_the_set_is_refused(pixels):
    with pytest.raises(ValueError, match="4 samples. Received: limit=5"):
        data.load(pixels(4), batch_size=2, limit=5)


def test_a_limit_is_spread_over_the_set(folder, pixels):
    for source in (folder, pixels(10)):
        (images,) = data.load(source, limit=5, shuffle=False)[0]
        np.testing.assert_array_equal(images[:, 0, 0, 0], [0, 2, 4, 6, 8])


def test_images_held_out_are_the_others_in_any_order(pixels):
    def values(split, seed):
        loaded = data.load(
            pixels(10), split, hold_out=3, batch_size=3, seed=seed, shuffle=False
        )
        return [
            int(image) for i in range(len(loaded)) for image in loaded[i][0][:, 0, 0, 0]
        ]

    assert len(values("held_out", 0)) == 3
    assert values("held_out", 0) == values("held_out", 5) != [0, 1, 2]
    assert sorted(values("train", 0) + values("held_out", 0)) == list(range(10))
    assert values("train", 7) == values("train", 0) == sorted(values("train", 0))


def test_labels_follow_images_held_out(pixels):
    pair = (pixels(10), np.arange(10))
    images, labels = data.load(
        pair, "held_out", hold_out=4, batch_size=4, labels=True, shuffle=False
    )[0]
    np.testing.assert_array_equal(images[:, 0, 0, 0], labels)


@pytest.mark.parametrize(
    ("split", "hold_out", "message"),
    [
        ("train", 4, "leave some of the 4 samples. Received: hold_out=4"),
        ("train", 0, "hold_out=0"),
        ("test", 1, "split='test'"),
        ("held_out", None, "hold_out=None, split='held_out'"),
    ],
)
def test_holding_out_what_cannot_be_is_refused(pixels, split, hold_out, message):
    with pytest.raises(ValueError, match=message):
        data.load(pixels(4), split, hold_out=hold_out, batch_size=2)


def test_labels_follow_a_limit(pixels):
    pair = (pixels(10), np.arange(10))
    _, labels = data.load(pair, limit=5, labels=True, shuffle=False)[0]
    np.testing.assert_array_equal(labels, [0, 2, 4, 6, 8])


def test_an_epoch_of_several_passes_shows_each_sample_as_often(pixels):
    dataset = data.load(pixels(6), batch_size=3, passes=3, indices=True)
    places = [batch["indices"] for batch in (dataset[i] for i in range(len(dataset)))]
    passes = np.reshape(places, (3, 6))
    np.testing.assert_array_equal(np.sort(passes), [np.arange(6)] * 3)
    assert len({tuple(each) for each in passes}) == 3  # orders
    dataset.set_epoch(1)
    assert not np.array_equal(dataset[0]["indices"], places[0])


def test_labels_and_attributes_exclude_each_other(folder):
    with pytest.raises(ValueError, match="exclude each other"):
        data.load(folder, labels=True, attributes=["a"])


def test_a_table_without_attributes_is_refused(folder):
    with pytest.raises(ValueError, match="`attribute_table` needs"):
        data.load(folder, attribute_table="table.csv")


def test_labels_of_a_bare_array_are_refused(pixels):
    with pytest.raises(ValueError, match="Received: labels=True"):
        data.load(pixels(4), labels=True)


@pytest.mark.parametrize(
    ("split", "shuffle"), [("train", True), ("trainB", True), ("test", False)]
)
def test_only_training_splits_are_shuffled(pixels, split, shuffle):
    dataset = data.load(pixels(4), split, batch_size=2)
    assert dataset.shuffle is shuffle
    assert dataset.drop_remainder is shuffle


def test_image_size_may_be_one_number(folder):
    dataset = data.load(folder, image_size=4, batch_size=2)
    assert dataset.image_shape == (4, 4, 3)
    assert dataset[0][0].shape == (2, 4, 4, 3)


def test_image_size_is_height_before_width(folder):
    assert data.load(folder, image_size=(4, 2), batch_size=2).image_shape == (4, 2, 3)


def test_importing_the_package_needs_only_keras_and_numpy():
    allowed = {"keras", "numpy", "kerasgen", *sys.stdlib_module_names}
    room = pathlib.Path(data.__file__).parent
    for path in room.rglob("*.py"):
        for node in ast.parse(path.read_text()).body:  # the top level only
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module]
            for name in names:
                assert name.split(".")[0] in allowed, f"{path} imports {name}"
