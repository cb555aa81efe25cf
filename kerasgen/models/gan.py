"""Generative adversarial networks: any generator against any discriminator."""

import keras
from keras import ops

from kerasgen import layers, losses, penalties
from kerasgen.engine import GenerativeModel, Player, detached
from kerasgen.models import gan_arguments as arguments
from kerasgen.models.judging import Judging
from kerasgen.models.sampling import Sampling

SERIALIZED = (
    "generator",
    "discriminator",
    "loss",
    "penalty",
    "augmentation",
    "input_noise",
)


@keras.saving.register_keras_serializable(package="kerasgen")
class GAN(Judging, Sampling, GenerativeModel):
    """Two networks in a game, trained with `fit` by any objective, penalty and cure.

    Args:
        generator: Keras model from latents `(batch, latent_dim)` to samples; for
            images `(batch, height, width, channels)` in [-1, 1].
        discriminator: Keras model from samples to logits `(batch, 1)`, `(batch,)` or
            `(batch, h, w, 1)`, or to a dictionary that holds them as `"logits"`.
        loss: Name or object of an objective, see `kerasgen.losses.get`.
        discriminator_steps: Updates of the discriminator for each of the generator,
            `k` of algorithm 1. A batch of `fit` holds the real minibatches of all of
            them.
        generator_steps: Updates of the generator for each round of the
            discriminator's: more than one slow the discriminator down.
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
        skip_margin: The discriminator's update is skipped while its mean logit of real
            samples exceeds that of generated ones by more than this (energies the
            other way round); None never skips.
        feature_matching: If True the generator minimises the squared distance between
            the mean features of real and generated samples, in place of the
            objective's loss: the discriminator returns `"features"` beside logits
            (arXiv:1606.03498, section 3.1).
        pulling_away: Factor of the pulling-away term on the `"features"` of generated
            samples, in the generator's loss (arXiv:1609.03126, section 2.4).
        historical_weight: Factor of `|theta - mean of theta so far|^2` in the loss of
            each player (arXiv:1606.03498, section 3.3).
        replay: Size of a pool of earlier samples: the discriminator sees each time,
            with probability one half, a random one of them in place of a new one
            (arXiv:1612.07828, section 2.3); None shows it new ones only.
        augmentation: What changes all that the discriminator sees in training, so that
            it cannot learn few images by heart: a policy of
            `kerasgen.layers.DifferentiableAugmentation`, such as
            `"color,translation,cutout"`; `"adaptive"`, or a
            `kerasgen.layers.AdaptiveAugmentation`; None shows samples as they are.
        input_noise: Standard deviation of normal noise on all that the discriminator
            sees in training, or a `kerasgen.layers.GaussianNoise`, which can decay.
        latent_dim: Size of a latent; None takes it from a built generator.
        latent_distribution: `"normal"`, standard, or `"uniform"` on [-1, 1].
        average: Decay of an exponential moving average of the generator's weights,
            which then makes the samples; None for no average. It spans about
            `1 / (1 - average)` updates; a long one lags behind. Early in training the
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
        generator_steps=1,
        penalty=None,
        penalty_weight=10.0,
        penalty_every=1,
        clip=None,
        reuse_batch=False,
        update="alternating",
        skip_margin=None,
        feature_matching=False,
        pulling_away=0.0,
        historical_weight=0.0,
        replay=None,
        augmentation=None,
        input_noise=0.0,
        latent_dim=None,
        latent_distribution="normal",
        average=None,
        seed=None,
        **kwargs,
    ):
        if latent_dim is None:
            latent_dim = arguments.input_widths(generator)[0]
        arguments.check_counts(
            discriminator_steps=discriminator_steps,
            generator_steps=generator_steps,
            latent_dim=latent_dim,
            penalty_every=penalty_every,
            **({} if replay is None else {"replay": replay}),
        )
        arguments.check_weights(
            penalty_weight=penalty_weight,
            pulling_away=pulling_away,
            historical_weight=historical_weight,
        )
        arguments.check_choices(update, latent_distribution, average, clip)
        if update == "simultaneous":
            arguments.check_simultaneous(replay, generator_steps)
        if not generator.built:
            generator.build((None, latent_dim))
        sample_shape = arguments.sample_shape_of(generator, latent_dim)
        arguments.check_pair(sample_shape, discriminator)
        objective = losses.get(loss)
        if objective.needs_autoencoder:
            arguments.check_outputs(
                discriminator, ["reconstruction"], type(objective).__name__
            )
        if feature_matching or pulling_away:
            reason = "`feature_matching`" if feature_matching else "`pulling_away`"
            arguments.check_outputs(discriminator, ["features"], reason)
        arguments.check_penalty(discriminator, penalty)
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
        self.generator_steps = generator_steps
        self.penalty = penalty
        self.penalty_function = None if penalty is None else penalties.get(penalty)
        self.penalty_weight = penalty_weight
        self.penalty_every = penalty_every
        self.clip = clip
        self.reuse_batch = reuse_batch
        self.update = update
        self.skip_margin = skip_margin
        self.feature_matching = feature_matching
        self.pulling_away = pulling_away
        self.historical_weight = historical_weight
        self.weight_means = {}
        if historical_weight:
            self.weight_means = {
                "discriminator": self._copies(discriminator),
                "generator": self._copies(generator),
            }
        self.replay = replay
        self.pool = None
        if replay is not None:
            self.pool = layers.SamplePool(replay, seed=seed)
            self.pool.build(self._shapes_of_samples())
        self.augmentation = augmentation
        self.augment = _built(_augmentation(augmentation, seed), sample_shape)
        self.input_noise = input_noise
        self.noise = _built(_noise(input_noise, seed), sample_shape)
        self.latent_dim = latent_dim
        self.latent_distribution = latent_distribution
        self.average = average
        self.averaged_generator = None
        if average is not None:
            self.averaged_generator = _copy(generator, latent_dim)

    def call(self, inputs, training=False):
        """Samples for what the generator takes: latents `(batch, latent_dim)`, with a
        condition as a tuple of both."""
        return self.generator(inputs, training=training)

    # --- training

    def players(self):
        def clipped(value):
            return ops.clip(value, -self.clip, self.clip)

        return {
            "discriminator": Player(
                self.discriminator,
                constraint=None if self.clip is None else clipped,
                history=self.weight_means.get("discriminator"),
                history_weight=self.historical_weight,
            ),
            "generator": Player(
                self.generator,
                averaged=self.averaged_generator,
                decay=self.average,
                history=self.weight_means.get("generator"),
                history_weight=self.historical_weight,
            ),
        }

    def default_optimizers(self):
        return {
            player: keras.optimizers.Adam(2e-4, beta_1=0.5)
            for player in ("discriminator", "generator")
        }

    @property
    def logged(self):
        return (
            *self.objective.state,
            *self.objective.measures,
            *(("augmentation_probability",) if self.adaptive else ()),
        )

    @property
    def minibatches(self):
        return 1 if self.reuse_batch else self.discriminator_steps

    def train_step(self, data):
        minibatches = list(self.split(self.real_batch(data), self.minibatches))
        if self.reuse_batch:
            minibatches = minibatches * self.discriminator_steps
        *first, last = minibatches
        for real in first:
            self.improve("discriminator", self.discriminator_loss, real)
        if self.update == "simultaneous":
            both = ("discriminator", "generator")
            logits = self.improve(both, self.both_losses, last)
        else:
            logits = self.improve("discriminator", self.discriminator_loss, last)
            for _ in range(self.generator_steps):
                _, answer = self.minimize("generator", self.generator_loss, last)
            logits = {**logits, **answer}
        self.advance_objective(logits)
        return self.logs()

    def improve(self, players, losses, real):
        """One update in which the discriminator takes part; the logits it gave."""
        _, logits = self.minimize(players, losses, real, when=self.may_move)
        self.adapt_augmentation(logits)
        return logits

    def test_step(self, data):
        real = self.real_batch(data)
        _, logits = self.measure("discriminator", self.discriminator_loss, real, False)
        _, answer = self.measure("generator", self.generator_loss, real, False)
        self.log_objective({**logits, **answer})
        return self.logs()

    def real_batch(self, data):
        """`{"samples": images}`, and `"weights"` where the data has any."""
        samples, _, weights = self.unpack(data)
        return {"samples": samples} | ({} if weights is None else {"weights": weights})

    def discriminator_loss(self, real, training=True):
        """Algorithm 1, lines 3-5, for a minibatch of real samples; and the logits."""
        fake = detached(self.fake_batch, real, training)
        if training and self.pool is not None:
            fake = self.pool(fake)
        real, fake = self.seen(real, training), self.seen(fake, training)
        judged_real = self.judge(real, training)
        judged_fake = self.judge(fake, training)
        loss = self.discriminator_game(real, judged_real, fake, judged_fake)
        return loss + self.penalize(real, fake, training), {
            "real": judged_real["logits"],
            "fake": judged_fake["logits"],
        }

    def generator_loss(self, real, training=True):
        """Algorithm 1, lines 7-8, for as many fresh latents as there are samples."""
        fake = self.fake_batch(real, training)
        judged_fake = self.judge(self.seen(fake, training), training)
        judged_real = None
        if self.feature_matching:
            judged_real = self.judge(self.seen(real, training), training)
        loss = self.generator_game(judged_real, fake, judged_fake)
        return loss, {"fake": judged_fake["logits"]}

    def both_losses(self, real):
        """Both losses for the same samples, in one forward pass; and the logits."""
        real, fake = self.seen(real, True), self.seen(self.fake_batch(real), True)
        judged_real, judged_fake = self.judge(real), self.judge(fake)
        constant = keras.tree.map_structure(ops.stop_gradient, fake)
        loss = self.discriminator_game(real, judged_real, fake, judged_fake)
        return {
            "discriminator": loss + self.penalize(real, constant),
            "generator": self.generator_game(judged_real, fake, judged_fake),
        }, {"real": judged_real["logits"], "fake": judged_fake["logits"]}

    def discriminator_game(self, real, judged_real, fake, judged_fake):
        """The discriminator's objective, a scalar."""
        losses = self.objective.discriminator(
            judged_real["logits"], judged_fake["logits"], **self.state_values()
        )
        return (
            weighted_mean(losses, real.get("weights"))
            + self.auxiliary(judged_real, real)
            + self.auxiliary(judged_fake, fake)
        )

    def generator_game(self, judged_real, fake, judged_fake):
        """The generator's objective, a scalar."""
        if self.feature_matching:
            loss = losses.feature_matching(
                judged_real["features"], judged_fake["features"]
            )
        else:
            loss = ops.mean(
                self.objective.generator(judged_fake["logits"], **self.state_values())
            )
        if self.pulling_away:
            spread = losses.pulling_away(judged_fake["features"])
            loss = loss + self.pulling_away * ops.mean(spread)
        return loss + self.auxiliary(judged_fake, fake)

    def auxiliary(self, judged, given):
        """What both players lose by the discriminator's other outputs, a scalar.

        Args:
            judged: Outputs of the discriminator, a dictionary.
            given: What it judged: `"samples"` and, where there is one, a `"condition"`.
        """
        return 0.0

    def fake_batch(self, real, training=True):
        """As many generated samples as there are real ones: `{"samples": images}`."""
        samples = self.generator(self.sample_latents(real), training=training)
        return {"samples": samples}

    def sample_latents(self, real):
        """Random latents, one for each real sample: `(batch, latent_dim)`."""
        shape = (ops.shape(real["samples"])[0], self.latent_dim)
        if self.latent_distribution == "uniform":
            return keras.random.uniform(shape, -1.0, 1.0, seed=self.seed_generator)
        return keras.random.normal(shape, seed=self.seed_generator)

    def state_values(self):
        """The objective's state, `{name: scalar}`."""
        return {name: v.value for name, v in self.objective_state.items()}

    def advance_objective(self, logits):
        """Moves the objective's state on after a step."""
        self.log_objective(logits)
        after = self.objective.next_state(**logits, **self.state_values())
        for name, variable in self.objective_state.items():
            variable.assign(after[name])

    def log_objective(self, logits):
        """Logs the objective's state, and what it measures besides its losses."""
        for name, value in self.state_values().items():
            self.log(name, value)
        for name in self.objective.measures:
            self.log(name, getattr(self.objective, name)(**logits))
        if self.adaptive:
            self.log("augmentation_probability", self.augment.current_probability())

    # --- state and configuration

    def _copies(self, network):
        """Variables that start as the trainable ones of `network`."""
        return [
            self.add_weight(
                v.shape, _constant(v.numpy()), name=f"mean_{i}", trainable=False
            )
            for i, v in enumerate(network.trainable_variables)
        ]

    def _shapes_of_samples(self):
        """Shapes of what `fake_batch` returns."""
        widths = arguments.input_widths(self.generator)
        shapes = {"samples": (None, *self.sample_shape)}
        return shapes | ({"condition": (None, widths[1])} if len(widths) > 1 else {})

    def get_config(self):
        return {
            "generator": keras.saving.serialize_keras_object(self.generator),
            "discriminator": keras.saving.serialize_keras_object(self.discriminator),
            "loss": _serialize(self.loss),
            "discriminator_steps": self.discriminator_steps,
            "generator_steps": self.generator_steps,
            "penalty": _serialize(self.penalty),
            "penalty_weight": self.penalty_weight,
            "penalty_every": self.penalty_every,
            "clip": self.clip,
            "reuse_batch": self.reuse_batch,
            "update": self.update,
            "skip_margin": self.skip_margin,
            "feature_matching": self.feature_matching,
            "pulling_away": self.pulling_away,
            "historical_weight": self.historical_weight,
            "replay": self.replay,
            "augmentation": _serialize(self.augmentation),
            "input_noise": _serialize(self.input_noise),
            "latent_dim": self.latent_dim,
            "latent_distribution": self.latent_distribution,
            "average": self.average,
            "seed": self.seed,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        config = dict(config)
        for name in SERIALIZED:
            if isinstance(config.get(name), dict):
                config[name] = keras.saving.deserialize_keras_object(
                    config[name], custom_objects
                )
        return cls(**config)


def weighted_mean(losses, weights):
    """Mean over the batch; `weights` are relative.

    A loss of the discriminator pairs each real sample with an independent generated
    one, so weighting the pairs weights the real samples alone in expectation.
    """
    if weights is None:
        return ops.mean(losses)
    weights = ops.cast(weights, losses.dtype)
    return ops.sum(weights * losses) / ops.sum(weights)


def _serialize(value):
    if value is None or isinstance(value, (str, int, float)):
        return value
    return keras.saving.serialize_keras_object(value)


def _augmentation(given, seed):
    if given is None or isinstance(given, keras.layers.Layer):
        return given
    if given == "adaptive":
        return layers.AdaptiveAugmentation(seed=seed)
    return layers.DifferentiableAugmentation(given, seed=seed)


def _noise(given, seed):
    if not given or isinstance(given, keras.layers.Layer):
        return given or None
    return layers.GaussianNoise(given, seed=seed)


def _built(layer, sample_shape):
    """The layer, or None, built where it is not, as it is in a loaded model."""
    if layer is not None and not layer.built:
        layer.build((None, *sample_shape))
    return layer


def _constant(value):
    return keras.initializers.Constant(value)


def _copy(network, latent_dim):
    """A frozen network with the same weights."""
    copy = type(network).from_config(network.get_config())
    if not copy.built:
        copy.build((None, latent_dim))
    copy.set_weights(network.get_weights())
    copy.trainable = False
    return copy
