"""Wasserstein autoencoder (Tolstikhin, Bousquet, Gelly and Schoelkopf, 2017)."""

import keras
from keras import ops

from kerasgen.adversarial.code_game import CodeGame
from kerasgen.adversarial.fit_together import check_pair
from kerasgen.adversarial.game import outputs_of
from kerasgen.arguments import check_factors, check_one_of
from kerasgen.coding import Coding
from kerasgen.engine import GenerativeModel, check_scheduled, scheduled, value_at
from kerasgen.inputs import get_prior, prior_and_size
from kerasgen.losses import maximum_mean_discrepancy, squared_error, weighted_mean
from kerasgen.networks import code_discriminator
from kerasgen.registered import registered

DIVERGENCES = ("mmd", "gan")


@registered
class WassersteinAutoencoder(Coding, CodeGame, GenerativeModel):
    """An autoencoder whose codes together, not each, are distributed as a prior.

    Encoder Q and decoder G minimize

        E c(x, G(Q(x))) + lambda D(Q_z, P_z),   c(x, y) = 0.05 |x - y|^2

    over all values of a sample, which bounds an optimal transport cost between data
    and samples from above. `D` compares the codes of a minibatch with as many draws of
    the prior P_z: by the maximum mean discrepancy with inverse multiquadratic kernels
    (`"mmd"`), or by a discriminator (`"gan"`), which minimizes
    `lambda (-log D(z) - log(1 - D(Q(x))))` while `D(Q_z, P_z) = -log D(Q(x))`.

    `fit` logs, beside the players' losses, `reconstruction`, which is `|x - y|^2`, and
    `divergence`, both without their factors.

    Args:
        image_shape: `(height, width, channels)`, where samples are images. Convolutions
            need sizes as for `DCGAN`.
        latent_dim: Size of a code; None is that of the prior, or 8.
        prior: As for `AdversarialAutoencoder`; None is N(0, I).
        divergence: `"mmd"` or `"gan"`.
        log_prior: Whether `log p(z)` is added to the discriminator's logit, for it is a
            part of the best one: the authors do so for faces. Of a Gaussian prior.
        likelihood: As for `AdversarialAutoencoder`.
        architecture, filters, units, activation, batch_normalization: As for `VAE`.
        discriminator_units: Of the four hidden layers of the discriminator.
        encoder: Keras model from samples to codes `(batch, latent_dim)`, instead.
        decoder: Keras model from codes to samples, as the likelihood reads them,
            instead.
        discriminator: Keras model from codes to logits, instead; of `"gan"` alone.
        kind: What a sample is, a `kerasgen.kinds.Kind`, where it is no image.
        seed: Seed of what training draws.

    Raises:
        ValueError: If an argument is out of range, the prior has other vectors than
            the networks, or networks do not fit one another.

    Example:

    ```python
    model = kerasgen.models.WassersteinAutoencoder((28, 28, 1), filters=4, units=16)
    model.compile(weight=40.0)
    images = np.zeros((32, 28, 28, 1), "uint8")
    model.fit(images, batch_size=16, verbose=0)
    model.encode(images).shape  # (32, 8)
    model.generate(4).shape  # (4, 28, 28, 1)
    ```

    Reference:
        Tolstikhin et al., 2017, arXiv:1711.01558: algorithms 1 and 2, section 4. Factor
        of the cost, kernels, `log_prior` and networks of the discriminator are those of
        the authors' code, wae.py and models.py.

    Differences:
        The default networks have no batch normalization, and the encoder is not
        trained beforehand to match mean and covariance of the prior, as the authors'
        is for 200 steps. Images lie in [-1, 1] whatever they show; of digits the
        authors have them in [0, 1], where the same squared error is a quarter.
    """

    def __init__(
        self,
        image_shape=None,
        latent_dim=None,
        prior=None,
        divergence="mmd",
        log_prior=False,
        likelihood=None,
        architecture=None,
        filters=32,
        units=None,
        activation=None,
        batch_normalization=False,
        discriminator_units=512,
        encoder=None,
        decoder=None,
        discriminator=None,
        kind=None,
        seed=None,
        **kwargs,
    ):
        check_one_of(DIVERGENCES, divergence=divergence)
        _check_game(divergence, discriminator=discriminator, log_prior=log_prior)
        prior, latent_dim = prior_and_size(prior, latent_dim)
        super().__init__(
            image_shape,
            latent_dim,
            likelihood,
            architecture,
            filters,
            units,
            activation,
            batch_normalization,
            encoder=encoder,
            decoder=decoder,
            kind=kind,
            seed=seed,
            **kwargs,
        )
        self.draw_latents_from(prior or get_prior(None, self.latent_dim))
        self.divergence = divergence
        self.log_prior = log_prior
        if log_prior:
            self.prior.log_prob(ops.zeros((1, self.latent_dim)))  # or it says why not
        if divergence == "gan" and discriminator is None:
            discriminator = code_discriminator(self.latent_dim, discriminator_units, 4)
        if discriminator is not None:
            check_pair((self.latent_dim,), discriminator)
        self.discriminator = discriminator
        self.keep_defaults(None)

    @property
    def networks(self):
        if self.discriminator is None:
            return super().networks
        return {**super().networks, "discriminator": self.discriminator}

    # --- how it learns

    def members(self):
        coders = {"autoencoder": (self.encoder, self.decoder)}
        if self.discriminator is None:
            return coders
        return {"discriminator": self.discriminator, **coders}

    def players(self):
        return CodeGame.players(self)

    def default_optimizers(self):
        return {
            "autoencoder": keras.optimizers.Adam(1e-3, beta_1=0.5),
            "discriminator": keras.optimizers.Adam(5e-4, beta_1=0.5),
        }

    def compile(
        self,
        optimizer=None,
        loss=None,
        *,
        weight=40.0,
        factor=0.05,
        terms=None,
        views=None,
        constraints=None,
        average=None,
        **execution,
    ):
        """Prepares training; where nothing is said, as in the authors' code for digits.

        Args:
            optimizer: One optimizer (copied for each player), or a dictionary by
                player: `"autoencoder"`, and with `"gan"` `"discriminator"`. None is
                Adam with `beta_1` 0.5, of rate 1e-3 and 5e-4. For faces of CelebA the
                authors take 1e-3 with `"mmd"`, else 3e-4 and 1e-3.
            loss: Of the game of `"gan"`, as for `kerasgen.adversarial.GAN`; None is
                `"non_saturating"`.
            weight: `lambda`, a number or a schedule, see `kerasgen.engine.scheduled`.
                The authors take 100 for faces with 64 latents, and for digits with 8
                10, which is 40 for images in [-1, 1].
            factor: Of the squared error in the cost, above or at 0, as `weight`.
            terms, views, constraints: As for `kerasgen.adversarial.GAN`, of the game
                of `"gan"`, whose generator is the player `"autoencoder"`.
            average: As for `kerasgen.engine.GenerativeModel`, of encoder and decoder.
            **execution: `run_eagerly`, `steps_per_execution`, `jit_compile`.

        Raises:
            ValueError: If a number is out of range, or what belongs to a game is given
                without one.
        """
        given = {
            "loss": loss,
            "terms": terms,
            "views": views,
            "constraints": constraints,
        }
        _check_game(self.divergence, **given)
        weight, factor = scheduled(weight), scheduled(factor)
        check_scheduled(check_factors, weight=weight, factor=factor)
        self.prepare(weight=weight, factor=factor)
        game = self.agreed(**given, average=average)
        games = []
        if self.discriminator is not None:
            games.append(self.pairing(self.discriminator, self.judge))
        self.play_by(game, games)
        super().compile(optimizer, average=game.get("average"), **execution)
        self.warn_of_activations({"codes": (-1.0, 1.0)})

    def compile_objects(self):
        mine = {"weight": self.weight, "factor": self.factor}
        return {**super().compile_objects(), **mine}

    @property
    def logged(self):
        return ("reconstruction", "divergence", *super().logged)

    # --- training: algorithms 1 and 2

    def train_step(self, data):
        batch = self.unpack(data)  # x_1 ... x_n
        prior = self.draw_prior(batch)  # z_1 ... z_n from P_z
        if self.discriminator is not None:
            _, scores = self.minimize(
                "discriminator", self.discriminator_loss, batch, prior
            )
            self.adapt_views(scores)
            self.log_scores(scores)
            self.after_step(scores)
        _, terms = self.minimize("autoencoder", self.loss_of, batch, prior)
        self.log_terms(terms, batch)
        return self.logs()

    def test_step(self, data):
        batch = self.unpack(data)
        prior = self.draw_prior(batch)
        if self.discriminator is not None:
            _, scores = self.measure(
                "discriminator", self.discriminator_loss, batch, prior, False
            )
            self.log_scores(scores)
        _, terms = self.measure("autoencoder", self.loss_of, batch, prior, False)
        self.log_terms(terms, batch)
        return self.logs()

    def loss_of(self, batch, prior, training=True):
        """What encoder and decoder minimize, and its terms without their factors."""
        codes = self.encoded(batch, training)["codes"]  # Q(x)
        decoded = self.likelihood.mean(self.parameters(codes, batch, training))
        errors = squared_error(batch["samples"], decoded)
        if self.discriminator is None:
            divergence = maximum_mean_discrepancy(codes, prior, self.prior.variance)
        else:
            game = self.game(lambda: codes, batch, prior, "generator", training)
            divergence = self.adversarial_loss("generator", [game])
        cost = value_at(self.factor, self) * weighted_mean(errors, batch.get("weights"))
        loss = cost + value_at(self.weight, self) * divergence
        return loss, {"reconstruction": errors, "divergence": divergence}

    def discriminator_loss(self, batch, prior, training=True):
        """What the discriminator minimizes, and its scores of both sides."""

        def codes():
            return self.encoded(batch, training)["codes"]

        game = self.game(codes, batch, prior, "discriminator", training)
        loss = self.adversarial_loss("discriminator", [game])
        return value_at(self.weight, self) * loss, game.scores()

    def game(self, codes, batch, prior, player, training):
        """The `Game` of draws of the prior and of what `codes()` gives."""
        real = {k: v for k, v in batch.items() if k == "weights"}
        real["samples"] = prior
        return self.rules[0].game(real, lambda: {"samples": codes()}, player, training)

    def draw_prior(self, batch):
        """As many draws of the prior as there are samples, `(batch, latent_dim)`."""
        n = ops.shape(batch["samples"])[0]
        return self.prior.in_training(n, self.seed_generator)

    def judge(self, given, training=True):
        """What the discriminator says of codes, by name."""
        codes = given["samples"]
        outputs = outputs_of(self.discriminator, codes, training)
        if not self.log_prior:
            return outputs
        density = ops.expand_dims(self.prior.log_prob(codes), 1)
        return {**outputs, "logits": outputs["logits"] + density}

    def log_terms(self, terms, batch):
        """Logs both terms of the loss without their factors."""
        self.log("reconstruction", terms["reconstruction"], batch.get("weights"))
        self.log("divergence", terms["divergence"])

    def get_config(self):
        objects = {"prior": self.prior, "discriminator": self.discriminator}
        config = super().get_config()
        for name in ("num_classes", "class_names"):
            config.pop(name)
        return {
            **config,
            **keras.saving.serialize_keras_object(objects),
            "divergence": self.divergence,
            "log_prior": self.log_prior,
        }


def _check_game(divergence, **given):
    """Refuses what belongs to a game where there is none."""
    for name, value in given.items():
        if value and divergence != "gan":
            raise ValueError(
                f"`{name}` belongs to the game of divergence='gan'. "
                f"Received: {name}={value!r} with divergence={divergence!r}"
            )
