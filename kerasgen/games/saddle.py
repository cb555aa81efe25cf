"""`min_x max_y x y`: the smallest game, in which plain gradient steps never settle."""

import dataclasses

import keras
import numpy as np
from keras import ops

from kerasgen.adversarial import Game, HistoricalAveraging, Term
from kerasgen.arguments import check_one_of, check_positive
from kerasgen.engine import GenerativeModel, Player
from kerasgen.games.contenders import named
from kerasgen.kinds import Vectors
from kerasgen.registered import registered

LEARNING_RATE = 0.1
START = (1.0, 1.0)
PLAYERS = ("x", "y")
ORDERS = ("simultaneous", "alternating")


@dataclasses.dataclass(frozen=True)
class Trajectory:
    """The path that a game took.

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


@registered
class Saddle(GenerativeModel):
    """Two players with a number each: one minimizes `x y`, the other maximizes it.

    With rate `r`, simultaneous steps multiply the distance from the origin by
    `sqrt(1 + r^2)`; alternating ones stay on an ellipse forever.

    Args:
        steps: How many steps the model has room to remember.
        start: First x and y.

    Raises:
        ValueError: If `steps` is not a positive integer.
    """

    sampler = "x"
    averaged = PLAYERS

    def __init__(self, steps=200, start=START, **kwargs):
        super().__init__(Vectors(1), **kwargs)
        check_positive(steps=steps)
        self.steps = steps
        self.start = tuple(start)
        self.numbers = {
            name: _Number(value) for name, value in zip(PLAYERS, start, strict=True)
        }
        self.trajectory = self.add_weight(
            (steps + 1, 2), "zeros", name="trajectory", trainable=False
        )
        self.trajectory.assign(np.tile(np.float32(self.start), (steps + 1, 1)))

    @property
    def networks(self):
        return self.numbers

    def players(self):
        return {name: Player(number) for name, number in self.numbers.items()}

    def default_optimizers(self):
        return {name: keras.optimizers.SGD(LEARNING_RATE) for name in PLAYERS}

    def compile(self, optimizer=None, *, order="simultaneous", terms=(), **arguments):
        """Prepares a game.

        Args:
            optimizer: As for `kerasgen.engine.GenerativeModel`.
            order: `"simultaneous"`, or `"alternating"`: y answers the new x.
            terms: List of `kerasgen.adversarial.Term` of the players x and y.
            **arguments: As for `kerasgen.engine.GenerativeModel`. With an `average` it
                is the averages of both numbers that are remembered.

        Raises:
            ValueError: If there is no such order, or a term is no player's.
        """
        check_one_of(ORDERS, order=order)
        terms = [type(term).from_config(term.get_config()) for term in terms]
        for term in terms:
            for player in term.players:
                check_one_of(PLAYERS, player=player)
            term.attach(self)
        self.prepare(order=order, terms=terms)
        super().compile(optimizer, **arguments)

    def compile_objects(self):
        objects = {"order": self.order, "terms": list(self.terms)}
        return {**super().compile_objects(), **objects}

    @property
    def followers(self):
        return [*self.averages, *self.terms]

    def train_step(self, data):
        if self.order == "simultaneous":
            self.minimize(PLAYERS, self.losses_of, PLAYERS)
        else:
            self.minimize("x", self.losses_of, ("x",))
            self.minimize("y", self.losses_of, ("y",))
        self.remember()
        return self.logs()

    def losses_of(self, players):
        """`{player: loss}`: `x y` for x and `-x y` for y, with the terms of each."""
        x, y = (number.weight.value for number in self.numbers.values())
        value = {"x": x * ops.stop_gradient(y), "y": -ops.stop_gradient(x) * y}
        return {player: value[player] + self.added(player) for player in players}

    def added(self, player):
        """Sum of the terms in a player's loss, which see the numbers alone."""
        variables = self.players()[player].variables
        game = Game({}, None, None, player, variables=lambda player: variables)
        joining = (term for term in self.terms if player in term.players)
        return sum(term.of(game, self) for term in joining)

    def remember(self):
        """Appends where the players are, or their averages, to the path so far."""
        here = ops.stack([self.network(name).weight.value for name in PLAYERS])
        moments = ops.arange(self.steps + 1, dtype="int32")[:, None]
        now = moments == self.global_step.value + 1  # which counts finished steps
        self.trajectory.assign(ops.where(now, here, self.trajectory.value))

    def play(self):
        """Plays `steps` steps; returns the `Trajectory`."""
        nothing = np.zeros((self.steps, 1), "float32")  # the game needs no data
        self.fit(nothing, batch_size=1, epochs=1, shuffle=False, verbose=0)
        return Trajectory(ops.convert_to_numpy(self.trajectory))

    def get_config(self):
        return {"steps": self.steps, "start": list(self.start), "name": self.name}


@registered
class _Number(keras.layers.Layer):
    """One trainable number."""

    def __init__(self, start):
        super().__init__()
        self.start = float(start)
        self.weight = self.add_weight((), keras.initializers.Constant(self.start))
        self.built = True

    def get_config(self):
        return {"start": self.start}


@registered
class _Slope(Term):
    """R1 for a discriminator `y x`, whose slope is y: `y^2`.

    Reference:
        Mescheder et al., 2018, arXiv:1801.04406, section 2.
    """

    player = "y"

    def call(self, game):
        (y,) = game.theta()
        return ops.square(y.value)


# Ways to play, by name: arguments of `compile`.
WAYS = {
    "simultaneous": {},
    "alternating": {"order": "alternating"},
    "historical_averaging": {"terms": [HistoricalAveraging(0.25, player=PLAYERS)]},
    "r1": {"terms": [_Slope(0.25)]},
    "average_of_weights": {"order": "alternating", "average": 0.99},
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
    learning = named(way, WAYS, "objective")
    model = Saddle(steps)
    model.compile(
        # Keras takes several steps at once everywhere but on PyTorch.
        steps_per_execution=1 if keras.backend.backend() == "torch" else min(steps, 50),
        **learning,
    )
    return model.play()
