import csv
import json
import math

import keras
import numpy as np
import pytest

from kerasgen.callbacks import Evaluate
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


@pytest.fixture
def fit(dcgan, images):
    def fit(*callbacks, model=None, **arguments):
        if model is None:
            model = dcgan()
            model.compile()
        arguments = {"epochs": 2, "verbose": 0} | arguments
        model.fit(images, batch_size=32, callbacks=list(callbacks), **arguments)
        return model

    return fit


def test_numbers_are_in_the_logs_of_every_epoch_nan_between(make, fit):
    model = fit(make(metrics=("fid", "is"), every=2), epochs=4)
    history = model.history.history
    for name in (NAME, "is_means_32", "is_std_means_32"):
        assert [math.isfinite(v) for v in history[name]] == [False, True, False, True]


def test_the_number_is_that_of_the_model_at_the_end_of_the_epoch(make, fit, images):
    score = make()
    model = fit(score)
    wanted = evaluate(model, images, ["fid"], 32, score.extractor)
    assert model.history.history[NAME][-1] == pytest.approx(wanted[NAME], rel=1e-5)
    assert score.history[-1] == {"epoch": 2, NAME: model.history.history[NAME][-1]}


def test_the_averaged_generator_is_measured(make, fit, dcgan):
    model = dcgan(average=0.9)
    model.compile()
    score = make()
    fit(score, model=model)
    weights = [w.numpy() for w in model.averaged_generator.weights]
    model.generator.set_weights([np.zeros_like(w) for w in weights])
    again = score.evaluator(model, 32)
    assert again[NAME] == pytest.approx(score.history[-1][NAME], rel=1e-5)


def test_callbacks_after_it_can_watch_the_number(make, fit, tmp_path):
    best = keras.callbacks.ModelCheckpoint(
        str(tmp_path / "best.keras"), monitor=NAME, mode="min", save_best_only=True
    )
    stopper = keras.callbacks.EarlyStopping(monitor=NAME, mode="min", patience=0)
    log = keras.callbacks.CSVLogger(str(tmp_path / "log.csv"))
    model = fit(make(), best, stopper, log, epochs=3)
    numbers = model.history.history[NAME]
    with open(tmp_path / "log.csv", newline="") as file:
        logged = [float(row[NAME]) for row in csv.DictReader(file)]
    assert logged == pytest.approx(numbers)
    assert (tmp_path / "best.keras").exists()
    assert best.best == pytest.approx(min(numbers))


def test_history_and_curve_are_written_and_found_again(make, fit, tmp_path):
    model = fit(make(folder=tmp_path))
    first = json.loads((tmp_path / "evaluation.json").read_text())
    assert [row["epoch"] for row in first] == [1, 2]
    assert (tmp_path / "evaluation.png").exists()
    score = make(folder=tmp_path)
    fit(score, model=model, initial_epoch=1, epochs=3)
    assert [row["epoch"] for row in score.history] == [1, 2, 3]
    assert score.history[0] == first[0]
    assert json.loads((tmp_path / "evaluation.json").read_text()) == score.history


def test_a_training_from_the_start_begins_a_new_history(make, fit, tmp_path):
    score = make(folder=tmp_path)
    fit(score)
    fit(score)
    assert [row["epoch"] for row in score.history] == [1, 2]


def test_without_inception_the_fitting_extractor_is_taken_loudly(
    make, fit, monkeypatch, block_means
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
        fit(make(extractor=None), epochs=1)
    assert asked == ["fashion_mnist"]


def test_what_is_wrong_is_said_before_training(make, dcgan, images):
    model = dcgan()
    model.compile()
    network = keras.Sequential([keras.Input((4, 4, 3)), keras.layers.Flatten()])
    for arguments in (
        {"metrics": ("fdi",)},
        {"metrics": ("prdc",), "num_samples": 3},
        {"real": np.repeat(images, 3, -1), "extractor": Extractor(network, name="x")},
    ):
        score = make()
        vars(score).update(arguments)
        with pytest.raises(ValueError):
            model.fit(images, callbacks=[score], verbose=0)
    assert int(model.optimizer["generator"].iterations.numpy()) == 0


@pytest.mark.parametrize("arguments", [{"every": 0}, {"num_samples": 0}])
def test_arguments_out_of_range_are_refused(make, arguments):
    (name,) = arguments
    with pytest.raises(ValueError, match=f"`{name}` must.*{name}=0"):
        make(**arguments)
