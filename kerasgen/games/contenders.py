"""Who plays: objectives, penalties and cures, each against the same small networks."""

import dataclasses
from collections.abc import Callable

import keras

from kerasgen import layers, losses
from kerasgen.models import GAN

WIDTH = 64
DEPTH = 3


@dataclasses.dataclass(frozen=True)
class Contender:
    """One way to play the game.

    Args:
        name: What the command line calls it.
        arguments: Those of `kerasgen.models.GAN`.
        discriminator: Makes the discriminator from a seed.
        clip_norm: Largest norm of a player's gradients; None does not clip.
    """

    name: str
    arguments: dict
    discriminator: Callable

    def model(self, latent_dim, seed, average):
        """A `GAN` with fresh weights, the same for the same seed."""
        return GAN(
            generator(latent_dim, seed),
            self.discriminator(seed),
            average=average,
            seed=seed,
            **self.arguments,
        )


def generator(latent_dim, seed):
    """Latents `(batch, latent_dim)` to points `(batch, 2)`."""
    dense = _Dense(seed)
    latents = keras.Input((latent_dim,))
    points = dense(2, None, scale=1.0)(_hidden(latents, dense, "relu"))
    return keras.Model(latents, points, name="generator")


def critic(seed):
    """Points to logits, and the features before them."""
    dense = _Dense(seed + 1000)
    points = keras.Input((2,))
    features = _hidden(points, dense, "leaky_relu")
    logits = dense(1, None, scale=1.0)(features)
    outputs = {"logits": logits, "features": features}
    return keras.Model(points, outputs, name="discriminator")


def minibatch_critic(seed):
    """As `critic`, and each sample's closeness to the others counts."""
    dense = _Dense(seed + 1000)
    points = keras.Input((2,))
    features = _hidden(points, dense, "leaky_relu")
    closeness = layers.MinibatchDiscrimination(
        16,
        4,
        kernel_initializer=keras.initializers.GlorotUniform(seed=dense.next_seed()),
    )(features)
    logits = dense(1, None, scale=1.0)(closeness)
    return keras.Model(points, logits, name="discriminator")


def autoencoder(seed):
    """Points to what a narrow network remembers of them: its error is an energy."""
    dense = _Dense(seed + 1000)
    points = keras.Input((2,))
    # A wider code would let it copy any point, real or not.
    code = dense(1, None, scale=1.0)(_hidden(points, dense, "leaky_relu"))
    remembered = dense(2, None, scale=1.0)(_hidden(code, dense, "leaky_relu"))
    outputs = {"reconstruction": remembered, "features": code}
    outputs["logits"] = keras.layers.Dense(1, trainable=False)(code)
    return keras.Model(points, outputs, name="discriminator")
