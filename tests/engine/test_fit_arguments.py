"""What `fit` is given, beside samples of a kind: forms, counts, weights, splits."""

import re

import keras
import numpy as np
import pytest

from kerasgen.adversarial import Alternating

POINTS = np.random.default_rng(0).normal(size=(60, 2)).astype("float32")
CLASSES = np.arange(60) % 3


@pytest.fixture
def model(points_gan):
    model = points_gan()
    model.compile()
    return model


@pytest.fixture
def critic(points_gan):
    """A GAN whose discriminator takes five minibatches of each batch."""
    model = points_gan()
    model.compile(turns=Alternating(5))
    return model


def updates(model):
    return int(model.optimizer["generator"].iterations.numpy())


class Table:
    """As tables and columns of pandas are."""

    def __init__(self, values):
        self.values, self.shape = values, values.shape

    def to_numpy(self):
        return self.values


class Batches(keras.utils.PyDataset):
    """Batches of these sizes."""

    def __init__(self, *sizes):
        super().__init__()
        self.sizes = sizes

    def __len__(self):
        return len(self.sizes)

    def __getitem__(self, index):
        return (POINTS[: self.sizes[index]],)


# --- forms


def test_tables_are_taken_as_arrays(points_gan):
    histories = []
    for wrap in (np.asarray, Table):
        keras.utils.set_random_seed(0)
        model = points_gan(classes=3)
        model.compile()
        histories.append(
            model.fit(
                wrap(POINTS),
                wrap(CLASSES),
                sample_weight=wrap(np.ones(60)),
                validation_data=(wrap(POINTS), wrap(CLASSES)),
                shuffle=False,
                verbose=0,
            ).history
        )
        model.evaluate(wrap(POINTS), wrap(CLASSES), verbose=0)
        model.train_on_batch(wrap(POINTS), wrap(CLASSES))
    assert histories[0] == histories[1] and "val_generator_loss" in histories[0]


@pytest.mark.parametrize(
    "names", [("samples", "labels"), ("image", "label"), ("images", "labels")]
)
def test_a_dictionary_names_its_parts(points_gan, names):
    model = points_gan(classes=3)
    model.compile()
    data = dict(zip(names, (POINTS, CLASSES), strict=True))
    model.fit(data, verbose=0)
    model.fit(iter([data]), steps_per_epoch=1, verbose=0)
    assert updates(model) == 3


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "`x` must be an array, .*Received: x of type NoneType$"),
        ("/photos", "kerasgen.data.load makes one.*of type str '/photos'"),
        (3, "must be an array.*of type int"),
        ([], "must be an array.*of type list"),
        ([[1.0, 2.0], [3.0, 4.0]], "must be an array.*of type list"),
        (["a", "b"], "must be an array.*of type list"),
        (list(POINTS), r"one array of shape \(batch, 2\): numpy.stack.*a list of 60"),
        ({"image": POINTS, "samples": POINTS}, "each once.*'image', 'samples'"),
        ({"image": POINTS, "file": CLASSES}, "nothing else.*Received: 'image', 'file'"),
        (POINTS.astype(object), "must be float. Received: dtype object"),
        (POINTS.astype(str), "must be float. Received: dtype <U"),
        (iter([()]), r"\(samples, labels, weights\).*a tuple of 0"),
        (iter([[POINTS] * 4]), r"\(samples, labels, weights\).*a list of 4"),
        (POINTS[:0], "at least one of the vectors"),
        (Batches(), "The data is empty"),
        (Batches(0), "at least one of the vectors"),
    ],
)
def test_what_is_no_data_is_refused(model, data, message):
    with pytest.raises(ValueError, match=message):
        model.fit(data, verbose=0)
    assert updates(model) == 0


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("/photos", "`validation_data` must be an array"),
        ((POINTS[:0],), "In `validation_data`: There must be at least one"),
        (iter([]), "The data is empty"),
    ],
)
def test_validation_data_is_held_to_the_same(model, data, message):
    with pytest.raises(ValueError, match=message):
        model.fit(POINTS, validation_data=data, verbose=0)
    assert updates(model) == 0


# --- counts


@pytest.mark.parametrize("name", ["batch_size", "steps_per_epoch"])
@pytest.mark.parametrize("value", [0, -1, 2.5])
def test_there_is_no_batch_of_nothing(model, name, value):
    message = f"`{name}` must be a positive integer. Received: {name}={value}"
    with pytest.raises(ValueError, match=message):
        model.fit(POINTS, verbose=0, **{name: value})
    if name == "batch_size":
        with pytest.raises(ValueError, match=message):
            model.evaluate(POINTS, batch_size=value, verbose=0)


# --- weights


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.zeros(60), "above 0 for at least one sample. Received: zeros alone"),
        (np.full(60, np.nan), "`weights` must be finite. Received: 60 values"),
        (-np.ones(60), "`weights` must be at least 0. Received: -1"),
        (np.ones(59), r"a number for each of the 60 samples. Received: shape \(59,\)"),
        (np.ones((60, 2)), r"Received: shape \(60, 2\)"),
        (np.full(60, "a"), "`weights` must be numbers"),
    ],
)
def test_weights_that_weigh_nothing_are_refused(model, weights, message):
    with pytest.raises(ValueError, match=message):
        model.fit(POINTS, sample_weight=weights, verbose=0)
    assert updates(model) == 0


def test_a_batch_without_weight_teaches_nothing(model):
    before = [w.numpy() for w in model.discriminator.weights]
    weights = np.zeros(60)
    logs = model.train_on_batch(POINTS, sample_weight=weights, return_dict=True)
    assert float(logs["discriminator_loss"]) == 0.0
    for ours, old in zip(model.discriminator.weights, before, strict=True):
        np.testing.assert_array_equal(ours.numpy(), old)


def test_class_weights_weigh_samples_by_their_labels(points_gan):
    losses = []
    for weights in (
        {"class_weight": {0: 0.0, 2: 3.0}},
        {"sample_weight": np.array([0.0, 1.0, 3.0])[CLASSES]},
    ):
        keras.utils.set_random_seed(0)
        model = points_gan(classes=3)
        model.compile()
        history = model.fit(POINTS, CLASSES, shuffle=False, verbose=0, **weights)
        losses.append(history.history["discriminator_loss"])
    np.testing.assert_allclose(*losses, rtol=1e-6)


@pytest.mark.parametrize("data", [POINTS, Batches(60)])
def test_class_weights_need_labels(model, data):
    with pytest.raises(ValueError, match="`class_weight` weighs samples by their lab"):
        model.fit(data, class_weight={0: 2.0}, verbose=0)
    with pytest.raises(ValueError, match="`class_weight` weighs samples by their lab"):
        model.train_on_batch(POINTS, class_weight={0: 2.0})


def test_class_weights_are_by_label(points_gan):
    model = points_gan(classes=3)
    model.compile()
    with pytest.raises(ValueError, match=r"dictionary of weights by label.*\[1, 2\]"):
        model.fit(POINTS, CLASSES, class_weight=[1, 2], verbose=0)


def test_class_weights_are_numbers(points_gan):
    model = points_gan(classes=3)
    model.compile()
    message = r"`class_weight\[1\]` must be at least 0 and finite. .*='a'"
    with pytest.raises(ValueError, match=message):
        model.fit(POINTS, CLASSES, class_weight={1: "a"}, verbose=0)


@pytest.mark.parametrize("given", ["csv", [None], keras.callbacks.History])
def test_what_is_no_callback_is_refused(model, given):
    with pytest.raises(ValueError, match="`callbacks` must be .*Received: callbacks w"):
        model.fit(POINTS, callbacks=given, verbose=0)


def test_labels_and_weights_may_be_lists(points_gan):
    model = points_gan(classes=3)
    model.compile()
    labels, weights = CLASSES.tolist(), [1.0] * 60
    model.fit(POINTS, labels, sample_weight=weights, validation_split=0.5, verbose=0)
    model.train_on_batch(POINTS, labels, sample_weight=weights)
    losses = model.evaluate(POINTS, labels, sample_weight=weights, verbose=0)
    assert np.isfinite(losses).all()


@pytest.mark.parametrize("name", ["y", "sample_weight"])
def test_labels_and_weights_are_arrays(model, name):
    message = f"`{name}` must be an array. Received: {name} of type str"
    with pytest.raises(ValueError, match=message):
        model.fit(POINTS, verbose=0, **{name: "label"})


# --- parts of the data


def test_what_validation_leaves_is_cut_into_minibatches(critic):
    # 48 of 60 are trained with: 20, 20, and 5 of the last 8. 12 are measured.
    history = critic.fit(POINTS, batch_size=20, validation_split=0.2, verbose=0).history
    assert updates(critic) == 3
    assert np.isfinite(history["val_generator_loss"]).all()


def test_evaluation_takes_fewer_samples_than_minibatches(critic):
    critic.fit(POINTS, batch_size=20, validation_data=(POINTS[:3],), verbose=0)
    losses = critic.evaluate(Batches(20, 2), verbose=0)
    assert np.isfinite(losses).all()


def test_a_data_set_may_end_in_a_batch_below_the_number_of_minibatches(critic):
    history = critic.fit(Batches(20, 2), verbose=0).history
    assert updates(critic) == 2
    assert np.isfinite(history["discriminator_loss"]).all()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"x": POINTS[:4]}, "nearest sizes are 5. Received: batch size 4"),
        ({"x": POINTS[:5], "validation_split": 0.4}, "sizes are 5. .*batch size 3"),
        ({"x": Batches(4)}, "nearest sizes are 5. Received: batch size 4"),
        ({"validation_split": 1.0}, r"`validation_split` must lie in \[0, 1\)"),
        ({"validation_split": 0.999}, "samples on both sides.*0.999 of 60 samples"),
        ({"x": POINTS[:5], "validation_split": 0.01}, "5. Received: batch size 4"),
    ],
)
def test_too_few_samples_are_said_before_training(critic, given, message):
    arguments = {"x": POINTS, "batch_size": 20, "verbose": 0, **given}
    with pytest.raises(ValueError, match=message):
        critic.fit(**arguments)
    assert updates(critic) == 0


def test_a_split_is_ignored_beside_validation_data(model):
    model.fit(
        POINTS,
        batch_size=20,
        validation_split=0.5,
        validation_data=(POINTS,),
        verbose=0,
    )
    assert updates(model) == 3


@pytest.mark.parametrize(
    "given",
    [
        *({"epochs": each} for each in ("2", -1, 1.5, None, True)),
        *({"initial_epoch": each} for each in ("2", -1)),
        *({"validation_freq": each} for each in (0, -1, "2", None)),
        *({"validation_steps": each} for each in ("2", -1, 0)),
    ],
)
def test_numbers_that_count_nothing_are_said_before_training(model, given):
    ((name, value),) = given.items()
    rule = f"`{name}` must be .* integer.*Received: {name}={value!r}"
    with pytest.raises(ValueError, match=rule):
        model.fit(POINTS, validation_data=(POINTS,), verbose=0, **given)
    assert updates(model) == 0


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        *(({"verbose": each}, '"auto", 0, 1 or 2') for each in ("2", None, 3, [1])),
        *(({"nonnegative": each}, "True or False") for each in ("no", 2)),
    ],
)
def test_words_that_mean_nothing_are_refused(model, given, rule):
    ((name, value),) = given.items()
    message = re.escape(f"`{name}` must be {rule}. Received: {name}={value!r}")
    with pytest.raises(ValueError, match=message):
        model.fit(POINTS, **{"verbose": 0, **given})
    with pytest.raises(ValueError, match=message):
        model.evaluate(POINTS, **{"verbose": 0, **given})
    assert updates(model) == 0


def test_so_are_those_of_one_method(model):
    with pytest.raises(ValueError, match="`shuffle` must be True or F.*shuffle='no'"):
        model.fit(POINTS, shuffle="no", verbose=0)
    with pytest.raises(ValueError, match="`return_dict` must be True.*_dict='yes'"):
        model.evaluate(POINTS, return_dict="yes", verbose=0)
    with pytest.raises(ValueError, match="`nonnegative` must be True or.*tive='no'"):
        model.train_on_batch(POINTS, nonnegative="no")
    with pytest.raises(ValueError, match="`validation_freq` must be a posit.*'2'"):
        model.fit(POINTS, validation_freq=["2"], verbose=0)
    with pytest.raises(ValueError, match="`verbose` must be .auto., 0.*verbose='2'"):
        model.generate(3, verbose="2")
    assert updates(model) == 0


def test_epochs_count_those_before(model):
    message = "`epochs` counts the epochs before `initial_epoch` as .*epoch=3"
    with pytest.raises(ValueError, match=message):
        model.fit(POINTS, initial_epoch=3, verbose=0)
    assert not model.fit(POINTS, epochs=3, initial_epoch=3, verbose=0).history


def test_there_may_be_no_epochs_and_a_list_of_those_to_validate(model):
    assert not model.fit(POINTS, epochs=0, verbose=0).history
    history = model.fit(
        POINTS, epochs=2, validation_data=(POINTS,), validation_freq=[2], verbose=0
    ).history
    assert [len(history[n]) for n in ("generator_loss", "val_generator_loss")] == [2, 1]


def test_an_unknown_argument_is_refused_with_those_there_are(model):
    with pytest.raises(TypeError, match="`fit` takes x, y, .*near.* epochs.*epoch=3"):
        model.fit(POINTS, epoch=3)
    with pytest.raises(TypeError, match="`evaluate` takes x, y, .*step=3"):
        model.evaluate(POINTS, step=3)
