"""Variational autoencoder (Kingma and Welling, 2013)."""

import math

import keras
from keras import ops

from kerasgen.coding import Coding, LogDensities, importance_sampled
from kerasgen.engine import GenerativeModel
from kerasgen.losses import gaussian_kl, gaussian_log_prob, get_bound
from kerasgen.losses.likelihood import LOG_VARIANCE
from kerasgen.registered import registered

# What q(z|x) must reach, at the least, to come near N(0, 1) for all samples together.
POSTERIOR = {"mean": (-1.0, 1.0), "log_var": LOG_VARIANCE}


@registered
class VAE(Coding, GenerativeModel):
    """An autoencoder whose codes are distributions, and so can be sampled.

    Samples come from latents, `z ~ N(0, I)` and `x ~ p(x|z)`; the encoder approximates
    the way back by `q(z|x) = N(m(x), s(x)^2)`. Both networks maximize the evidence
    lower bound

        log p(x) >= E_q[log p(x|z)] - KL(q(z|x) || N(0, I))

    whose gradient passes through `z = m + s * eps`, `eps ~ N(0, I)`.

    `fit` and `evaluate` log, in nats for each sample, `reconstruction`, `-log p(x|z)`
    at one `z`; `kl`; and `elbo`, the bound itself, whatever the loss weighs; and
    `bits_per_dim`, the negative bound in bits for each value of a sample. `log_prob`
    comes nearer to the log-likelihood.

    Args:
        image_shape: `(height, width, channels)`, where samples are images. Convolutions
            need sizes as for `DCGAN`.
        latent_dim: Size of a latent; that of the encoder's mean where one is given.
        likelihood: p(x|z): `"bernoulli"`, `"gaussian"`, `"discretized_logistic"` of
            bytes, a `kerasgen.losses.Likelihood` or `{"name": "gaussian", "variance":
            0.1}`; None is Bernoulli for images and voxels, else Gaussian.
        architecture: `"convolutional"`, for images, or `"mlp"`, the paper's dense
            networks, for samples of any shape; None is the first where it can be.
        filters: Filters of the convolutions at the largest resolution.
        units: Units of each hidden dense layer, one number or several, from samples to
            latents; None is 256 beside convolutions and the paper's 500 in `"mlp"`.
        activation: Of hidden layers; None is ReLU beside convolutions and the paper's
            tanh in `"mlp"`.
        batch_normalization: Whether convolutions are normalized. What the bound is for
            a sample then depends, in training, on its batch.
        num_classes: Number of classes or attributes that both networks take beside the
            rest; None for a model without labels.
        class_names: What they are called, as for `CGAN`.
        encoder: Keras model from samples, or `(samples, labels)`, to a dictionary of
            `"mean"` and `"log_var"`, log s^2, each `(batch, latent_dim)`, instead.
        decoder: Keras model from latents, or `(latents, labels)`, to the parameters of
            the likelihood, by name or, where there is one, alone, instead. Labels come
            as zeros and ones, `(batch, num_classes)`.
        kind: What a sample is, a `kerasgen.kinds.Kind`, where it is no image.
        seed: Seed of what training draws.

    Raises:
        ValueError: If an argument is out of range, or networks do not fit one another,
            the kind or the likelihood.

    Example:

    ```python
    model = kerasgen.models.VAE((28, 28, 1), latent_dim=2, filters=4, units=16)
    model.compile()
    images = np.zeros((32, 28, 28, 1), "uint8")
    model.fit(images, batch_size=16, verbose=0)
    model.encode(images).shape  # (32, 2)
    model.generate(4).shape  # (4, 28, 28, 1)
    ```

    Reference:
        Kingma and Welling, 2013, arXiv:1312.6114: algorithm 1, equation 10, appendix C.
        With labels: Sohn et al., 2015, Learning structured output representation using
        deep conditional generative models; the prior is the same for all labels.

    Differences:
        Adam of rate 1e-3 in place of Adagrad, no weight decay, and Keras's initial
        weights in place of N(0, 0.01). The default networks are convolutional. The
        paper holds Gaussian means in [0, 1] by a sigmoid; here they are free, and
        `generate` clips images. `log_var` is not clipped: the divergence pulls it back
        from either side, from above by s^2 itself.
    """

    logged = ("reconstruction", "kl", "elbo", "bits_per_dim")
    heads = ("mean", "log_var")  # what the encoder says of q(z|x)

    def default_likelihood(self, kind):
        return None  # that of the kind: a Gaussian learns its variance, as in the paper

    # --- how it learns

    def compile(self, optimizer=None, loss=None, *, average=None, **execution):
        """Prepares training.

        Args:
            optimizer: None for Adam of rate 1e-3, or any.
            loss: None for `kerasgen.losses.ELBO()`, or one with other arguments, as an
                object, which is copied, or `{"name": "elbo", "beta": 4.0}`. How
                samples are compared is the `likelihood` of the model.
            average: As for `kerasgen.engine.GenerativeModel`, of both networks.
            **execution: `run_eagerly`, `steps_per_execution`, `jit_compile`.

        Raises:
            ValueError: If the loss is no bound.
        """
        objective = get_bound("elbo" if loss is None else loss)
        fresh = type(objective).from_config(objective.get_config())
        self.prepare(objectives=[fresh])
        super().compile(optimizer, average=average, **execution)
        self.warn_of_activations(POSTERIOR, "q(z|x)")

    @property
    def objective(self):
        """What a compiled model minimizes."""
        return self.objectives[0]

    def compile_objects(self):
        return {**super().compile_objects(), "loss": self.objective}

    # --- training: algorithm 1, minibatch AEVB, with one draw of the noise (L = 1)

    def train_step(self, data):
        batch = self.unpack(data)  # X^M, a minibatch of M samples
        noise = self.noise(batch)  # eps ~ p(eps)
        _, terms = self.minimize("autoencoder", self.loss_of, batch, noise)  # g, update
        self.log_terms(terms, batch)
        return self.logs()

    def loss_of(self, batch, noise, training=True):
        """The loss of a minibatch, and the terms of the bound for each sample."""
        posterior = self.encoded(batch, training)  # q(z|x)
        logs = self.log_densities(posterior, batch, noise, training)
        terms = {
            "reconstruction": -ops.mean(logs["reconstruction"], axis=1),
            "kl": self.kl(posterior),
            "log_weights": logs["reconstruction"] + logs["prior"] - logs["posterior"],
        }
        return self.objective.loss(terms, self, batch.get("weights")), terms

    def log_densities(self, posterior, batch, noise, training=True, averaged=False):
        """`log p(x|z)`, `log p(z)` and `log q(z|x)`, each `(batch, k)`.

        Args:
            posterior: Of the batch, as `encoded` gives it.
            batch: A minibatch by name.
            noise: Of k latents for each sample, `(batch, k, noise_dim)`.
        """
        k = noise.shape[1]
        noise = ops.reshape(noise, (-1, self.noise_dim))  # (batch * k, noise_dim)
        batch, posterior = _repeated(k, (batch, posterior))
        latents = self.reparameterize(posterior, noise, training)  # z = g(eps, x)
        parameters = self.parameters(latents, batch, training, averaged)  # p(x|z)
        logs = {
            "reconstruction": self.likelihood.log_prob(batch["samples"], parameters),
            "prior": self.log_prior(latents),
            "posterior": self.log_posterior(latents, posterior),
        }
        return {name: ops.reshape(values, (-1, k)) for name, values in logs.items()}

    def test_step(self, data):
        batch = self.unpack(data)
        noise = self.noise(batch)
        _, terms = self.measure("autoencoder", self.loss_of, batch, noise, False)
        self.log_terms(terms, batch)
        return self.logs()

    def log_terms(self, terms, batch):
        """Logs the two terms of the bound and the bound, whatever the loss weighs."""
        weights = batch.get("weights")
        reconstruction, kl = terms["reconstruction"], ops.sum(terms["kl"], axis=1)
        bound = -reconstruction - kl
        self.log("reconstruction", reconstruction, weights)
        self.log("kl", kl, weights)
        self.log("elbo", bound, weights)
        self.log("bits_per_dim", -bound / self._nats_of_a_bit, weights)

    @property
    def _nats_of_a_bit(self):
        """Of one bit for each value of a sample."""
        return math.prod(self.kind.shape) * math.log(2.0)

    # --- its distributions

    @property
    def noise_dim(self):
        """Normal numbers of which a latent is made."""
        return self.latent_dim

    def noise(self, batch):
        """eps of k latents for each sample of a batch, `(batch, k, noise_dim)`."""
        k = self.objective.samples
        n = ops.shape(batch["samples"])[0]
        shape = (n, k, self.noise_dim)
        return keras.random.normal(shape, seed=self.seed_generator)

    def reparameterize(self, posterior, noise, training=True):
        """`z = m + s * eps`, which is distributed as q(z|x)."""
        mean, log_var = self._moments(posterior)
        return mean + ops.exp(0.5 * log_var) * noise

    def kl(self, posterior):
        """`KL(q(z|x) || p(z))` of each latent, `(batch, latent_dim)`."""
        return gaussian_kl(posterior["mean"], posterior["log_var"])

    def log_prior(self, latents):
        """`log p(z)`, `(batch,)`."""
        return gaussian_log_prob(latents)

    def log_posterior(self, latents, posterior):
        """`log q(z|x)`, `(batch,)`."""
        return gaussian_log_prob(latents, *self._moments(posterior))

    def _moments(self, posterior):
        return [ops.cast(posterior[name], "float32") for name in ("mean", "log_var")]

    # --- after training

    def log_prob(
        self,
        samples,
        labels=None,
        *,
        num_samples=500,
        seed=0,
        batch_size=1000,
        averaged=None,
        verbose="auto",
    ):
        """Estimates the log-likelihood of samples by importance sampling.

        `log p(x) ~ log 1/k (w_1 + ... + w_k)`, `w_i = p(x|z_i) p(z_i) / q(z_i|x)`, with
        z_i drawn from q(z|x): on average a lower bound, which rises with k to the
        log-likelihood itself. Divided by `-log(2)` and the number of values of a sample
        it is in bits a dimension.

        Args:
            samples: Array `(n, ...)` of the model's kind, as for `encode`.
            labels: Of a model with labels, as for `generate`.
            num_samples: k, latents for each sample.
            seed: Integer that fixes the latents, the same on every backend.
            batch_size: Latents decoded at a time.
            averaged, verbose: As for `generate`.

        Returns:
            float64 array `(n,)`, in nats.

        Raises:
            ValueError: If an argument does not fit, or a term is not a number: says
                which.

        Reference:
            Burda et al., 2015, arXiv:1509.00519, equations 7 and 8.
        """
        takes, values = self.asked(samples, labels)
        densities = LogDensities(self, averaged)
        terms = {"seed": seed, "batch_size": batch_size, "verbose": verbose}
        return importance_sampled(self, densities, takes, values, num_samples, **terms)


def _repeated(k, nest):
    """Each row k times, one after the other."""
    if k == 1:
        return nest
    return keras.tree.map_structure(lambda x: ops.repeat(x, k, axis=0), nest)
