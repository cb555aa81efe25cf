"""What `fit` takes: arrays, nests of arrays and data sets of every kind of sample."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import data, kinds
from kerasgen.inputs import Labels, Latents


class Split(kinds.Kind):
    """Vectors of a number with a label beside such without: a dictionary."""

    noun = "halves"

    def __init__(self):
        super().__init__((1,))

    def check(self, samples, name=None):
        if not isinstance(samples, dict) or set(samples) != {"with", "without"}:
            raise ValueError(f"Received: a {type(samples).__name__}")
        for part in samples.values():
            super().check(part, name)

    def to_float(self, samples):
        return {name: super(Split, self).to_float(x) for name, x in samples.items()}


@pytest.fixture
def watching(Game):
    """Makes a compiled model that logs the mean of all that its steps see, and of it
    the parts in floats; no player moves."""

    class Watching(Game):
        logged = ("seen", "floats", "labels")
        minibatches = 1

        def watch(self, data):
            for batch in self.split(self.unpack(data), self.minibatches):
                leaves = keras.tree.flatten(batch["samples"])
                total = sum(ops.mean(ops.cast(leaf, "float32")) for leaf in leaves)
                self.log("seen", total)
                floats = [keras.backend.is_float_dtype(leaf.dtype) for leaf in leaves]
                self.log("floats", float(np.mean(floats)))
                if self.labels is not None:
                    self.log("labels", ops.mean(ops.sum(batch["labels"], axis=-1)))
            return self.logs()

        def train_step(self, data):
            return self.watch(data)

        def test_step(self, data):
            return self.watch(data)

    def make(kind, labels=None, minibatches=1):
        model = Watching(kind=kind)
        if labels is not None:
            model.inputs = (Latents(1), labels)
        model.minibatches = minibatches
        model.compile()
        return model

    return make


def column(*values):
    return np.array(values, "float32")[:, None]


A, B = column(1, 2, 3, 4, 5, 6, 7), column(10, 20, 30, 40, 50, 60, 70)
PAIR = kinds.Pair(kinds.Vectors(1), kinds.Vectors(1))


def seen(history):
    return history.history["seen"][0]


# --- nests


def test_a_batch_of_two_domains_has_the_size_of_its_parts(watching):
    model = watching(PAIR)
    history = model.fit((A, B), batch_size=4, shuffle=False, verbose=0)
    assert int(model.global_step.numpy()) == 2
    first, second = np.mean([1, 2, 3, 4]), np.mean([5, 6, 7])
    np.testing.assert_allclose(seen(history), 11 * (first + second) / 2, rtol=1e-6)


def test_a_dictionary_is_a_batch_where_the_kind_says_so(watching):
    model = watching(Split())
    data = {"samples": {"with": A, "without": B}}
    history = model.fit(data, batch_size=4, shuffle=False, verbose=0)
    assert int(model.global_step.numpy()) == 2
    np.testing.assert_allclose(seen(history), 11 * (2.5 + 6) / 2, rtol=1e-6)
    np.testing.assert_allclose(
        float(model.train_on_batch(data, return_dict=True)["seen"]), 11 * 4, rtol=1e-6
    )


def test_nests_are_cut_into_minibatches(watching):
    model = watching(PAIR, minibatches=3)
    # The second batch has one sample more than two for three minibatches: none left.
    history = model.fit((A, B), batch_size=6, shuffle=False, verbose=0)
    assert int(model.global_step.numpy()) == 1
    np.testing.assert_allclose(seen(history), 11 * 3.5, rtol=1e-6)
    with pytest.raises(ValueError, match="nearest sizes are 3 or 6.*batch size 4"):
        model.fit((A, B), batch_size=4, verbose=0)
    with pytest.raises(ValueError, match="nearest sizes are 3. Received: batch size 2"):
        model.fit((A[:2], B[:2]), verbose=0)


def test_fewer_samples_than_a_batch_are_one_batch(watching):
    model = watching(kinds.Vectors(1), minibatches=3)
    history = model.fit(A, batch_size=12, shuffle=False, verbose=0)  # seven of them
    np.testing.assert_allclose(seen(history), 3.5, rtol=1e-6)


class Batches(keras.utils.PyDataset):
    """Batches of two domains."""

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return ((A[index::2], B[index::2]),)


@pytest.mark.parametrize("data", ["generator", "iterator", "PyDataset", "native"])
def test_data_sets_yield_nests(watching, data, backend):
    model = watching(PAIR)
    given = {
        "generator": lambda: (batch for batch in (Batches()[0], Batches()[1])),
        "iterator": lambda: iter([Batches()[0], Batches()[1]]),
        "PyDataset": Batches,
        "native": lambda: native(backend),
    }[data]()
    history = model.fit(given, steps_per_epoch=2, verbose=0)
    assert int(model.global_step.numpy()) == 2
    odd, even = np.mean([1, 3, 5, 7]), np.mean([2, 4, 6])
    np.testing.assert_allclose(seen(history), 11 * (odd + even) / 2, rtol=1e-6)


def native(backend):
    """The backend's own data set of two batches; of the host's where it has none."""
    batches = [Batches()[0], Batches()[1]]
    if backend == "tensorflow":
        import tensorflow as tf

        spec = tf.TensorSpec((None, 1), "float32")
        return tf.data.Dataset.from_generator(
            lambda: iter(batches), output_signature=((spec, spec),)
        )
    if backend == "torch":
        import torch

        return torch.utils.data.DataLoader(batches, batch_size=None)
    return (batch for batch in batches)


def test_validation_and_evaluation_take_nests(watching):
    model = watching(PAIR)
    history = model.fit(
        (A, B), validation_data=((A[:2], B[:2]),), batch_size=7, verbose=0
    )
    np.testing.assert_allclose(history.history["val_seen"], 11 * 1.5, rtol=1e-6)
    logs = model.evaluate((A[:3], B[:3]), verbose=0, return_dict=True)
    np.testing.assert_allclose(logs["seen"], 11 * 2.0, rtol=1e-6)


# --- kinds


@pytest.mark.parametrize(
    ("kind", "data", "mean", "is_float"),
    [
        (kinds.Tokens(2, 9), np.array([[0, 8], [1, 3]], "int64"), 3.0, False),
        (kinds.Tokens(2, 9), np.array([[0, 8], [1, 3]], "uint8"), 3.0, False),
        (kinds.Voxels((1, 1, 2, 1)), np.array([0, 1], "uint8"), 0.5, True),
        (kinds.Voxels((1, 1, 2, 1)), np.array([False, True]), 0.5, True),
        (kinds.Voxels((1, 1, 2, 1)), np.array([0.25, 0.5], "float32"), 0.375, True),
        (kinds.Images((1, 2, 1)), np.array([0, 255], "uint8"), 0.0, True),
        (kinds.Images((1, 2, 1)), np.array([255, 255], "uint8"), 1.0, True),
        (kinds.Images((1, 2, 1)), np.array([-1.0, 0.0], "float64"), -0.5, True),
        (kinds.Sequences(2, 1), np.array([[300.0], [0.0]], "float16"), 150.0, True),
    ],
)
def test_every_kind_reaches_the_step_as_networks_take_it(
    watching, kind, data, mean, is_float
):
    if data.shape != (2, 2):
        data = np.broadcast_to(data.reshape(1, *kind.shape), (4, *kind.shape))
    model = watching(kind)
    logs = model.train_on_batch(data, return_dict=True)
    np.testing.assert_allclose(float(logs["seen"]), mean, atol=1e-6)
    assert float(logs["floats"]) == float(is_float)


@pytest.mark.parametrize(
    ("given", "known"),
    [
        (np.array([0, -1, 2, -1, -1, 1, 1]), 4 / 7),
        (np.array([0, -1, 2, -1, -1, 1, 1])[:, None], 4 / 7),
        (np.array([0, 1, 2, 0, 1, 2, 0], "uint8"), 1.0),
        (np.eye(7, 3), 3 / 7),  # one-hot, without a class as zeros
    ],
)
def test_a_sample_without_a_class_is_zeros_to_the_step(watching, given, known):
    model = watching(kinds.Vectors(1), Labels(3, unlabeled=True))
    logs = model.train_on_batch(A, given, return_dict=True)
    np.testing.assert_allclose(float(logs["labels"]), known, rtol=1e-6)


# --- what is refused

THREE = Labels(3, several=False)


@pytest.mark.parametrize(
    ("kind", "labels", "data", "message"),
    [
        (PAIR, None, (A, B[:5]), r"as many samples.*\(7, 1\), \(5, 1\)"),
        (PAIR, None, A, "tuple .a, b. of two domains.*a ndarray"),
        (PAIR, None, (A, B, A), "two domains"),
        (PAIR, None, (A, B[:, 0]), r"vectors of domain B.*\(7,\)"),
        (kinds.Vectors(1), None, {"a": A}, "must hold samples.*Received: 'a'"),
        (kinds.Vectors(2), None, A, r"\(batch, 2\).*\(7, 1\)"),
        (kinds.Vectors(1), None, A.astype("int32"), "must be float.*int32"),
        (kinds.Vectors(1), None, np.where(A > 6, np.nan, A), "finite.*1 values"),
        (kinds.Tokens(1, 7), None, A.astype("int32"), r"\[0, 7\).*\[1, 7\]"),
        (kinds.Tokens(1, 9), None, -A.astype("int32"), r"\[0, 9\).*\[-7, -1\]"),
        (kinds.Tokens(1, 9), None, A, "integers.*float32"),
        (
            kinds.Voxels((1, 1, 1, 1)),
            None,
            A.reshape(7, 1, 1, 1, 1),
            r"\[0, 1\].*\[1, 7\]",
        ),
        (kinds.Images((1, 1, 1)), None, A.reshape(7, 1, 1, 1), r"\[-1, 1\].*\[1, 7\]"),
        (kinds.Vectors(1), THREE, (A, None), "needs labels.*no labels"),
        (kinds.Vectors(1), THREE, (A, np.arange(7) % 3 - 1), r"\[0, 3\).*from -1 to 1"),
        (kinds.Vectors(1), THREE, (A, np.arange(7)), r"\[0, 3\).*from 0 to 6"),
        (kinds.Vectors(1), THREE, (A, np.zeros(5, int)), "7 samples and 5 labels"),
        (kinds.Vectors(1), THREE, (A, np.zeros(7)), "must be integers.*float64"),
        (kinds.Vectors(1), THREE, (A, np.ones((7, 3))), "one class for each"),
        (kinds.Vectors(1), THREE, (A, np.ones((7, 2))), r"\(n, 3\).*\(7, 2\)"),
    ],
)
def test_data_that_does_not_fit_is_refused(watching, kind, labels, data, message):
    model = watching(kind, labels)
    x, y = data if labels is not None else (data, None)
    for method in (model.fit, model.train_on_batch, model.evaluate):
        with pytest.raises(ValueError, match=message):
            method(x, y)
    assert int(model.global_step.numpy()) == 0


def test_unfit_validation_data_is_told_from_the_rest(watching):
    model = watching(PAIR)
    with pytest.raises(ValueError, match="In `validation_data`: All parts of a batch"):
        model.fit((A, B), validation_data=((A, B[:3]),), verbose=0)


# --- images that were scaled to [0, 1]

BRIGHT = (A / 7).reshape(7, 1, 1, 1)
ONE_PIXEL = kinds.Images((1, 1, 1))


def test_images_of_which_none_is_below_0_are_refused(watching):
    model = watching(ONE_PIXEL)
    for method in (model.fit, model.evaluate):
        with pytest.raises(ValueError, match="none of these is below 0"):
            method(BRIGHT)
    with pytest.raises(ValueError, match="In `validation_data`: .*below 0"):
        model.fit(-BRIGHT, validation_data=BRIGHT)
    assert int(model.global_step.numpy()) == 0


def test_images_that_are_meant_to_be_nonnegative_are_taken(watching):
    model = watching(ONE_PIXEL)
    history = model.fit(
        BRIGHT, validation_data=BRIGHT, nonnegative=True, batch_size=7, verbose=0
    )
    np.testing.assert_allclose(seen(history), 4 / 7, rtol=1e-6)
    model.evaluate(BRIGHT, nonnegative=True, verbose=0)
    model.train_on_batch(BRIGHT, nonnegative=True)


class Bright(keras.utils.PyDataset):
    """Two batches of images of which none is below 0."""

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return (BRIGHT,)


def test_a_first_batch_that_may_lie_in_0_to_1_is_warned_of_once(watching):
    model = watching(ONE_PIXEL)
    for train in (
        lambda: model.fit(Bright(), epochs=2, verbose=0),
        lambda: model.evaluate(Bright(), verbose=0),
        lambda: model.train_on_batch(BRIGHT),
    ):
        with pytest.warns(UserWarning, match="In the first batch: .*below 0") as told:
            train()
        ours = [each for each in told if "below 0" in str(each.message)]
        assert [each.filename for each in ours] == [__file__]
    model.fit(Bright(), nonnegative=True, verbose=0)


def test_a_set_that_was_looked_at_when_it_was_loaded_is_taken(watching):
    images = np.concatenate([BRIGHT, -BRIGHT])
    dataset = data.load(images, kind="images", batch_size=7, shuffle=False)
    watching(ONE_PIXEL).fit(dataset, verbose=0)  # the first batch is bright
