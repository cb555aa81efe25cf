"""Contenders train on a mixture, seed after seed, and are measured."""

import dataclasses
import statistics
import time

import keras

from kerasgen.arguments import check_positive
from kerasgen.engine import DivergenceError
from kerasgen.games import contenders
from kerasgen.games.mixtures import Coverage

EVALUATED = 10_000  # samples


@dataclasses.dataclass(frozen=True)
class Settings:
    """What all contenders share.

    Args:
        steps: Updates of the generator.
        batch_size: Real samples for each update of the discriminator.
        latent_dim: Size of a latent. Two, as the data have: a flat sheet that starts
            over all modes and tears between them. With many more, contenders collapse.
        generator_rate, discriminator_rate: Of Adam, falling to 0 along a cosine.
        beta_1, beta_2: Of Adam: little inertia, for the game turns.
        average: Decay of the average of the generator's weights, which is measured.
    """

    steps: int = 5000
    batch_size: int = 256
    latent_dim: int = 2
    generator_rate: float = 2e-3
    discriminator_rate: float = 6e-3
    beta_1: float = 0.5
    beta_2: float = 0.99
    average: float = 0.99

    def __post_init__(self):
        for name in ("steps", "batch_size", "latent_dim"):
            check_positive(**{name: getattr(self, name)})


@dataclasses.dataclass(frozen=True)
class Snapshot:
    """Samples at one moment of a training.

    Attributes:
        step: Updates of the generator so far.
        samples: float32 array `(n, 2)`.
        coverage: Its `Coverage`.
    """

    step: int
    samples: object
    coverage: Coverage


@dataclasses.dataclass(frozen=True)
class Run:
    """One training.

    Attributes:
        seed: Of weights, data and latents.
        modes, share: The `Coverage` of 10,000 samples at the end, 0 if it diverged.
        seconds: Wall time of the training, compilation included.
        cpu_seconds: Of all cores together.
        diverged: Whether a loss was no longer finite.
        snapshots: Samples from the start to the end.
    """

    seed: int
    modes: int
    share: float
    seconds: float
    cpu_seconds: float
    diverged: bool
    snapshots: tuple = dataclasses.field(repr=False)

    def to_dict(self):
        """All but the samples, for JSON."""
        values = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if field.name != "snapshots"
        }
        told = [(s.step, *s.coverage) for s in self.snapshots]
        return {**values, "over_time": told}


@dataclasses.dataclass(frozen=True)
class Score:
    """All runs of one contender.

    Attributes:
        name: The contender's.
        runs: One `Run` for each seed.
    """

    name: str
    runs: tuple

    @property
    def median(self):
        """`Coverage` with the medians of both numbers over the seeds."""
        return Coverage(*(self._over_seeds(statistics.median)))

    @property
    def worst(self):
        """`Coverage` with the lowest of each number over the seeds."""
        return Coverage(*(self._over_seeds(min)))

    @property
    def seconds(self):
        """Median wall time of a run."""
        return statistics.median(run.seconds for run in self.runs)

    @property
    def diverged(self):
        """How many runs diverged."""
        return sum(run.diverged for run in self.runs)

    def to_dict(self):
        """All but the samples, for JSON."""
        return {
            "name": self.name,
            "median": self.median._asdict(),
            "worst": self.worst._asdict(),
            "seconds": self.seconds,
            "diverged": self.diverged,
            "runs": [run.to_dict() for run in self.runs],
        }

    def _over_seeds(self, summary):
        for number in Coverage._fields:
            yield summary(getattr(run, number) for run in self.runs)


def tournament(mixture, names, seeds, settings=None):
    """Lets contenders play one after the other.

    Args:
        mixture: A `Mixture`.
        names: Of contenders, see `CONTENDERS`.
        seeds: Integers, one run each.
        settings: `Settings`; None takes the defaults.

    Yields:
        A `Score` for each contender as soon as it is there.

    Raises:
        ValueError: If a name is unknown, before anyone plays.

    Example:

    ```python
    from kerasgen import games

    settings = games.Settings(steps=4, batch_size=16)
    scores = games.tournament(games.ring(), ["hinge"], [0], settings)
    print([score.median.modes for score in scores])
    ```
    """
    players = {name: contenders.get(name) for name in names}
    for name, contender in players.items():
        runs = (play(mixture, contender, seed, settings) for seed in seeds)
        yield Score(name, tuple(runs))


def play(mixture, contender, seed=0, settings=None):
    """Trains one contender on samples of a mixture.

    Args:
        mixture: A `Mixture`.
        contender: A `Contender`.
        seed: Integer, of weights, data and latents.
        settings: `Settings`; None takes the defaults.

    Returns:
        A `Run`.
    """
    settings = settings or Settings()
    keras.utils.set_random_seed(seed)  # the order of the data
    model = contender.model(settings.latent_dim, seed)
    epochs, steps = _epochs(settings.steps)
    batch_size = settings.batch_size * contender.minibatches

    def adam(rate, updates):
        return keras.optimizers.Adam(
            keras.optimizers.schedules.CosineDecay(rate, updates),
            beta_1=settings.beta_1,
            beta_2=settings.beta_2,
        )

    real = mixture.sample(steps * batch_size, seed)
    model.compile(
        {
            "discriminator": adam(
                settings.discriminator_rate, settings.steps * contender.minibatches
            ),
            "generator": adam(settings.generator_rate, settings.steps),
        },
        **contender.learning,
        average=settings.average,
        # Keras takes several steps at once everywhere but on PyTorch.
        steps_per_execution=1 if keras.backend.backend() == "torch" else min(steps, 50),
    )
    watch = _Watch(mixture, steps)
    diverged = False
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        model.fit(
            real, batch_size=batch_size, epochs=epochs, verbose=0, callbacks=[watch]
        )
    except DivergenceError:
        diverged = True
    seconds, cpu_seconds = time.perf_counter() - wall, time.process_time() - cpu
    coverage = Coverage(0, 0.0) if diverged else watch.snapshots[-1].coverage
    return Run(
        seed,
        *coverage,
        seconds=round(seconds, 2),
        cpu_seconds=round(cpu_seconds, 2),
        diverged=diverged,
        snapshots=tuple(watch.snapshots),
    )


def _epochs(steps):
    """Twelve epochs of equal length that make up `steps`, or fewer where they cannot.

    Returns:
        `(epochs, steps of one)`.
    """
    epochs = next(n for n in range(min(12, steps), 0, -1) if steps % n == 0)
    return epochs, steps // epochs


class _Watch(keras.callbacks.Callback):
    """Draws the same latents before training and after each epoch."""

    def __init__(self, mixture, steps):
        super().__init__()
        self.mixture = mixture
        self.steps = steps
        self.snapshots = []

    def on_train_begin(self, logs=None):
        self._look(0)

    def on_epoch_end(self, epoch, logs=None):
        self._look((epoch + 1) * self.steps)

    def _look(self, step):
        samples = self.model.generate(
            EVALUATED, seed=0, batch_size=EVALUATED, verbose=0
        )
        coverage = self.mixture.coverage(samples)
        self.snapshots.append(Snapshot(step, samples, coverage))
