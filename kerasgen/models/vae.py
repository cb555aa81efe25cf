"""Variational autoencoder (Kingma and Welling, 2013)."""

from keras import ops

from kerasgen.coding import Coding
from kerasgen.engine import GenerativeModel
from kerasgen.losses import gaussian_kl, get_bound
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
    at one `z`; `kl`; and `elbo`, the bound itself, whatever the loss weighs.

    Args:
        image_shape: `(height, width, channels)`, where samples are images. Convolutions
            need sizes as for `DCGAN`.
        latent_dim: Size of a latent; that of the encoder's mean where one is given.
        likelihood: p(x|z): `"bernoulli"`, `"gaussian"`, a `kerasgen.losses.Likelihood`
            or `{"name": "gaussian", "variance": 0.1}`; None is Bernoulli for images and
            voxels, else Gaussian.
        architecture: `"convolutional"`, for images, or `"mlp"`, the paper's dense
            networks, for samples of any shape; None is the first where it can be.
        filters: Filters of the convolutions at the largest resolution.
        units: Units of the dense layers; None is 256 beside convolutions and the
            paper's 500 in `"mlp"`.
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

    logged = ("reconstruction", "kl", "elbo")
    heads = ("mean", "log_var")  # what the encoder says of q(z|x)

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
        latents = self.reparameterize(posterior, noise)  # z = g(eps, x)
        parameters = self.parameters(latents, batch, training)  # p(x|z)
        terms = {
            "reconstruction": -self.likelihood.log_prob(batch["samples"], parameters),
            "kl": self.kl(posterior),
        }
        return self.objective.loss(terms, self, batch.get("weights")), terms

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
        self.log("reconstruction", reconstruction, weights)
        self.log("kl", kl, weights)
        self.log("elbo", -reconstruction - kl, weights)

    # --- its distributions

    def noise(self, batch):
        """eps of as many samples as there are in a batch, `(batch, latent_dim)`."""
        n = ops.shape(batch["samples"])[0]
        return self.inputs[0].in_training(n, self.seed_generator)

    def reparameterize(self, posterior, noise):
        """`z = m + s * eps`, which is distributed as q(z|x)."""
        mean, log_var = (ops.cast(posterior[n], "float32") for n in ("mean", "log_var"))
        return mean + ops.exp(0.5 * log_var) * noise

    def kl(self, posterior):
        """`KL(q(z|x) || p(z))` of each latent, `(batch, latent_dim)`."""
        return gaussian_kl(posterior["mean"], posterior["log_var"])
