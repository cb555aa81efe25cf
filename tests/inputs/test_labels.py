import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.inputs import Labels, answer

ONE_HOT = np.eye(4, dtype="float32")[[0, 3, 1]]


def in_step(labels, size=4, **arguments):
    """As a training step sees labels of the data."""
    each = Labels(size, **arguments)
    checked = ops.convert_to_tensor(each.check_batch(labels))
    return ops.convert_to_numpy(each.from_batch(checked))


def asked(each, labels, n=None):
    """As the sampler gets what `generate` is asked for."""
    return each.encode(answer((each,), n, labels=labels)["labels"])


@pytest.mark.parametrize(
    "labels",
    [
        np.array([0, 3, 1]),
        np.array([0, 3, 1], "uint8"),
        np.array([[0], [3], [1]]),
        ONE_HOT,
        ONE_HOT.astype(int),
        ONE_HOT.astype(bool),
    ],
)
def test_every_form_of_one_class_becomes_one_hot(labels):
    np.testing.assert_array_equal(in_step(labels, several=False), ONE_HOT)
    on_host = asked(Labels(4), labels)
    np.testing.assert_array_equal(on_host, ONE_HOT)
    assert on_host.dtype == "float32"


def test_lists_and_tensors_are_taken():
    for labels in ([0, 3, 1], ops.convert_to_tensor([0, 3, 1])):
        np.testing.assert_array_equal(asked(Labels(4), labels, 3), ONE_HOT)


def test_several_attributes_stay_as_they_are():
    attributes = np.array([[1, 0, 1, 1], [0, 0, 0, 0]])
    np.testing.assert_array_equal(in_step(attributes), attributes)
    np.testing.assert_array_equal(asked(Labels(4), attributes, 2), attributes)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (None, "needs labels"),
        ([0, 4], "from 0 to 4"),
        ([-1, 0], "from -1 to 0"),
        ([0.0, 1.0], "float"),
        ([True, False], "bool"),
        (np.zeros((2, 3)), r"\(2, 3\)"),
        (np.zeros((2, 4, 1)), r"\(2, 4, 1\)"),
        (np.full((2, 4), 0.5), "zeros and ones"),
        (np.full((2, 4), np.nan), "zeros and ones"),
        ([["cat"], ["dog"]], "integers"),
    ],
)
def test_what_is_no_label_is_refused(labels, message):
    with pytest.raises(ValueError, match=message):
        Labels(4).check_batch(labels)


@pytest.mark.parametrize("row", [[0, 0, 0, 0], [1, 1, 0, 0]])
def test_a_sample_of_one_class_has_exactly_one(row):
    Labels(4, several=True).check_batch([row])
    with pytest.raises(ValueError, match="one class"):
        Labels(4, several=False).check_batch([row])


def test_a_sample_may_have_no_class_where_data_is_partly_labeled():
    expected = [[0, 0, 0, 0], [0, 1, 0, 0]]
    np.testing.assert_array_equal(in_step([-1, 1], unlabeled=True), expected)
    with pytest.raises(ValueError, match="be -1 where there is none.*from -2 to 0"):
        Labels(4, unlabeled=True).check_batch([-2, 0])
    with pytest.raises(ValueError, match="from -1 to -1"):
        asked(Labels(4, unlabeled=True), [-1])  # nobody can ask for no class


def test_without_labels_all_classes_come_in_turn():
    classes = asked(Labels(3), None, 7).argmax(axis=1)
    np.testing.assert_array_equal(classes, [0, 1, 2, 0, 1, 2, 0])


def test_one_label_is_for_all_samples():
    np.testing.assert_array_equal(asked(Labels(4), 3, 2), np.eye(4)[[3, 3]])
    assert asked(Labels(4), 3).shape == (1, 4)


@pytest.mark.parametrize(
    ("labels", "n"), [(None, 0), (None, None), (None, 2.5), (3, -1), (3, 2.5), (3, 0)]
)
def test_the_number_of_samples_must_be_known(labels, n):
    with pytest.raises(ValueError, match=f"n={n}"):
        asked(Labels(4), labels, n)


def test_as_many_labels_as_samples():
    with pytest.raises(ValueError, match="n=3 and 2 labels"):
        asked(Labels(4), [0, 1], 3)


def test_drawn_classes_are_even():
    seed = keras.random.SeedGenerator(0)
    drawn = Labels(4, drawn=True).in_training(4000, seed, {})
    drawn = ops.convert_to_numpy(drawn)
    np.testing.assert_array_equal(drawn.sum(axis=1), 1)
    np.testing.assert_allclose(drawn.mean(axis=0), 0.25, atol=0.03)


def test_classes_that_are_not_drawn_are_those_of_the_data():
    batch = {"labels": ops.convert_to_tensor(ONE_HOT)}
    assert Labels(4).in_training(3, None, batch) is batch["labels"]


@pytest.mark.parametrize("size", [0, 1, -1, 2.0, "3"])
def test_there_are_at_least_two_classes(size):
    with pytest.raises(ValueError, match=f"num_classes={size}"):
        Labels(size)


@pytest.mark.parametrize(
    ("labels", "n", "rows"),
    [
        ("red", 2, [[1, 0, 0], [1, 0, 0]]),
        ("blue", None, [[0, 0, 1]]),
        ({"red", "blue"}, 2, [[1, 0, 1], [1, 0, 1]]),
        (set(), 1, [[0, 0, 0]]),
        (["blue", "green"], 2, [[0, 0, 1], [0, 1, 0]]),
        (
            [{"red", "green"}, "blue", frozenset()],
            None,
            [[1, 1, 0], [0, 0, 1], [0] * 3],
        ),
        (np.array(["green", "red"]), 2, [[0, 1, 0], [1, 0, 0]]),
        ([2, 0], 2, [[0, 0, 1], [1, 0, 0]]),
    ],
)
def test_names_stand_for_classes(labels, n, rows):
    found = asked(Labels(3, names=("red", "green", "blue")), labels, n)
    np.testing.assert_array_equal(found, rows)
    assert found.dtype == "float32"


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ("pink", "must be of red, green, blue. Received: pink"),
        ({"red", "pink", "gray"}, "Received: gray, pink"),
        (["red", 1], "all numbers, or all names.*Received: 1 among"),
        ({"red", 1}, "must be of red, green, blue. Received: 1"),
        ({"red", "blue"}, "one class for each sample.*2"),
    ],
)
def test_names_that_do_not_exist_are_refused(labels, message):
    known = Labels(3, several=False, names=["red", "green", "blue"])
    with pytest.raises(ValueError, match=message):
        asked(known, labels, 2)


def test_without_names_only_numbers_are_taken():
    with pytest.raises(ValueError, match="no names, only numbers from 0 to 2"):
        asked(Labels(3), "red", 1)


@pytest.mark.parametrize(
    "names", [["a", "b"], ["a", "b", "a"], ["a", "b", 3], ["a", "b", ""]]
)
def test_names_must_tell_classes_apart(names):
    with pytest.raises(ValueError, match="a different name for each of the 3"):
        Labels(3, names=names)


def test_they_come_back_as_they_were():
    labels = Labels(3, False, ["a", "b", "c"], drawn=True, unlabeled=True)
    again = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(labels)
    )
    assert again.get_config() == labels.get_config()
    assert (again.names, again.drawn) == (["a", "b", "c"], True)


def test_names_of_the_data_are_adopted_where_there_are_none():
    labels = Labels(3)
    for names in (None, ["a", "b"]):
        labels.adopt(names)
        assert labels.names is None
    labels.adopt(["a", "b", "c"])
    labels.adopt(["d", "e", "f"])
    assert labels.names == ["a", "b", "c"]
    with pytest.raises(ValueError, match="different name for each of the 3"):
        Labels(3).adopt(["a", "b", "b"])
