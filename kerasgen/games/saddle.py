"""`min_x max_y x y`: the smallest game, in which plain gradient steps find no rest."""

import dataclasses

import keras
import numpy as np
from keras import ops

from kerasgen.engine import GenerativeModel, Player
from kerasgen.games.contenders import named

LEARNING_RATE = 0.1
START = (1.0, 1.0)


@dataclasses.dataclass(frozen=True)
class Trajectory:
    """The way a game went.

    Attributes:
        points: float32 array `(steps + 1, 2)` of x and y, the start first.
    """

    points: np.ndarray

    @property
    def distances(self):
        """Distance from the rest at the origin, `(steps + 1,)`."""
        return np.linalg.norm(self.points.astype("float64"), axis=1)

    @property
    def growth(self):
        """Distance at the end over distance at the start."""
        return float(self.distances[-1] / self.distances[0])


@keras.saving.register_keras_serializable(package="kerasgen")
class Saddle(GenerativeModel):
    """Two players with a number each: one minimises `x y`, the other maximises it.

    With rate `r`, simultaneous steps multiply the distance from the origin by
    `sqrt(1 + r^2)`; alternating ones stay for ever on an ellipse.

    Args:
        steps: How many steps the model has room to remember.
        update: `"simultaneous"` or `"alternating"`, as for `kerasgen.models.GAN`.
        historical_weight: Factor of `|theta - mean of theta so far|^2` in the loss of
            each player (arXiv:1606.03498, section 3.3).
        penalty_weight: Factor of R1 in the loss of y, taken for the slope of a
            discriminator `y x`: `y^2` (arXiv:1801.04406, section 2).
        average: Decay of an exponential moving average of both numbers, which is then
            what is remembered; None for no average.
        start: First x and y.

    Raises:
        ValueError: If an argument is out of range.
    """

    def __init__(
        self,
        steps=200,
        update="simultaneous",
        historical_weight=0.0,
        penalty_weight=0.0,
        average=None,
        start=START,
        **kwargs,
    ):
        super().__init__(Vectors(1), **kwargs)
        if not isinstance(steps, int) or steps < 1:
            raise ValueError(
                f"`steps` must be a positive integer. Received: steps={steps}"
            )
        named(update, {"simultaneous": None, "alternating": None}, "update")
        self.steps = steps
        self.update = update
        self.historical_weight = historical_weight
        self.penalty_weight = penalty_weight
        self.average = average
        self.start = tuple(start)
        self.numbers = {
            name: _Number(value) for name, value in zip("xy", start, strict=True)
        }
        self.averages = {
            name: _Number(value) for name, value in zip("xy", start, strict=True)
        }
        for averaged in self.averages.values():
            averaged.trainable = False
        self.means = {
            name: [self._memory((), float(value), f"mean_{name}")]
            for name, value in zip("xy", start, strict=True)
        }
        self.trajectory = self._memory((steps + 1, 2), 0.0, "trajectory")
        self.trajectory.assign(np.tile(np.float32(self.start), (steps + 1, 1)))

    def players(self):
        averaged = self.average is not None
        return {
            name: Player(
                self.numbers[name],
                averaged=self.averages[name] if averaged else None,
                decay=self.average,
                history=self.means[name] if self.historical_weight else None,
                history_weight=self.historical_weight,
            )
            for name in "xy"
        }

    def default_optimizers(self):
        return {name: keras.optimizers.SGD(LEARNING_RATE) for name in "xy"}

    def train_step(self, data):
        if self.update == "simultaneous":
            self.minimize(("x", "y"), lambda: {"x": self.x_loss(), "y": self.y_loss()})
        else:
            self.minimize("x", self.x_loss)
            self.minimize("y", self.y_loss)
        self.remember()
        return self.logs()

    def x_loss(self):
        x, y = (number.weight.value for number in self.numbers.values())
        return x * ops.stop_gradient(y)

    def y_loss(self):
        x, y = (number.weight.value for number in self.numbers.values())
        return -ops.stop_gradient(x) * y + self.penalty_weight * ops.square(y)

    def remember(self):
        """Writes where the players are, or their averages, behind the way so far."""
        shown = self.numbers if self.average is None else self.averages
        here = ops.stack([number.weight.value for number in shown.values()])
        moments = ops.arange(self.steps + 1, dtype="int32")[:, None]
        now = moments == ops.cast(self.optimizer["y"].iterations, "int32")
        self.trajectory.assign(ops.where(now, here, self.trajectory.value))

    def play(self):
        """Plays `steps` steps; returns the `Trajectory`."""
        nothing = np.zeros((self.steps, 1), "float32")  # the game needs no data
        self.fit(nothing, batch_size=1, epochs=1, shuffle=False, verbose=0)
        return Trajectory(ops.convert_to_numpy(self.trajectory))

    def get_config(self):
        return {
            "steps": self.steps,
            "update": self.update,
            "historical_weight": self.historical_weight,
            "penalty_weight": self.penalty_weight,
            "average": self.average,
            "start": list(self.start),
            "name": self.name,
        }

    def _memory(self, shape, value, name):
        initializer = keras.initializers.Constant(value)
        return self.add_weight(shape, initializer, name=name, trainable=False)


class _Number(keras.layers.Layer):
    """One trainable number."""

    def __init__(self, start):
        super().__init__()
        self.weight = self.add_weight((), keras.initializers.Constant(float(start)))
        self.built = True


# Ways to play, by name: what they add to simultaneous steps.
WAYS = {
    "simultaneous": {},
    "alternating": {"update": "alternating"},
    "historical_averaging": {"historical_weight": 0.25},
    "r1": {"penalty_weight": 0.25},
    "average_of_weights": {"update": "alternating", "average": 0.99},
}


def play_saddle(way, steps=200):
    """Plays the game in one of `kerasgen.games.WAYS`.

    Args:
        way: Its name.
        steps: Steps of both players.

    Returns:
        A `Trajectory`.

    Raises:
        ValueError: If the name is unknown, or `steps` is not a positive integer.

    Example:

    ```python
    kerasgen.games.play_saddle("simultaneous", steps=20).growth  # 1.105
    ```
    """
    arguments = named(way, WAYS, "objective")
    model = Saddle(steps, **arguments)
    model.compile(
        # Keras takes several steps at once everywhere but on PyTorch.
        steps_per_execution=1 if keras.backend.backend() == "torch" else min(steps, 50)
    )
    return model.play()
