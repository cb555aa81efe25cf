"""Autoencoder (Hinton and Salakhutdinov, 2006), with or without noise."""

import keras

from kerasgen import layers
from kerasgen.adversarial import views as known_views
from kerasgen.adversarial.rules import fresh, listed
from kerasgen.coding import Coding
from kerasgen.engine import GenerativeModel
from kerasgen.inputs import FittedMixture
from kerasgen.losses import get_reconstruction, weighted_mean
from kerasgen.registered import registered


@registered
class Autoencoder(Coding, GenerativeModel):
    """An encoder to a few numbers and a decoder back, which learn to give x again.

        min over E, D:  E_x d(x, D(E(x + noise)))

    Nothing says how codes are distributed, so that there is nothing to draw them from:
    a decoder knows what to make of codes of samples alone. `fit_prior` fits a mixture
    of Gaussians to them afterwards, and from then on `generate` samples.

    Args:
        image_shape: `(height, width, channels)`, where samples are images. Convolutions
            need sizes as for `DCGAN`.
        latent_dim: Size of a code; that of the encoder's where one is given.
        likelihood: How outputs of the decoder are read, as for `VAE`; None, Bernoulli,
            for images and voxels: logits, whose sigmoid is the pixel; of others the
            sample itself, a Gaussian of variance 1.
        architecture, filters, units, activation, batch_normalization: As for `VAE`.
        num_classes, class_names: As for `VAE`.
        encoder: Keras model from samples, or `(samples, labels)`, to codes
            `(batch, latent_dim)`, instead.
        decoder: Keras model from codes, or `(codes, labels)`, to the parameters of the
            likelihood, instead.
        kind: What a sample is, a `kerasgen.kinds.Kind`, where it is no image.
        mixture: A `kerasgen.layers.GaussianMixture` of codes, which `fit_prior` makes.
        seed: Seed of what training draws.

    Raises:
        ValueError: If an argument is out of range, or networks do not fit one another,
            the kind or the likelihood.

    Example:

    ```python
    model = kerasgen.models.Autoencoder((28, 28, 1), latent_dim=8, filters=4, units=16)
    model.compile(loss="mse", views=[kerasgen.layers.GaussianNoise(0.3)])
    images = np.zeros((32, 28, 28, 1), "uint8")
    model.fit(images, batch_size=16, verbose=0)
    model.encode(images).shape  # (32, 8)
    model.reconstruct(images).shape  # (32, 28, 28, 1)
    ```

    Reference:
        Hinton and Salakhutdinov, 2006, Reducing the dimensionality of data with neural
        networks, Science 313; Vincent et al., 2008, Extracting and composing robust
        features with denoising autoencoders, section 2.3. A mixture of Gaussians on
        codes: Ghosh et al., 2019, arXiv:1903.12436, section 5.

    Differences:
        Trained at once, without restricted Boltzmann machines layer by layer.
    """

    def __init__(
        self,
        image_shape=None,
        latent_dim=20,
        likelihood=None,
        architecture=None,
        filters=32,
        units=None,
        activation=None,
        batch_normalization=False,
        num_classes=None,
        class_names=None,
        encoder=None,
        decoder=None,
        kind=None,
        mixture=None,
        seed=None,
        **kwargs,
    ):
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
        self.mixtures = []  # of at most one: what takes its place is tracked instead
        self._draw_from(mixture or layers.GaussianMixture(self.latent_dim))

    @property
    def mixture(self):
        """The `kerasgen.layers.GaussianMixture` of codes, without components at first.

        It is saved with the model, and in its entry of the zoo.
        """
        return self.mixtures[0]

    @property
    def networks(self):
        return {**super().networks, "mixture": self.mixture}

    def _draw_from(self, mixture):
        prior = FittedMixture(mixture.size, mixture.components)
        prior.mixture = mixture
        self.draw_latents_from(prior, "mixture")
        self.mixtures.clear()
        self.mixtures.append(mixture)

    # --- how it learns

    def compile(
        self, optimizer=None, loss="mse", *, views=(), average=None, **execution
    ):
        """Prepares training.

        Args:
            optimizer: None for Adam of rate 1e-3, or any.
            loss: What is compared: `"mse"`, `"mae"`, `"log_likelihood"` of the model's
                likelihood (the cross-entropy, of a Bernoulli one), a
                `kerasgen.losses.perceptual(extractor, layers)`, or a
                `kerasgen.losses.Reconstruction`.
            views: What the encoder gets to see of a sample, in training: a Keras layer,
                such as `kerasgen.layers.GaussianNoise(0.3)`, its name, or a list of
                such. It makes a denoising autoencoder; what is compared is the sample
                itself.
            average: As for `kerasgen.engine.GenerativeModel`, of both networks.
            **execution: `run_eagerly`, `steps_per_execution`, `jit_compile`.

        Raises:
            ValueError: If a name is unknown, or a view is one of a game.
        """
        objective = get_reconstruction(loss)
        views = [known_views.get(view, self.seed) for view in listed(views)]
        views = [fresh(_checked(view)) for view in views]
        known_views.build(views, self.kind.shape, {})
        self.prepare(objective=objective, views=views)
        super().compile(optimizer, average=average, **execution)
        self.warn_of_activations({})

    def compile_objects(self):
        mine = {"loss": self.objective, "views": list(self.views)}
        return {**super().compile_objects(), **mine}

    def train_step(self, data):
        batch = self.unpack(data)
        self.minimize("autoencoder", self.loss_of, batch)
        return self.logs()

    def test_step(self, data):
        batch = self.unpack(data)
        self.measure("autoencoder", self.loss_of, batch, False)
        return self.logs()

    def loss_of(self, batch, training=True):
        """The mean distance of a minibatch and what becomes of it."""
        shown = {**batch, "samples": self.viewed(batch["samples"], training)}
        codes = self.code_of(self.encoded(shown, training))  # E(x + noise)
        parameters = self.parameters(codes, batch, training)  # D(E(x + noise))
        errors = self.objective(batch["samples"], parameters, self.likelihood)
        return weighted_mean(errors, batch.get("weights"))

    def viewed(self, samples, training):
        """What the encoder gets to see of samples."""
        if training:
            for view in self.views:
                samples = view(samples, training=True)
        return samples

    # --- after training

    def fit_prior(
        self,
        samples,
        labels=None,
        *,
        components=10,
        covariance="full",
        seed=0,
        **arguments,
    ):
        """Fits a mixture of Gaussians to the codes of samples.

        From then on `generate` draws codes from it. It is saved with the model.

        Args:
            samples: Array `(n, ...)` of the model's kind, such as the training set.
            labels: Of a model with labels, as for `encode`.
            components: Gaussians in the mixture.
            covariance: `"full"`, `"diag"`, `"spherical"`, or `"tied"`.
            seed: Integer that fixes where the fit begins.
            **arguments: As for `encode`.

        Returns:
            The `kerasgen.layers.GaussianMixture`.

        Raises:
            ValueError: If an argument does not fit.
            ImportError: If scikit-learn is not installed.
        """
        codes = self.encode(samples, labels, **arguments)
        fitted = layers.GaussianMixture.fitted(codes, components, covariance, seed)
        self._draw_from(fitted)
        return fitted

    def get_config(self):
        mixture = keras.saving.serialize_keras_object(self.mixture)
        return {**super().get_config(), "mixture": mixture}


def _checked(view):
    """Refuses a view that needs a game: a pool, one that adapts itself or sees both."""
    of_game = isinstance(view, layers.SamplePool) or hasattr(view, "adapt")
    if of_game or getattr(view, "whole", False):
        raise ValueError(
            "`views` of an autoencoder change single samples, as "
            "`kerasgen.layers.GaussianNoise` does; this one belongs to a game. "
            f"Received: views with {type(view).__name__}"
        )
    return view
