"""Semi-supervised adversarial autoencoder (Makhzani et al., 2015, section 5)."""

import keras
from keras import ops

from kerasgen.adversarial.code_game import CodeGame
from kerasgen.adversarial.fit_together import check_pair
from kerasgen.coding import Coding
from kerasgen.engine import GenerativeModel
from kerasgen.inputs import Labels, get_prior
from kerasgen.losses import squared_error, weighted_mean
from kerasgen.networks import code_discriminator
from kerasgen.networks.shapes import output_shapes
from kerasgen.registered import registered

GAMES = ("classes", "codes")


@registered
class SemiSupervisedAAE(Coding, CodeGame, GenerativeModel):
    """An adversarial autoencoder whose encoder also says the class, from few labels.

    The encoder gives class probabilities y and a code z, the decoder makes the sample
    again of both. One discriminator makes y look like one-hot classes, all equally
    likely, another makes z look like draws of N(0, I): so y has nothing to hold but the
    class, and z what does not depend on it. Each minibatch has three phases:

        reconstruction       encoder and decoder: |x - P(y, z)|^2
        regularization       the discriminators, then the encoder against both
        classification       encoder: cross-entropy of y, of samples with a label

    Labels of -1 mark samples without one. A batch should hold a good number of labeled
    samples: where there are few, repeat them in the data.

    `fit` logs, beside the players' losses, `reconstruction`, and `accuracy`, the share
    of labeled samples whose class is the most probable one.

    Args:
        image_shape: `(height, width, channels)`, where samples are images.
        num_classes: Number of classes.
        latent_dim: Size of z.
        class_names: What classes are called, as for `CGAN`.
        likelihood: As for `AdversarialAutoencoder`.
        architecture, filters, units, activation, batch_normalization: As for `VAE`.
        discriminator_units: Of the two hidden layers of both discriminators.
        encoder: Keras model from samples to a dictionary of `"codes"`, z, and
            `"classes"`, logits `(batch, num_classes)`, instead.
        decoder: Keras model from `(codes, (batch, num_classes))` to samples, as the
            likelihood reads them, instead.
        code_discriminator, class_discriminator: Keras models from z, and from class
            probabilities, to logits, instead.
        kind: What a sample is, a `kerasgen.kinds.Kind`, where it is no image.
        seed: Seed of what training draws.

    Raises:
        ValueError: If an argument is out of range, or networks do not fit one another.

    Example:

    ```python
    model = kerasgen.models.SemiSupervisedAAE(
        (28, 28, 1), num_classes=10, filters=4, units=16, discriminator_units=16
    )
    model.compile()
    images = np.zeros((32, 28, 28, 1), "uint8")
    labels = np.where(np.arange(32) < 8, np.arange(32), -1)  # eight of them labeled
    model.fit(images, labels, batch_size=16, verbose=0)
    model.classify(images).shape  # (32, 10)
    model.generate(labels=[3, 5]).shape  # (2, 28, 28, 1)
    ```

    Reference:
        Makhzani et al., 2015, arXiv:1511.05644, section 5 and figure 6.

    Differences:
        Adam of rate 1e-3 for reconstruction and classification, 2e-4 with `beta_1` 0.5
        for the games, in place of SGD with momentum. The class of a labeled sample is
        reconstructed from the probabilities as well.
    """

    heads = ("codes",)
    shows_labels = False

    def __init__(
        self,
        image_shape=None,
        num_classes=10,
        latent_dim=10,
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
        code_discriminator=None,
        class_discriminator=None,
        kind=None,
        seed=None,
        **kwargs,
    ):
        labels = Labels(num_classes, False, class_names, unlabeled=True)
        super().__init__(
            image_shape,
            latent_dim,
            likelihood,
            architecture,
            filters,
            units,
            activation,
            batch_normalization,
            num_classes,
            class_names,
            encoder,
            decoder,
            kind,
            seed,
            **kwargs,
        )
        self.inputs = (get_prior(None, self.latent_dim), labels)
        _check_classes(self.encoder, self.kind.shape, num_classes)
        self.code_discriminator = _discriminator(
            code_discriminator, self.latent_dim, discriminator_units
        )
        self.class_discriminator = _discriminator(
            class_discriminator, num_classes, discriminator_units
        )
        self.keep_defaults(None)

    def sizes_of_heads(self, latent_dim, num_classes):
        return {"codes": latent_dim, "classes": num_classes}

    def call(self, inputs, training=False):
        """Samples as networks take them, by way of their codes and classes."""
        said = self.encoder(inputs, training=training)
        takes = said["codes"], ops.softmax(said["classes"])
        return self.samples_of(self.decoder(takes, training=training))

    @property
    def networks(self):
        return {
            **super().networks,
            "code_discriminator": self.code_discriminator,
            "class_discriminator": self.class_discriminator,
        }

    # --- how it learns

    def members(self):
        return {
            "autoencoder": (self.encoder, self.decoder),
            "discriminator": (self.class_discriminator, self.code_discriminator),
            "generator": self.encoder,
            "classifier": self.encoder,
        }

    def players(self):
        return CodeGame.players(self)

    def default_optimizers(self):
        game = CodeGame.default_optimizers(self)
        adam = keras.optimizers.Adam(1e-3)
        return {**game, "autoencoder": adam, "classifier": adam}

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
                player: `"autoencoder"`, `"discriminator"` for both of them,
                `"generator"` for the encoder in its games, `"classifier"`.
            loss, terms, views, constraints: As for `AdversarialAutoencoder`; copied for
                each game.
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
        of_classes = self.pairing(self.class_discriminator, size=self.labels.size)
        of_codes = self.pairing(self.code_discriminator)
        self.play_by(game, [of_classes, of_codes])
        super().compile(optimizer, average=game.get("average"), **execution)

    @property
    def logged(self):
        return ("reconstruction", "accuracy", *super().logged)

    # --- training

    def train_step(self, data):
        batch = self.unpack(data)
        # Reconstruction phase: encoder and decoder.
        _, errors = self.minimize("autoencoder", self.reconstruction_loss, batch)
        # Regularization phase: both discriminators, then the encoder against them.
        prior = self.draw_prior(batch)
        _, scores = self.minimize(
            "discriminator", self.game_loss, "discriminator", batch, prior
        )
        self.minimize("generator", self.game_loss, "generator", batch, prior)
        # Semi-supervised classification phase: the encoder, of samples with a label.
        _, right = self.minimize("classifier", self.classification_loss, batch)
        self.adapt_views(*scores)
        self.log_step(batch, errors, right, scores)
        self.after_step(*scores)
        return self.logs()

    def test_step(self, data):
        batch = self.unpack(data)
        _, errors = self.measure("autoencoder", self.reconstruction_loss, batch, False)
        prior = self.draw_prior(batch)
        for player in ("discriminator", "generator"):
            _, scores = self.measure(
                player, self.game_loss, player, batch, prior, False
            )
        _, right = self.measure("classifier", self.classification_loss, batch, False)
        self.log_step(batch, errors, right, scores)
        return self.logs()

    def reconstruction_loss(self, batch, training=True):
        """The mean of `|x - P(y, z)|^2`, and these of each sample."""
        said = self.encoded(batch, training)
        shown = {**batch, "labels": ops.softmax(said["classes"])}
        decoded = self.likelihood.mean(self.parameters(said["codes"], shown, training))
        errors = squared_error(batch["samples"], decoded)
        return weighted_mean(errors, batch.get("weights")), errors

    def game_loss(self, player, batch, prior, training=True):
        """What a player of both games minimizes, and the scores in each."""

        def said(name):
            heads = self.encoded(batch, training)
            return ops.softmax(heads["classes"]) if name == "classes" else heads[name]

        games = [
            rules.game(
                {"samples": prior[name]},
                lambda name=name: {"samples": said(name)},
                player,
                training,
            )
            for rules, name in zip(self.rules, GAMES, strict=True)
        ]
        return self.adversarial_loss(player, games), [game.scores() for game in games]

    def classification_loss(self, batch, training=True):
        """The cross-entropy of labeled samples, and which of them are right."""
        ones = batch["labels"]  # zeros where a sample has no label
        logits = ops.cast(self.encoded(batch, training)["classes"], "float32")
        entropy = -ops.sum(ones * ops.log_softmax(logits), axis=1)
        right = ops.equal(ops.argmax(logits, axis=1), ops.argmax(ones, axis=1))
        return weighted_mean(entropy, self.counted(batch)), ops.cast(right, "float32")

    def counted(self, batch):
        """Weights of the samples that have a label."""
        labeled = ops.sum(batch["labels"], axis=1)
        return labeled * ops.cast(batch.get("weights", 1.0), "float32")

    def draw_prior(self, batch):
        """As many draws of one-hot classes, and of codes."""
        n = ops.shape(batch["samples"])[0]
        prior, labels = self.inputs
        classes = keras.random.randint(
            (n,), 0, labels.size, dtype="int32", seed=self.seed_generator
        )
        return {
            "classes": ops.one_hot(classes, labels.size, dtype="float32"),
            "codes": prior.in_training(n, self.seed_generator),
        }

    def log_step(self, batch, errors, right, scores):
        """Logs what a step knows besides losses."""
        self.log("reconstruction", errors, batch.get("weights"))
        self.log("accuracy", right, self.counted(batch))
        self.log_scores(*scores)

    # --- after training

    def classify(self, samples, **arguments):
        """Class probabilities of samples.

        Args:
            samples: Array `(n, ...)` of the model's kind, as in the data.
            **arguments: `batch_size`, `averaged` and `verbose`, as for `generate`.

        Returns:
            float32 array `(n, num_classes)`, of which each row sums to one.

        Raises:
            ValueError: If samples are of another kind.
        """
        return _softmax(self.heads_of(samples, **arguments)["classes"])

    def reconstruct(self, samples, **arguments):
        """Samples of their codes and class probabilities; for arguments see `encode`.

        Returns:
            Array `(n, ...)`, as `generate` returns it.
        """
        heads = self.heads_of(samples, **arguments)
        # Probabilities, which `generate` would not take for labels.
        takes = heads["codes"], _softmax(heads["classes"])
        decoder = self.network("decoder", arguments.get("averaged"))
        return self.run(
            decoder,
            takes,
            arguments.get("batch_size", 64),
            arguments.get("verbose", "auto"),
            to_host=self._to_host,
        )

    def get_config(self):
        objects = {
            "code_discriminator": self.code_discriminator,
            "class_discriminator": self.class_discriminator,
        }
        return {
            **super().get_config(),
            **keras.saving.serialize_keras_object(objects),
        }


def _softmax(logits):
    return ops.convert_to_numpy(ops.softmax(ops.convert_to_tensor(logits)))


def _discriminator(network, size, units):
    if network is None:
        network = code_discriminator(size, units)
    check_pair((size,), network)
    return network


def _check_classes(encoder, shape, num_classes):
    shapes = output_shapes(encoder, "encoder", [shape])
    found = shapes.get("classes") if isinstance(shapes, dict) else None
    if found != (num_classes,):
        raise ValueError(
            f"`encoder` must return `classes` of shape (batch, {num_classes}) beside "
            f"`codes`. Received: encoder={encoder.name!r} with {shapes}"
        )
