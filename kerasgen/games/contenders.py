"""Who plays: objectives, penalties and cures, all on the same small networks."""

import dataclasses
from collections.abc import Callable

import keras
import numpy as np

from kerasgen import layers, losses
from kerasgen.adversarial import (
    R1,
    Alternating,
    Clip,
    DRAGANPenalty,
    GradientPenalty,
    HistoricalAveraging,
    turns,
)
from kerasgen.arguments import check_one_of
from kerasgen.models import GAN
from kerasgen.nearest import meant

WIDTH = 64
DEPTH = 3
SPREAD = 2.0  # standard deviation of the first samples


def generator(latent_dim, seed):
    """Latents `(batch, latent_dim)` to points `(batch, 2)`.

    A way past the hidden layers makes the first samples a round cloud as wide as the
    modes, so that none is far from all samples.
    """
    dense = _Dense(seed)
    latents = keras.Input((latent_dim,))
    bent = dense.linear(2, dense.hidden(latents, "relu"), scale=0.01)
    straight = keras.layers.Dense(
        2,
        use_bias=False,
        kernel_initializer=keras.initializers.Orthogonal(SPREAD, dense.next_seed()),
    )(latents)
    points = keras.layers.Add()([bent, straight])
    return keras.Model(latents, points, name="generator")


def critic(seed):
    """Points to logits, and the features before them."""
    dense = _Dense(seed)
    points = keras.Input((2,))
    features = dense.hidden(points, "leaky_relu")
    outputs = {"logits": dense.linear(1, features), "features": features}
    return keras.Model(points, outputs, name="discriminator")


def minibatch_critic(seed):
    """As `critic`, with each sample's closeness to the others among the features."""
    dense = _Dense(seed)
    points = keras.Input((2,))
    features = dense.hidden(points, "leaky_relu")
    together = layers.MinibatchDiscrimination(
        16, 4, kernel_initializer=dense.initializer(0.1)
    )(features)
    return keras.Model(points, dense.linear(1, together), name="discriminator")


def autoencoder(seed):
    """Points to what a narrow network makes of them: its error is their energy."""
    dense = _Dense(seed)
    points = keras.Input((2,))
    # With a code of two numbers it could copy every point, real or not.
    code = dense.linear(1, dense.hidden(points, "leaky_relu"))
    copy = dense.linear(2, dense.hidden(code, "leaky_relu"))
    return keras.Model(points, {"reconstruction": copy}, name="discriminator")


@dataclasses.dataclass(frozen=True)
class Contender:
    """One way to play for samples of a mixture.

    Args:
        learning: Arguments of `compile` of a `kerasgen.models.GAN`: loss, terms, views,
            turns, constraints.
        discriminator: Makes the discriminator from a seed.
    """

    learning: dict
    discriminator: Callable = critic

    @property
    def minibatches(self):
        """How many a step takes, one for each update of the discriminator."""
        return turns.get(self.learning.get("turns", "alternating")).minibatches

    def model(self, latent_dim=2, seed=0):
        """A `GAN` with fresh weights, the same for the same seed; not compiled."""
        return GAN(
            generator(latent_dim, seed),
            self.discriminator(seed + 1000),  # not the generator's weights
            seed=seed,
        )


# What an objective cannot do without.
NEEDED = {
    # Five steps: section 3 of WGAN. Its clip of 0.01 is for wide convolutions: three
    # layers of 64 then pass on next to nothing.
    "wasserstein": Contender(
        {
            "loss": "wasserstein",
            "turns": Alternating(discriminator=5),
            "constraints": {"discriminator": Clip(0.1)},
        }
    ),
    # The margin in the unit of the data, whose modes lie about two apart.
    "ebgan": Contender({"loss": losses.EnergyMargin(margin=1.0)}, autoencoder),
    "began": Contender({"loss": "began"}, autoencoder),
}
CURES = {
    "wgan_gp": Contender(
        {
            "loss": "wasserstein",
            "terms": [GradientPenalty(10.0)],
            "turns": Alternating(discriminator=5),
        }
    ),
    "dragan": Contender({"terms": [DRAGANPenalty(10.0)]}),
    "r1": Contender({"terms": [R1(5.0)]}),  # gamma = 10, as on the paper's mixtures
    "minibatch_discrimination": Contender({}, minibatch_critic),
    "replay": Contender({"views": [layers.SamplePool(5000)]}),
    "historical_averaging": Contender({"terms": [HistoricalAveraging(1e-3)]}),
    "input_noise": Contender({"views": [layers.GaussianNoise(0.1)]}),
}
CONTENDERS = {
    **{name: Contender({"loss": name}) for name in losses.OBJECTIVES},
    **NEEDED,
    **CURES,  # of the non-saturating game, where none is named
}


def get(name):
    """A contender by name.

    Args:
        name: One of `kerasgen.games.CONTENDERS`.

    Raises:
        ValueError: If the name is unknown; the nearest names are listed.
    """
    return named(name, CONTENDERS, "objective")


def named(name, choices, argument):
    """The one of `choices` that is meant, or an error that lists the nearest names."""
    found = meant(name, choices)
    check_one_of(choices, **{argument: name if found is None else found})
    return choices[found]


def chosen(names, choices):
    """The names in `choices` that are meant, each once; of none given, all.

    Raises:
        ValueError: If a name is unknown; the nearest names are listed.
    """
    for name in names or ():
        named(name, choices, "objective")
    return list(dict.fromkeys(meant(name, choices) for name in names or choices))


class _Dense:
    """Dense layers whose first weights depend on the seed alone."""

    def __init__(self, seed):
        self.seeds = iter(np.random.SeedSequence(seed).generate_state(64) >> 1)

    def next_seed(self):
        return int(next(self.seeds))

    def initializer(self, scale):
        return keras.initializers.VarianceScaling(scale, seed=self.next_seed())

    def hidden(self, x, activation):
        """`DEPTH` layers that keep the size of their inputs (He's initializer)."""
        for _ in range(DEPTH):
            x = keras.layers.Dense(
                WIDTH, activation, kernel_initializer=self.initializer(2.0)
            )(x)
        return x

    def linear(self, units, x, scale=1.0):
        """A layer without activation."""
        return keras.layers.Dense(units, kernel_initializer=self.initializer(scale))(x)
