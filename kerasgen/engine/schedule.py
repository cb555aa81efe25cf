"""Numbers that change while a model trains."""

import keras
from keras import ops

from kerasgen.arguments import check_one_of, check_positive
from kerasgen.by_name import by_name
from kerasgen.engine.constant_then_linear import ConstantThenLinear
from kerasgen.engine.keras_private import rate_schedule
from kerasgen.registered import registered

Schedule = keras.optimizers.schedules.LearningRateSchedule
SCHEDULES = {
    "constant_then_linear": ConstantThenLinear,
    "cosine_decay": keras.optimizers.schedules.CosineDecay,
    "exponential_decay": keras.optimizers.schedules.ExponentialDecay,
    "inverse_time_decay": keras.optimizers.schedules.InverseTimeDecay,
    "piecewise_constant_decay": keras.optimizers.schedules.PiecewiseConstantDecay,
    "polynomial_decay": keras.optimizers.schedules.PolynomialDecay,
}


class _Counting(Schedule):
    """A schedule of what the model counts, in place of the updates of one optimizer.

    Args:
        schedule: A schedule of Keras, which takes the model's count for a step.
    """

    counter = None  # the model's attribute

    def __init__(self, schedule):
        self.schedule = schedule
        self.count = None

    def bind(self, model):
        """Tells it whose count it follows."""
        self.count = getattr(model, self.counter)

    def __call__(self, step):
        if self.count is None:
            raise ValueError(
                f"{type(self).__name__} follows `{self.counter}` of a kerasgen model, "
                "and belongs in its `compile`. Received: a call outside any model"
            )
        return self.of_count(self.count.value)

    def of_count(self, count):
        """Its value where the model has counted so far."""
        return self.schedule(count)

    def get_config(self):
        return {"schedule": keras.optimizers.schedules.serialize(self.schedule)}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        schedule = keras.optimizers.schedules.deserialize(
            config["schedule"], custom_objects
        )
        return cls(**{**config, "schedule": schedule})


@registered
class ByEpoch(_Counting):
    """A schedule that counts epochs where Keras counts updates.

    For learning rates of any optimizer, and for every scalar that takes a schedule:

    ```py
    rate = keras.optimizers.schedules.PolynomialDecay(2e-4, 100, 0.0)
    model.compile(keras.optimizers.Adam(kerasgen.engine.ByEpoch(rate)))
    ```

    Args:
        schedule: A schedule of Keras; what it takes for a step is the number of epochs
            that the model has seen, also in earlier calls of `fit`.

    Raises:
        ValueError: If it is called before a model was compiled with it.
    """

    counter = "epochs_seen"


@registered
class ByStep(_Counting):
    """A schedule of the model's steps, the same for players who move more often.

    The learning rate of a critic that moves five times a step falls five times as fast
    by a schedule of Keras, which counts the updates of its own optimizer; by this one
    as fast as the generator's. Scalars other than rates go by steps in any case.

    Args:
        schedule: A schedule of Keras; what it takes for a step is the model's
            `global_step`, counted over all calls of `fit`.

    Raises:
        ValueError: If it is called before a model was compiled with it.
    """

    counter = "global_step"


@registered
class ByPercent(_Counting):
    """A schedule of how much of a training is over, whatever its length.

    Args:
        schedule: A schedule of Keras; what it takes for a step is the percentage of
            `epochs` that the model has seen, also in earlier calls of `fit`.
        epochs: Of the whole training, at least 1.

    Raises:
        ValueError: If `epochs` is not a positive integer, or it is called before a
            model was compiled with it.
    """

    counter = "epochs_seen"

    def __init__(self, schedule, epochs):
        super().__init__(schedule)
        check_positive(epochs=epochs)
        self.epochs = epochs

    def of_count(self, count):
        return self.schedule(100.0 * ops.cast(count, "float32") / self.epochs)

    def get_config(self):
        return {**super().get_config(), "epochs": self.epochs}


COUNTS = {
    "update": lambda schedule, epochs: schedule,
    "step": lambda schedule, epochs: ByStep(schedule),
    "epoch": lambda schedule, epochs: ByEpoch(schedule),
    "percent": ByPercent,
}


def scheduled(number, epochs=None):
    """A number or a schedule as it is, or the schedule that a dictionary names.

    Args:
        number: `{"name": "polynomial_decay", "initial_learning_rate": 2e-4,
            "decay_steps": 100, "by": "epoch"}`: one of `SCHEDULES`, its parameters,
            and what it counts, one of `COUNTS`; updates if nothing is said.
        epochs: Of the whole training, for what counts percent of it.

    Raises:
        ValueError: If the name is unknown, or a parameter is.
    """
    if not isinstance(number, dict):
        return number
    unit = number.get("by", "update")
    check_one_of(list(COUNTS), by=unit)
    if unit == "percent" and epochs is None:
        raise ValueError(
            "A schedule by percent of the training belongs in the optimizers of a "
            f"recipe, which says how many epochs there are. Received: {number}"
        )
    number = {key: value for key, value in number.items() if key != "by"}
    schedule = by_name(number, SCHEDULES, Schedule, "schedule", "a schedule")
    return COUNTS[unit](schedule, epochs)


def value_at(number, model):
    """What a number is at this step of a training.

    Args:
        number: A number, or a schedule of the model's global step or epochs.
        model: A `GenerativeModel`.
    """
    if isinstance(number, _Counting):
        number.bind(model)
    if isinstance(number, Schedule):
        return number(model.global_step.value)
    return number


def check_scheduled(check, **numbers):
    """Checks numbers, of a schedule its values from the start to ten million steps.

    Args:
        check: One of `kerasgen.arguments`.
        **numbers: Numbers or schedules, by name.

    Raises:
        ValueError: As `check`.
    """
    for name, number in numbers.items():
        if not isinstance(number, Schedule):
            check(**{name: number})
            continue
        for step in (0, *(10**power for power in range(8))):
            schedule = number.schedule if isinstance(number, _Counting) else number
            check(**{f"{name} at step {step}": float(schedule(step))})


def bind_rates(optimizers, model):
    """Lets rates that go by epochs or steps follow those of a model."""
    for optimizer in optimizers:
        schedule = rate_schedule(optimizer)
        if isinstance(schedule, _Counting):
            schedule.bind(model)
