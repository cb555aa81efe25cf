import importlib
import math
import types

import pytest

from kerasgen.zoo.training.choice import (
    check_measured,
    choosing,
    chosen_epoch,
    measured,
)

pytestmark = pytest.mark.host
FID = {"extractor": "mnist", "num_samples": 16, "seed": 1}
HIGHEST = {"number": "elbo", "mode": "max"}


@pytest.mark.parametrize(
    ("choose_by", "number"),
    [
        (FID, "fid_mnist_16"),
        ({"number": "d_loss"}, "d_loss"),
        ({**FID, "metrics": ["kid"], "number": "kid_mnist_16"}, "kid_mnist_16"),
    ],
)
def test_the_number_that_is_chosen_by(recipe, choose_by, number):
    assert measured(recipe(choose_by=choose_by)) == number


@pytest.mark.parametrize(
    ("choose_by", "values", "chosen"),
    [
        ({}, [3.0, 1.0, 2.0], 3),
        ({"number": "elbo"}, [3.0, 1.0, 2.0], 2),
        (HIGHEST, [3.0, 1.0, 2.0], 1),
        (HIGHEST, [-3.0, None, -2.0, -2.0], 3),  # the first of equal ones
        ({"number": "elbo"}, [math.nan, 5.0], 2),
        ({"number": "elbo"}, [None, None, 7.0], 3),
    ],
)
def test_the_epoch_with_the_best_number(recipe, choose_by, values, chosen):
    history = [{} if value is None else {"elbo": value} for value in values]
    assert chosen_epoch(recipe(choose_by=choose_by), history) == chosen


def test_an_epoch_must_have_been_measured(recipe):
    with pytest.raises(ValueError, match="needs an epoch with fid_mnist_16.*2 epochs"):
        chosen_epoch(recipe(choose_by=FID), [{"loss": 1.0}, {"loss": 2.0}])


@pytest.fixture
def keep(recipe, monkeypatch, tmp_path):
    """A callback that keeps the highest `elbo`, and what it has kept, by epoch."""
    choice = importlib.import_module("kerasgen.zoo.training.choice")
    kept, history = [], []
    monkeypatch.setattr(choice, "save", lambda model, folder: kept.append(model.epoch))
    (callback,) = choosing(recipe(choose_by=HIGHEST), None, history, tmp_path)

    def end_of_epoch(logs):
        model = types.SimpleNamespace(
            metrics=[types.SimpleNamespace(name=name) for name in logs],
            epoch=len(history),
        )
        callback.set_model(model)
        callback.on_train_begin()
        callback.on_epoch_end(len(history), logs)
        history.append(logs)

    return end_of_epoch, kept


def test_every_better_epoch_is_kept(keep):
    end_of_epoch, kept = keep
    for value in (1.0, 3.0, 2.0, 3.0, 4.0):
        end_of_epoch({"elbo": value})
    assert kept == [0, 1, 4]


def test_a_number_that_nobody_logs_is_refused_before_training(keep):
    end_of_epoch, kept = keep
    with pytest.raises(
        ValueError, match="not log. The nearest names are elbo_loss.*'e"
    ):
        end_of_epoch({"elbo_loss": 1.0})
    assert not kept


def test_the_last_epoch_needs_no_callback(recipe):
    assert choosing(recipe(), None, [], None) == []


@pytest.mark.parametrize(
    ("every", "message"), [(3, "every 3 epochs.*every=3, epochs=2"), (0, "every=0")]
)
def test_epochs_that_are_not_measured_are_refused(recipe, every, message):
    with pytest.raises(ValueError, match=message):
        check_measured(recipe(choose_by={**FID, "every": every}, epochs=2))
    check_measured(recipe(choose_by={**FID, "every": 2}, epochs=2))
