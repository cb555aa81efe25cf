"""Generative adversarial networks: any generator against any discriminator."""

import keras
import numpy as np
from keras import ops

from kerasgen import losses, penalties
from kerasgen.engine import GenerativeModel, Player, detached, pixels

LATENT_DISTRIBUTIONS = ("normal", "uniform")


@keras.saving.register_keras_serializable(package="kerasgen")
class GAN(GenerativeModel):
    """Two networks in a game, trained with `fit` by any objective.

    Args:
        generator: Keras model from latents `(batch, latent_dim)` to samples; for
            images `(batch, height, width, channels)` in [-1, 1].
        discriminator: Keras model from samples to logits `(batch, 1)`, `(batch,)` or
            `(batch, h, w, 1)`, or to a dictionary that holds them as `"logits"`.
        loss: Name or object of an objective, see `kerasgen.losses.get`.
        discriminator_steps: Updates of the discriminator for each of the generator,
            `k` of algorithm 1. A batch of `fit` holds the real minibatches of all of
            them.
        penalty: Term of the discriminator's loss that needs its gradients: a name or
            function of `kerasgen.penalties`, or None.
        penalty_weight: Its factor, at least 0: `lambda` of WGAN-GP, `gamma / 2` of R1.
        penalty_every: Adds it at every n-th update of the discriminator only, with n
            times the weight (lazy regularization).
        clip: Clips the discriminator's weights to `[-clip, clip]` after each update, as
            WGAN does; None does not.
        reuse_batch: If True all discriminator steps see the same, whole batch.
        update: `"alternating"`, the generator answers the updated discriminator, or
            `"simultaneous"`, both move from the same weights and the same samples.
        latent_dim: Size of a latent; None takes it from a built generator.
        latent_distribution: `"normal"`, standard, or `"uniform"` on [-1, 1].
        average: Decay of an exponential moving average of the generator's weights,
            which then makes the samples; None for no average. Early in training the
            decay is `(1 + t) / (10 + t)` where that is less.
        seed: Seed of the latents drawn in training.

    Raises:
        ValueError: If an argument is out of range, or the networks do not fit.

    Example:

    ```python
    generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    discriminator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model = kerasgen.models.GAN(generator, discriminator)
    model.compile(keras.optimizers.Adam(1e-3))
    model.fit(np.random.normal(size=(256, 2)).astype("float32"), epochs=1, verbose=0)
    model.generate(8).shape  # (8, 2)
    ```

    Reference:
        Goodfellow et al., 2014, arXiv:1406.2661, algorithm 1.

    Differences:
        Adam with rate 2e-4 and `beta_1` 0.5 where `compile` names no optimizer; the
        paper used momentum.
    """

    def __init__(
        self,
        generator,
        discriminator,
        loss="non_saturating",
        discriminator_steps=1,
        penalty=None,
        penalty_weight=10.0,
        penalty_every=1,
        clip=None,
        reuse_batch=False,
        update="alternating",
        latent_dim=None,
        latent_distribution="normal",
        average=None,
        seed=None,
        **kwargs,
    ):
        if latent_dim is None:
            latent_dim = _latent_dim(generator)
        _check_counts(
            discriminator_steps=discriminator_steps,
            latent_dim=latent_dim,
            penalty_every=penalty_every,
        )
        _check_choices(update, latent_distribution, average, penalty_weight, clip)
        if not generator.built:
            generator.build((None, latent_dim))
        sample_shape = _sample_shape(generator, latent_dim)
        _check_pair(sample_shape, discriminator)
        objective = losses.get(loss)
        _check_discriminator(discriminator, objective, penalty)
        super().__init__(sample_shape, seed=seed, **kwargs)
        self.generator = generator
        self.discriminator = discriminator
        self.loss = loss
        self.objective = objective
        self.objective_state = {
            name: self.add_weight((), _constant(value), name=name, trainable=False)
            for name, value in objective.state.items()
        }
        self.discriminator_steps = discriminator_steps
        self.penalty = penalty
        self.penalty_function = None if penalty is None else penalties.get(penalty)
        self.penalty_weight = penalty_weight
        self.penalty_every = penalty_every
        self.clip = clip
        self.reuse_batch = reuse_batch
        self.update = update
        self.latent_dim = latent_dim
        self.latent_distribution = latent_distribution
        self.average = average
        self.averaged_generator = None
        if average is not None:
            self.averaged_generator = _copy(generator, latent_dim)

    def call(self, latents, training=False):
        """Samples for `latents`, float `(batch, latent_dim)`."""
        return self.generator(latents, training=training)

    # --- training

    def players(self):
        return {
            "discriminator": Player(
                self.discriminator,
                constraint=None
                if self.clip is None
                else lambda value: ops.clip(value, -self.clip, self.clip),
            ),
            "generator": Player(
                self.generator, averaged=self.averaged_generator, decay=self.average
            ),
        }

    def default_optimizers(self):
        return {
            player: keras.optimizers.Adam(2e-4, beta_1=0.5)
            for player in ("discriminator", "generator")
        }

    @property
    def minibatches(self):
        return 1 if self.reuse_batch else self.discriminator_steps

    def train_step(self, data):
        batch = self.real_batch(data)
        minibatches = list(self.split(batch, self.minibatches))
        if self.reuse_batch:
            minibatches = minibatches * self.discriminator_steps
        *first, last = minibatches
        for batch in first:
            self.minimize("discriminator", self.discriminator_loss, batch)
        if self.update == "simultaneous":
            both = ("discriminator", "generator")
            _, logits = self.minimize(both, self.both_losses, last)
        else:
            _, logits = self.minimize("discriminator", self.discriminator_loss, last)
            self.minimize("generator", self.generator_loss, last)
        self.advance_objective(logits)
        return self.logs()

    def test_step(self, data):
        batch = self.real_batch(data)
        self.measure("discriminator", self.discriminator_loss, batch, False)
        self.measure("generator", self.generator_loss, batch, False)
        return self.logs()

    def real_batch(self, data):
        """`{"real": samples}`, and their `"weights"` where the data has any."""
        real, _, weights = self.unpack(data)
        return {"real": real} | ({} if weights is None else {"weights": weights})

    def discriminator_loss(self, batch, training=True):
        """Algorithm 1, lines 3-5, for a minibatch of real samples; and its logits."""
        latents = self.sample_latents(batch["real"])
        fake = detached(self.generator, latents, training=training)
        loss, logits = self.game(batch, fake, training)
        return loss + self.penalize(batch["real"], fake, training), logits

    def generator_loss(self, batch, training=True):
        """Algorithm 1, lines 7-8, for as many fresh latents as there are samples."""
        latents = self.sample_latents(batch["real"])
        fake = self.generator(latents, training=training)
        fake_logits = self.discriminate(fake, training)
        return ops.mean(self.objective.generator(fake_logits, **self.state_values()))

    def both_losses(self, batch):
        """Both losses for the same samples, in one forward pass; and the logits."""
        fake = self.generator(self.sample_latents(batch["real"]), training=True)
        loss, logits = self.game(batch, fake)
        constant = ops.stop_gradient(fake)
        generator = self.objective.generator(logits["fake"], **self.state_values())
        return {
            "discriminator": loss + self.penalize(batch["real"], constant),
            "generator": ops.mean(generator),
        }, logits

    def game(self, batch, fake, training=True):
        """The discriminator's objective, a scalar, and its logits of both sides."""
        logits = {
            "real": self.discriminate(batch["real"], training),
            "fake": self.discriminate(fake, training),
        }
        losses = self.objective.discriminator(**logits, **self.state_values())
        return _mean(losses, batch.get("weights")), logits

    def penalize(self, real, fake, training=True):
        """The weighted penalty, a scalar, or 0 where there is none."""
        if self.penalty_function is None or not training:
            return 0.0

        def penalty():
            values = self.penalty_function(
                self.discriminate, real, fake, seed=self.seed_generator
            )
            return self.penalty_every * self.penalty_weight * ops.mean(values)

        if self.penalty_every == 1:
            return penalty()
        return self.every(self.penalty_every, penalty, "discriminator")

    def discriminate(self, samples, training=True):
        """Logits of `samples`, or their energies where the objective asks for them."""
        outputs = self.discriminator(samples, training=training)
        if self.objective.needs_autoencoder:
            return self.objective.energy(samples, outputs["reconstruction"])
        logits = outputs["logits"] if isinstance(outputs, dict) else outputs
        return ops.cast(logits, "float32")

    def state_values(self):
        """The objective's state, `{name: scalar}`."""
        return {name: v.value for name, v in self.objective_state.items()}

    def advance_objective(self, logits):
        """Moves the objective's state on after a step."""
        if self.objective_state:
            after = self.objective.next_state(**logits, **self.state_values())
            for name, variable in self.objective_state.items():
                variable.assign(after[name])

    def sample_latents(self, like):
        """Random latents, one for each sample of `like`: `(batch, latent_dim)`."""
        shape = (ops.shape(like)[0], self.latent_dim)
        if self.latent_distribution == "uniform":
            return keras.random.uniform(shape, -1.0, 1.0, seed=self.seed_generator)
        return keras.random.normal(shape, seed=self.seed_generator)

    # --- sampling

    def generate(
        self,
        n=None,
        *,
        seed=None,
        labels=None,
        latents=None,
        batch_size=64,
        averaged=None,
        verbose="auto",
    ):
        """Draws samples, in the kind of the data.

        Args:
            n: How many; may be left out where `latents` are given.
            seed: Integer: the same latents on every backend and machine.
            labels: An unconditional model takes none.
            latents: Array `(n, latent_dim)` to decode instead of random ones.
            batch_size: Samples at a time.
            averaged: Whether the averaged generator draws; None: if there is one.
            verbose: 1 shows a progress bar, 0 does not; "auto" does from 1,000 samples.

        Returns:
            uint8 array `(n, height, width, channels)` for images, float32
            `(n, ...)` for other data.

        Raises:
            ValueError: If an argument does not fit, or there is no average.
        """
        if labels is not None:
            raise ValueError(
                "This model is unconditional: `generate` takes no labels. "
                f"Received: labels={labels}"
            )
        latents = self._latents(n, seed, latents)
        network = self._sampler(averaged)
        if verbose == "auto":
            verbose = int(len(latents) >= 1000)
        samples = self.run(network, latents, batch_size, verbose)
        return pixels.to_uint8(samples) if len(self.sample_shape) == 3 else samples

    def decode(self, latents, averaged=None):
        """Samples as float tensors, images in [-1, 1], differentiable in `latents`."""
        return self._sampler(averaged)(latents, training=False)

    def _sampler(self, averaged):
        if averaged and self.averaged_generator is None:
            raise ValueError(
                "This model keeps no average of its generator: build it with "
                f"`average=0.999`. Received: averaged={averaged}"
            )
        if averaged is None:
            averaged = self.averaged_generator is not None
        return self.averaged_generator if averaged else self.generator

    def _latents(self, n, seed, latents):
        if latents is not None:
            latents = np.asarray(latents, "float32")
            if latents.ndim != 2 or latents.shape[1] != self.latent_dim:
                raise ValueError(
                    f"`latents` must have shape (n, {self.latent_dim}). "
                    f"Received: shape {latents.shape}"
                )
            if len(latents) < 1 or n not in (None, len(latents)):
                raise ValueError(
                    "`n` must be the number of `latents`, at least 1. "
                    f"Received: n={n} and {len(latents)} latents"
                )
            return latents
        if not isinstance(n, (int, np.integer)) or n < 1:
            raise ValueError(f"`n` must be a positive integer. Received: n={n}")
        random = np.random.Generator(np.random.Philox(seed))
        if self.latent_distribution == "uniform":
            return random.uniform(-1.0, 1.0, (n, self.latent_dim)).astype("float32")
        return random.standard_normal((n, self.latent_dim)).astype("float32")

    def export(self, filepath, *args, **kwargs):
        """Exports the generator for inference, as `keras.Model.export`."""
        return self._sampler(None).export(filepath, *args, **kwargs)

    # --- configuration

    def get_config(self):
        loss = self.loss
        return {
            "generator": keras.saving.serialize_keras_object(self.generator),
            "discriminator": keras.saving.serialize_keras_object(self.discriminator),
            "loss": loss
            if isinstance(loss, str)
            else keras.saving.serialize_keras_object(loss),
            "discriminator_steps": self.discriminator_steps,
            "penalty": self.penalty
            if self.penalty is None or isinstance(self.penalty, str)
            else keras.saving.serialize_keras_object(self.penalty),
            "penalty_weight": self.penalty_weight,
            "penalty_every": self.penalty_every,
            "clip": self.clip,
            "reuse_batch": self.reuse_batch,
            "update": self.update,
            "latent_dim": self.latent_dim,
            "latent_distribution": self.latent_distribution,
            "average": self.average,
            "seed": self.seed,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        config = dict(config)
        for name in ("generator", "discriminator", "loss", "penalty"):
            if isinstance(config.get(name), dict):
                config[name] = keras.saving.deserialize_keras_object(
                    config[name], custom_objects
                )
        return cls(**config)


def _mean(losses, weights):
    """Mean over the batch; `weights` are relative.

    A loss of the discriminator pairs each real sample with an independent generated
    one, so weighting the pairs weights the real samples alone in expectation.
    """
    if weights is None:
        return ops.mean(losses)
    weights = ops.cast(weights, losses.dtype)
    return ops.sum(weights * losses) / ops.sum(weights)


def _constant(value):
    return keras.initializers.Constant(value)


def _check_counts(**counts):
    for name, count in counts.items():
        if not isinstance(count, int) or count < 1:
            raise ValueError(
                f"`{name}` must be a positive integer. Received: {name}={count}"
            )


def _check_choices(update, distribution, average, penalty_weight, clip):
    if update not in ("alternating", "simultaneous"):
        raise ValueError(
            "`update` must be 'alternating' or 'simultaneous'. "
            f"Received: update={update!r}"
        )
    if distribution not in LATENT_DISTRIBUTIONS:
        raise ValueError(
            f"`latent_distribution` must be one of {LATENT_DISTRIBUTIONS}. "
            f"Received: latent_distribution={distribution!r}"
        )
    if average is not None and not 0.0 <= average < 1.0:
        raise ValueError(
            f"`average` must be None or lie in [0, 1). Received: average={average}"
        )
    if not penalty_weight >= 0.0:
        raise ValueError(
            "`penalty_weight` must be at least 0. "
            f"Received: penalty_weight={penalty_weight}"
        )
    if clip is not None and not clip > 0.0:
        raise ValueError(f"`clip` must be None or positive. Received: clip={clip}")


def _check_discriminator(discriminator, objective, penalty):
    """Refuses a discriminator that the objective or the penalty cannot use."""
    outputs = discriminator.output if hasattr(discriminator, "output") else None
    rebuilds = isinstance(outputs, dict) and "reconstruction" in outputs
    if objective.needs_autoencoder and not rebuilds:
        raise ValueError(
            f"{type(objective).__name__} needs an autoencoder as its discriminator: a "
            "model whose outputs are a dictionary with 'reconstruction'. "
            f"Received: discriminator={discriminator.name!r}"
        )
    if penalty in ("wgan_gp", penalties.wgan_gp):
        for layer in discriminator._flatten_layers():  # nested ones too
            if isinstance(layer, keras.layers.BatchNormalization):
                raise ValueError(
                    "The penalty of WGAN-GP takes the gradient for each sample alone, "
                    "and batch normalization makes samples depend on one another: use "
                    "layer normalization, or none (arXiv:1704.00028, section 4). "
                    f"Received: a discriminator with the layer {layer.name!r}"
                )


def _latent_dim(generator):
    if not generator.built or not hasattr(generator, "input_shape"):
        raise ValueError(
            "`latent_dim` is needed where the generator is not built yet. "
            "Received: latent_dim=None"
        )
    return generator.input_shape[-1]


def _sample_shape(generator, latent_dim):
    outputs = keras.KerasTensor((1, latent_dim), "float32")
    return tuple(generator.compute_output_spec(outputs).shape[1:])


def _check_pair(sample_shape, discriminator):
    if not discriminator.built:
        discriminator.build((None, *sample_shape))
    expected = getattr(discriminator, "input_shape", None)
    if expected is not None and tuple(expected[1:]) != sample_shape:
        raise ValueError(
            "The discriminator must take what the generator makes. Received: samples "
            f"of shape {sample_shape}, a discriminator for {tuple(expected[1:])}"
        )


def _copy(network, latent_dim):
    """A frozen network with the same weights."""
    copy = type(network).from_config(network.get_config())
    if not copy.built:
        copy.build((None, latent_dim))
    copy.set_weights(network.get_weights())
    copy.trainable = False
    return copy
