"""Rates and factors that change with the steps or the epochs of a model."""

import keras
import numpy as np
import pytest
from keras import ops
from keras.optimizers.schedules import PiecewiseConstantDecay, PolynomialDecay

from kerasgen.adversarial import GAN, R1, Alternating, Term
from kerasgen.arguments import check_factors
from kerasgen.engine import (
    ByEpoch,
    ByPercent,
    ByStep,
    check_scheduled,
    scheduled,
    value_at,
)

POINTS = np.random.default_rng(0).normal(size=(8, 2)).astype("float32")


def gan():
    generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    discriminator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    return GAN(generator, discriminator, seed=0)


def after(count, value):
    """1 until `count` steps or epochs are over, then `value`."""
    return PiecewiseConstantDecay([count - 1], [1.0, value])


class Moves(keras.callbacks.Callback):
    """Whether each player's weights moved in each epoch."""

    def __init__(self):
        super().__init__()
        self.moved = {"discriminator": [], "generator": []}

    def weights(self):
        return {name: self.model.networks[name].get_weights() for name in self.moved}

    def on_epoch_begin(self, epoch, logs=None):
        self.before = self.weights()

    def on_epoch_end(self, epoch, logs=None):
        for name, now in self.weights().items():
            pairs = zip(now, self.before[name], strict=True)
            self.moved[name].append(any(not np.array_equal(a, b) for a, b in pairs))


def fit(model, epochs=1, **arguments):
    """Four steps an epoch; which players moved in which."""
    moves = Moves()
    model.fit(POINTS, batch_size=2, epochs=epochs, callbacks=[moves], verbose=0)
    return moves.moved


# --- learning rates


def test_a_rate_by_epoch_changes_between_epochs_of_all_calls_of_fit(tmp_path):
    model = gan()
    rate = ByEpoch(after(3, 0.0))
    model.compile({"generator": keras.optimizers.SGD(rate)})
    assert fit(model, epochs=2)["generator"] == [True, True]
    assert float(model.optimizer["generator"].learning_rate) == 1.0
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    for each in (model, again):
        found = fit(each, epochs=2)
        assert found["generator"] == [True, False]
        assert found["discriminator"] == [True, True]
        assert float(each.optimizer["generator"].learning_rate) == 0.0


def test_a_schedule_of_keras_counts_the_updates_of_its_player():
    model = gan()
    model.compile(
        keras.optimizers.SGD(after(8, 0.0)), turns=Alternating(2, reuse_batch=True)
    )
    # The discriminator has made its eight updates after one epoch.
    moved = fit(model, epochs=3)
    assert moved == {
        "discriminator": [True, False, False],
        "generator": [True, True, False],
    }


def test_a_rate_by_step_is_the_same_for_a_player_who_moves_more_often(tmp_path):
    model = gan()
    model.compile(
        keras.optimizers.SGD(ByStep(after(8, 0.0))),
        turns=Alternating(2, reuse_batch=True),
    )
    assert fit(model) == {"discriminator": [True], "generator": [True]}
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    for each in (model, again):
        assert fit(each, epochs=2) == {
            "discriminator": [True, False],
            "generator": [True, False],
        }


@pytest.mark.parametrize("wrap", [ByEpoch, ByStep])
def test_a_rate_that_follows_a_model_has_none_outside(wrap):
    optimizer = keras.optimizers.SGD(wrap(after(1, 0.0)))
    with pytest.raises(ValueError, match=f"{wrap.__name__} follows.*`compile`"):
        float(optimizer.learning_rate)


@pytest.mark.parametrize(
    "callback",
    [
        keras.callbacks.LearningRateScheduler(lambda epoch, rate: 0.5 * rate),
        keras.callbacks.ReduceLROnPlateau(
            "generator_loss", mode="min", patience=1, min_delta=100.0
        ),
    ],
)
def test_callbacks_that_set_a_rate_are_refused_beside_a_schedule(callback):
    model = gan()
    model.compile(keras.optimizers.SGD(ByEpoch(after(2, 0.5))))
    with pytest.raises(TypeError, match="created with a `LearningRateSchedule`"):
        model.fit(POINTS, epochs=3, callbacks=[callback], verbose=0)


# --- factors


class One(Term):
    """1 for each sample."""

    def call(self, game):
        return ops.ones_like(game.real.logits[:, 0])


def losses(model, steps):
    """The discriminator's loss in each step."""
    found = []
    for _ in range(steps):
        model.reset_metrics()
        logs = model.train_on_batch(POINTS, return_dict=True)
        found.append(float(logs["discriminator_loss"]))
    return found


def still(model, weight):
    """Compiled so that the discriminator's loss is the weight of a term."""
    for network in model.networks.values():
        network.set_weights([0.0 * w for w in network.get_weights()])
    model.compile(keras.optimizers.SGD(0.0), loss="wasserstein", terms=[One(weight)])
    return model


def test_the_weight_of_a_term_follows_the_steps_and_is_saved(tmp_path):
    model = still(gan(), PolynomialDecay(1.0, 4, 0.0))
    np.testing.assert_allclose(losses(model, 2), [1.0, 0.75])
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(
        tmp_path / "model.keras", custom_objects={"One": One}
    )
    for each in (model, again):
        np.testing.assert_allclose(losses(each, 4), [0.5, 0.25, 0.0, 0.0])


def test_the_weight_of_a_term_follows_the_epochs(tmp_path):
    model = still(gan(), ByEpoch(PolynomialDecay(1.0, 4, 0.0)))
    history = model.fit(POINTS, batch_size=4, epochs=2, verbose=0).history
    np.testing.assert_allclose(history["discriminator_loss"], [1.0, 0.75])
    history = model.fit(POINTS, batch_size=4, epochs=1, verbose=0).history
    np.testing.assert_allclose(history["discriminator_loss"], [0.5])
    logs = model.evaluate(POINTS, verbose=0, return_dict=True)
    np.testing.assert_allclose(logs["discriminator_loss"], 0.25)


def test_a_number_is_its_own_value(Game):
    assert value_at(0.3, Game()) == 0.3


@pytest.mark.parametrize(
    ("unit", "wrap"),
    [
        ({}, None),
        ({"by": "update"}, None),
        ({"by": "step"}, ByStep),
        ({"by": "epoch"}, ByEpoch),
    ],
)
def test_a_recipe_names_a_schedule_and_what_it_counts(unit, wrap):
    plain = PiecewiseConstantDecay([3], [1.0, 0.5])
    named = {"boundaries": [3], "values": [1.0, 0.5]}
    schedule = scheduled({"name": "piecewise_constant_decay", **named, **unit})
    if wrap is not None:
        assert type(schedule) is wrap
        schedule = schedule.schedule
    assert type(schedule) is PiecewiseConstantDecay
    assert schedule.get_config() == plain.get_config()


def test_percent_are_of_the_whole_training():
    named = {"name": "constant_then_linear", "value": 1.0, "constant": 50, "linear": 50}
    rate = scheduled({**named, "by": "percent"}, epochs=8)
    history = still(gan(), rate).fit(POINTS, epochs=8, verbose=0).history
    falling = [1.0] * 5 + [0.75, 0.5, 0.25]
    np.testing.assert_allclose(history["discriminator_loss"], falling)
    again = ByPercent.from_config(rate.get_config())
    assert again.get_config() == rate.get_config()
    with pytest.raises(ValueError, match="optimizers of a recipe"):
        scheduled({**named, "by": "percent"})


def test_numbers_and_schedules_are_taken_as_they_are():
    schedule = ByEpoch(after(1, 0.0))
    assert scheduled(schedule) is schedule and scheduled(0.5) == 0.5


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ({"name": "polynomial", "decay_steps": 3}, "nearest.*polynomial_decay"),
        ({"name": "polynomial_decay", "steps": 3}, "takes the parameters.*steps=3"),
        ({"name": "polynomial_decay", "by": "epochs"}, "nearest.*epoch.*by='epochs'"),
        ({"decay_steps": 3}, 'must have a "name"'),
    ],
)
def test_a_schedule_that_does_not_exist_is_refused(number, message):
    with pytest.raises(ValueError, match=message):
        scheduled(number)


def test_configurations_come_back():
    for wrap in (ByEpoch, ByStep):
        schedule = wrap(PolynomialDecay(1.0, 4, 0.0))
        again = keras.optimizers.schedules.deserialize(
            keras.optimizers.schedules.serialize(schedule)
        )
        assert type(again) is wrap
        assert again.get_config() == schedule.get_config()


@pytest.mark.parametrize("wrap", [lambda schedule: schedule, ByEpoch, ByStep])
def test_a_schedule_that_leaves_its_range_is_refused(wrap):
    falling = wrap(PolynomialDecay(1.0, 1000, -0.5))
    with pytest.raises(ValueError, match="`weight at step 1000` must be at least 0"):
        check_scheduled(check_factors, weight=falling)
    with pytest.raises(ValueError, match="weight at step 1000"):
        R1(falling)
    check_scheduled(check_factors, weight=wrap(PolynomialDecay(1.0, 1000, 0.5)))
