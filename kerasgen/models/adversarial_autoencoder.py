"""Adversarial autoencoder (Makhzani, Shlens, Jaitly, Goodfellow and Frey, 2015)."""

import keras
from keras import ops

from kerasgen.adversarial.code_game import CodeGame
from kerasgen.adversarial.fit_together import check_pair
from kerasgen.adversarial.game import outputs_of
from kerasgen.coding import Coding, together
from kerasgen.engine import GenerativeModel
from kerasgen.inputs import Labels, answer, get_prior, philox, prior_and_size
from kerasgen.losses import squared_error, weighted_mean
from kerasgen.networks import code_discriminator
from kerasgen.registered import registered


@registered
class AdversarialAutoencoder(Coding, CodeGame, GenerativeModel):
    """An autoencoder whose codes a discriminator makes look like draws of a prior.

    Each minibatch has two phases. In the reconstruction phase encoder Q and decoder P
    minimize `|x - P(Q(x))|^2`, the sum over all values of a sample. In the
    regularization phase the discriminator minimizes
    `-log D(z) - log(1 - D(Q(x)))`, `z` of the prior, and then the encoder
    `-log D(Q(x))`. Afterwards latents of the prior decode to samples.

    With `num_classes` every class gets a part of the prior of its own: the
    discriminator also takes the label of a sample, one-hot, or in one more place that
    the sample has none, and sees with each label draws of the part of that number.
    Labels may be -1, none; the networks do not take them. `generate(labels=...)` draws
    latents of those parts.

    `fit` logs, beside the players' losses, `reconstruction`.

    Args:
        image_shape: `(height, width, channels)`, where samples are images. Convolutions
            need sizes as for `DCGAN`.
        latent_dim: Size of a code; None is that of the prior, or 8.
        prior: A `kerasgen.inputs.Prior` or its name, `"mixture"`, `"swiss_roll"` or
            `{"name": "mixture", "parts": 10}`; None is N(0, I).
        num_classes: Number of classes with a part of the prior each; None for none.
        class_names: What they are called, as for `CGAN`.
        likelihood: Says how outputs of the decoder are read, whose mean is the sample:
            None is a sigmoid, scaled, for images and voxels, else plain numbers.
        architecture, filters, units, activation, batch_normalization: As for `VAE`.
        discriminator_units: Of the two hidden layers of the discriminator.
        encoder: Keras model from samples to codes `(batch, latent_dim)`, instead.
        decoder: Keras model from codes to samples, as the likelihood reads them,
            instead.
        discriminator: Keras model from codes, or `(codes, (batch, num_classes + 1))`,
            to logits, instead.
        kind: What a sample is, a `kerasgen.kinds.Kind`, where it is no image.
        seed: Seed of what training draws.

    Raises:
        ValueError: If an argument is out of range, the prior has other vectors than
            the networks or other parts than there are classes, or networks do not fit
            one another.

    Example:

    ```python
    prior = kerasgen.inputs.MixturePrior(parts=10)
    model = kerasgen.models.AdversarialAutoencoder(
        (28, 28, 1), prior=prior, filters=4, units=16, discriminator_units=16
    )
    model.compile()
    images = np.zeros((32, 28, 28, 1), "uint8")
    model.fit(images, batch_size=16, verbose=0)
    model.encode(images).shape  # (32, 2)
    model.generate(4).shape  # (4, 28, 28, 1)
    ```

    Reference:
        Makhzani et al., 2015, arXiv:1511.05644: section 2, figure 1; labels: section
        2.3, figure 3. The encoder is the deterministic one of section 2.

    Differences:
        Adam of rate 1e-3, 2e-4 with `beta_1` 0.5 for both sides of the game, in place
        of SGD with momentum. The default networks are convolutional.
    """

    learning = ("loss", "terms", "views", "constraints", "average")

    def __init__(
        self,
        image_shape=None,
        latent_dim=None,
        prior=None,
        num_classes=None,
        class_names=None,
        likelihood=None,
        architecture=None,
        filters=32,
        units=None,
        activation=None,
        batch_normalization=False,
        discriminator_units=1000,
        encoder=None,
        decoder=None,
        discriminator=None,
        kind=None,
        seed=None,
        **kwargs,
    ):
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
        if num_classes is not None:
            self.classes = Labels(num_classes, False, class_names, unlabeled=True)
            _check_parts(self.prior, num_classes)
        told = [] if num_classes is None else [Labels(num_classes + 1)]
        if discriminator is None:
            discriminator = code_discriminator(
                self.latent_dim,
                discriminator_units,
                condition_dim=sum(each.size for each in told),
            )
        check_pair((self.latent_dim,), discriminator, told)
        self.discriminator = discriminator
        self.keep_defaults(None)

    classes = None

    @property
    def labels(self):
        """The classes that have a part of the prior each: no network takes them."""
        return self.classes

    @property
    def networks(self):
        return {**super().networks, "discriminator": self.discriminator}

    # --- how it learns

    def members(self):
        return {
            "autoencoder": (self.encoder, self.decoder),
            "discriminator": self.discriminator,
            "generator": self.encoder,
        }

    def players(self):
        return CodeGame.players(self)

    def default_optimizers(self):
        game = CodeGame.default_optimizers(self)
        return {**game, "autoencoder": keras.optimizers.Adam(1e-3)}

    def compile(
        self,
        optimizer=None,
        loss=None,
        *,
        terms=None,
        views=None,
        constraints=None,
        average=None,
        **execution,
    ):
        """Prepares training; where nothing is said, nearly as in the paper.

        Args:
            optimizer: One optimizer (copied for each player), or a dictionary by
                player: `"autoencoder"` for the reconstruction, `"discriminator"`, and
                `"generator"` for the encoder in its game. None is Adam, of rate 1e-3
                for the first, else 2e-4 with `beta_1` 0.5.
            loss: Of the game, as for `kerasgen.adversarial.GAN`; None is
                `"non_saturating"`.
            terms, views, constraints: As for `kerasgen.adversarial.GAN`; what they see
                are codes.
            average: As for `kerasgen.engine.GenerativeModel`, of encoder and decoder.
            **execution: `run_eagerly`, `steps_per_execution`, `jit_compile`.

        Raises:
            ValueError: If a name is unknown, or something does not fit the networks or
                one another.
        """
        game = self.agreed(
            loss=loss,
            terms=terms,
            views=views,
            constraints=constraints,
            average=average,
        )
        self.play_by(game, [self.pairing(self.discriminator, self.judge)])
        super().compile(optimizer, average=game.get("average"), **execution)
        self.warn_of_activations({"codes": (-1.0, 1.0)})

    @property
    def logged(self):
        return ("reconstruction", *super().logged)

    # --- training

    def train_step(self, data):
        batch = self.unpack(data)
        # Reconstruction phase: encoder and decoder.
        _, errors = self.minimize("autoencoder", self.reconstruction_loss, batch)
        # Regularization phase: the discriminator, then the encoder, its generator.
        prior = self.draw_prior(batch)
        _, scores = self.minimize(
            "discriminator", self.game_loss, "discriminator", batch, prior
        )
        self.minimize("generator", self.game_loss, "generator", batch, prior)
        self.adapt_views(scores)
        self.log_step(batch, errors, scores)
        self.after_step(scores)
        return self.logs()

    def test_step(self, data):
        batch = self.unpack(data)
        _, errors = self.measure("autoencoder", self.reconstruction_loss, batch, False)
        prior = self.draw_prior(batch)
        for player in ("discriminator", "generator"):
            _, scores = self.measure(
                player, self.game_loss, player, batch, prior, False
            )
        self.log_step(batch, errors, scores)
        return self.logs()

    def reconstruction_loss(self, batch, training=True):
        """The mean of `|x - P(Q(x))|^2`, and these of each sample."""
        codes = self.encoded(batch, training)["codes"]
        decoded = self.likelihood.mean(self.parameters(codes, batch, training))
        errors = squared_error(batch["samples"], decoded)
        return weighted_mean(errors, batch.get("weights")), errors

    def game_loss(self, player, batch, prior, training=True):
        """What a player of the game minimizes, and the scores of both sides."""

        def coded():
            codes = self.encoded(batch, training)["codes"]
            return {**prior, "samples": codes}  # with the labels of the samples

        weights = {k: v for k, v in batch.items() if k == "weights"}
        game = self.rules[0].game({**prior, **weights}, coded, player, training)
        return self.adversarial_loss(player, [game]), game.scores()

    def draw_prior(self, batch):
        """As many draws of the prior, each with the label of a sample, if there are."""
        n = ops.shape(batch["samples"])[0]
        if self.classes is None:
            return {"samples": self.prior.in_training(n, self.seed_generator)}
        ones = batch["labels"]  # zeros where a sample has no label
        unlabeled = 1.0 - ops.sum(ones, axis=1, keepdims=True)
        parts = ops.where(unlabeled[:, 0] > 0.5, -1, ops.argmax(ones, axis=1))
        parts = ops.cast(parts, "int32")
        return {
            "samples": self.prior.in_training(n, self.seed_generator, parts=parts),
            "labels": ops.concatenate([ones, unlabeled], axis=1),
        }

    def judge(self, given, training=True):
        """What the discriminator says of codes, or of codes and labels, by name."""
        shown = [given[name] for name in ("samples", "labels") if name in given]
        return outputs_of(self.discriminator, together(*shown), training)

    def log_step(self, batch, errors, scores):
        """Logs what a step knows besides losses."""
        self.log("reconstruction", errors, batch.get("weights"))
        self.log_scores(scores)

    # --- after training

    def generate(self, n=None, *, labels=None, latents=None, seed=None, **arguments):
        """As for any model; of labels, latents come from their parts of the prior.

        Args:
            n, latents, seed, **arguments: As for `kerasgen.engine.GenerativeModel`.
            labels: Of a model with classes: integers `(n,)`, one integer, or names.

        Returns:
            Array `(n, ...)` of the dtype of the data: uint8 for images.

        Raises:
            ValueError: If an argument does not fit, or both labels and latents are
                given.
        """
        if labels is None:
            return super().generate(n, latents=latents, seed=seed, **arguments)
        if latents is not None:
            raise ValueError(
                "`labels` say where latents are drawn: pass one of the two. "
                "Received: labels and latents"
            )
        if self.classes is None:
            return super().generate(n, labels=labels, seed=seed, **arguments)
        labels = answer((self.classes,), n, labels=labels)["labels"]
        parts = self.classes.encode(labels).argmax(axis=1)
        latents = self.prior.draw(len(parts), philox(seed), parts)
        return super().generate(latents=latents, seed=seed, **arguments)

    def get_config(self):
        objects = {"prior": self.prior, "discriminator": self.discriminator}
        return {
            **super().get_config(),
            **keras.saving.serialize_keras_object(objects),
        }


def _check_parts(prior, num_classes):
    if prior.parts != num_classes:
        raise ValueError(
            "`prior` must have a part for each class: "
            f"kerasgen.inputs.MixturePrior({num_classes}). "
            f"Received: num_classes={num_classes} with prior={prior}"
        )
