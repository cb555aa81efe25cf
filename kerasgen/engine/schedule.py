"""Numbers that change while a model trains."""

import keras

from kerasgen.arguments import check_one_of
from kerasgen.by_name import by_name
from kerasgen.engine.keras_private import rate_schedule

Schedule = keras.optimizers.schedules.LearningRateSchedule
SCHEDULES = {
    "cosine_decay": keras.optimizers.schedules.CosineDecay,
    "exponential_decay": keras.optimizers.schedules.ExponentialDecay,
    "inverse_time_decay": keras.optimizers.schedules.InverseTimeDecay,
    "piecewise_constant_decay": keras.optimizers.schedules.PiecewiseConstantDecay,
    "polynomial_decay": keras.optimizers.schedules.PolynomialDecay,
}


@keras.saving.register_keras_serializable(package="kerasgen")
class ByEpoch(Schedule):
    """A schedule that counts epochs where Keras counts steps.

    For learning rates of any optimizer, and for every scalar that takes a schedule:

    ```python
    rate = keras.optimizers.schedules.PolynomialDecay(2e-4, 100, 0.0)
    model.compile(keras.optimizers.Adam(kerasgen.engine.ByEpoch(rate)))
    ```

    Args:
        schedule: A schedule of Keras; what it takes for a step is the number of epochs
            that the model has seen, also in earlier calls of `fit`.
    """

    def __init__(self, schedule):
        self.schedule = schedule
        self.epochs_seen = None

    def bind(self, epochs_seen):
        """Tells it the variable that counts the epochs of a model."""
        self.epochs_seen = epochs_seen

    def __call__(self, step):
        epochs = 0 if self.epochs_seen is None else self.epochs_seen.value
        return self.schedule(epochs)

    def get_config(self):
        return {"schedule": keras.optimizers.schedules.serialize(self.schedule)}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        schedule = keras.optimizers.schedules.deserialize(
            config["schedule"], custom_objects
        )
        return cls(schedule)


def scheduled(number):
    """A number or a schedule as it is, or the schedule that a dictionary names.

    Args:
        number: `{"name": "polynomial_decay", "initial_learning_rate": 2e-4,
            "decay_steps": 100, "by": "epoch"}`: one of `SCHEDULES`, its parameters,
            and whether its steps are epochs.

    Raises:
        ValueError: If the name is unknown, or a parameter is.
    """
    if not isinstance(number, dict):
        return number
    unit = number.get("by", "step")
    check_one_of(("step", "epoch"), by=unit)
    number = {key: value for key, value in number.items() if key != "by"}
    schedule = by_name(number, SCHEDULES, Schedule, "schedule", "a schedule")
    return ByEpoch(schedule) if unit == "epoch" else schedule


def value_at(number, model):
    """What a number is at this step of a training.

    Args:
        number: A number, or a schedule of the model's global step or epochs.
        model: A `GenerativeModel`.
    """
    if isinstance(number, ByEpoch):
        number.bind(model.epochs_seen)
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
            schedule = getattr(number, "schedule", number)  # of a `ByEpoch`
            check(**{f"{name} at step {step}": float(schedule(step))})


def bind_rates(optimizers, model):
    """Lets rates that go by epochs follow the epochs of a model."""
    for optimizer in optimizers:
        schedule = rate_schedule(optimizer)
        if isinstance(schedule, ByEpoch):
            schedule.bind(model.epochs_seen)
