import csv
import json

import keras
import numpy as np
import pytest

from kerasgen.callbacks import Evaluate
from kerasgen.kinds import Vectors
from kerasgen.metrics import Extractor, evaluate

NAME = "fid_means_32"


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


@pytest.fixture
def make(block_means, images):
    def make(**arguments):
        arguments = {"num_samples": 32, "extractor": block_means()} | arguments
        return Evaluate(images, **arguments)

    return make


def train(score, model, epochs, first=0):
    """The logs of some epochs, as `fit` would call the callback; weights move."""
    logs = []
    score.set_model(model)
    score.on_train_begin()
    for epoch in range(first, epochs):
        score.on_epoch_begin(epoch)
        for weight in model.generator.trainable_weights:
            weight.assign(2.0 * weight)
        logs.append({})
        score.on_epoch_end(epoch, logs[-1])
    return logs


@pytest.mark.parametrize(
    ("every", "measured"),
    [(1, [1, 2, 3, 4, 5]), (2, [1, 2, 2, 4, 4]), (3, [1, 1, 3, 3, 3])],
)
def test_numbers_are_in_the_logs_of_every_epoch_the_last_one_in_between(
    make, dcgan, every, measured
):
    score = make(metrics=("fid", "is"), every=every)
    logs = train(score, dcgan(), 5)
    numbers = {row["epoch"]: row for row in score.history}
    assert sorted(numbers) == sorted(set(measured))
    assert len({row[NAME] for row in score.history}) == len(numbers)
    for row, epoch in zip(logs, measured, strict=True):
        assert row == {k: v for k, v in numbers[epoch].items() if k != "epoch"}
        assert list(row) == [NAME, "is_means_32", "is_std_means_32"]


def test_each_training_begins_with_a_measurement(make, dcgan):
    score, model = make(every=4), dcgan()
    train(score, model, 2)
    train(score, model, 4, first=2)
    assert [row["epoch"] for row in score.history] == [1, 3, 4]


def test_the_number_is_that_of_the_model_at_the_end_of_the_epoch(make, dcgan, images):
    score, model = make(), dcgan()
    logs = train(score, model, 2)
    wanted = evaluate(model, images, ["fid"], 32, score.extractor)
    assert logs[-1][NAME] == pytest.approx(wanted[NAME], rel=1e-5)
    assert logs[0][NAME] != logs[1][NAME]


def test_the_average_is_measured(make, dcgan):
    score, model = make(), dcgan()
    model.compile(average=0.9)
    before = train(score, model, 1)
    model.network("generator").set_weights(
        [0.5 * w.numpy() for w in model.network("generator").weights]
    )
    after = train(score, model, 1)
    assert model.network("generator") is not model.generator
    assert before[0][NAME] != after[0][NAME]


def test_samples_of_another_kind_are_measured_by_an_extractor_for_them(points_gan):
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    extractor = Extractor(network, name="points", kind=Vectors(2))
    real = np.random.default_rng(0).normal(size=(40, 2)).astype("float32")
    metrics = ("fid", "kid", "prdc")
    score = Evaluate(real, metrics, num_samples=20, extractor=extractor)
    (logs,) = train(score, points_gan(), 1)
    assert np.isfinite(list(logs.values())).all()
    assert {"fid_points_20", "kid_points_20", "recall_points_20"} <= set(logs)


def test_what_a_model_translates_may_be_given(make, translator, images):
    score = make(given={"images": images[:20]})
    (logs,) = train(score, translator, 1)
    rows = np.arange(32) % 20
    wanted = evaluate(255 - images[rows], images, ["fid"], None, score.extractor)
    assert logs[NAME] == pytest.approx(wanted[NAME], rel=1e-4)


# --- Keras's callbacks that watch

FIDS = dict(enumerate([9.0, 8.0, 3.0, 5.0, 4.0, 7.0, 6.0, 5.0, 4.0], start=1))


class Script:
    """An `Evaluator` whose numbers are known beforehand."""

    def names(self, n):
        return [f"fid_script_{n}"]

    def prepare(self, model, n):
        pass

    def __call__(self, model, n):
        return {f"fid_script_{n}": FIDS[int(model.epochs_seen.numpy())]}


@pytest.mark.parametrize(
    ("every", "best_epoch", "numbers"),
    [
        (1, 3, [9, 8, 3, 5]),
        (2, 4, [9, 8, 8, 5, 5, 7]),
        (3, 3, [9, 9, 3, 3, 3, 7]),
    ],
)
def test_callbacks_after_it_watch_the_number(
    points_gan, tmp_path, every, best_epoch, numbers
):
    score = Evaluate(None, every=every, num_samples=9)
    score.evaluator = Script()
    watched = {"monitor": "fid_script_9", "mode": "min"}
    path = str(tmp_path / "best.keras")
    best = keras.callbacks.ModelCheckpoint(path, save_best_only=True, **watched)
    stopper = keras.callbacks.EarlyStopping(patience=every, **watched)
    slower = keras.callbacks.ReduceLROnPlateau(patience=every, factor=0.5, **watched)
    log = keras.callbacks.CSVLogger(str(tmp_path / "log.csv"))
    model = points_gan()
    model.compile(keras.optimizers.SGD(0.25))
    points = np.random.default_rng(0).normal(size=(32, 2)).astype("float32")
    callbacks = [score, best, stopper, slower, log]
    history = model.fit(points, epochs=9, verbose=0, callbacks=callbacks).history
    # All act at the first measurement that is no better, and at none before.
    assert history["fid_script_9"] == numbers
    assert best.best == FIDS[best_epoch]
    assert int(keras.saving.load_model(path).epochs_seen.numpy()) == best_epoch
    assert stopper.best == FIDS[best_epoch]
    for player in ("generator", "discriminator"):
        # Logged before it is changed.
        assert history[f"learning_rate_{player}"] == [0.25] * len(numbers)
        assert float(model.optimizer[player].learning_rate) == 0.125
    with open(tmp_path / "log.csv", newline="") as file:
        assert [float(row["fid_script_9"]) for row in csv.DictReader(file)] == numbers


# --- what it leaves behind


def test_history_and_curve_are_written_and_found_again(make, dcgan, tmp_path):
    model = dcgan()
    train(make(folder=tmp_path), model, 2)
    first = json.loads((tmp_path / "evaluation.json").read_text())
    assert [row["epoch"] for row in first] == [1, 2]
    assert (tmp_path / "evaluation.png").exists()
    score = make(folder=tmp_path)
    train(score, model, 3, first=1)
    assert [row["epoch"] for row in score.history] == [1, 2, 3]
    assert score.history[0] == first[0]
    assert json.loads((tmp_path / "evaluation.json").read_text()) == score.history


def test_a_training_from_the_start_begins_a_new_history(make, dcgan, tmp_path):
    score, model = make(folder=tmp_path), dcgan()
    train(score, model, 2)
    train(score, model, 2)
    assert [row["epoch"] for row in score.history] == [1, 2]


# --- which extractor, and what is refused


def test_without_inception_the_fitting_extractor_is_taken_loudly(
    make, dcgan, monkeypatch, block_means
):
    from kerasgen.metrics import evaluator

    def load(extractor):
        if extractor == "inception":
            raise ConnectionError("no weights here")
        asked.append(extractor)
        return block_means()

    asked = []
    monkeypatch.setattr(evaluator, "load_extractor", load)
    with pytest.warns(UserWarning, match="'fashion_mnist' instead.*no weights here"):
        train(make(extractor=None), dcgan(), 1)
    assert asked == ["fashion_mnist"]


def test_without_an_extractor_other_kinds_are_refused_before_training(points_gan):
    model = points_gan()
    model.compile()
    points = np.zeros((32, 2), "float32")
    with pytest.raises(ValueError, match="no extractor for vectors.*kind=Vectors"):
        model.fit(points, callbacks=[Evaluate(points)], verbose=0)
    assert int(model.global_step.numpy()) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"metrics": ("fdi",)},
        {"metrics": ("prdc",), "num_samples": 3},
        {"real": np.zeros((9, 16, 16, 3), "uint8")},
        {"arguments": {"given": {"photos": np.zeros((9, 2))}}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_is_wrong_is_said_before_training(make, dcgan, change):
    score = make()
    vars(score).update(change)
    score.set_model(dcgan())
    with pytest.raises(ValueError):
        score.on_train_begin()


@pytest.mark.parametrize("text", ["3", "[1, {}]", '[{"epoch": null}]', "{"])
def test_a_damaged_history_is_begun_anew(make, dcgan, tmp_path, text):
    (tmp_path / "evaluation.json").write_text(text)
    score = make(folder=tmp_path)
    train(score, dcgan(), 3, first=2)
    assert [row["epoch"] for row in score.history] == [3]


def test_a_folder_that_cannot_be_written_is_said_before_training(make, dcgan, tmp_path):
    (tmp_path / "file").write_text("in the way")
    score = make(folder=tmp_path / "file" / "numbers")
    score.set_model(dcgan())
    with pytest.raises(OSError, match="`folder` must be a folder.*numbers'"):
        score.on_train_begin()


def test_a_model_that_makes_no_samples_is_refused(make):
    score = make()
    score.set_model(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]))
    with pytest.raises(ValueError, match="needs a model with `generate`.*Sequential"):
        score.on_train_begin()


def test_an_argument_that_evaluate_does_not_take_is_refused(make):
    with pytest.raises(ValueError, match="nearest names are batch_size.*'batchsize'"):
        make(batchsize=3)


@pytest.mark.parametrize("arguments", [{"every": 0}, {"num_samples": 0}, {"seed": -1}])
def test_arguments_out_of_range_are_refused(make, arguments):
    (name,) = arguments
    with pytest.raises(ValueError, match=f"`{name}` must.*{name}="):
        make(**arguments)
