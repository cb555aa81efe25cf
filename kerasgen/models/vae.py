"""Variational autoencoder (Kingma and Welling, 2013)."""

import keras
from keras import ops

from kerasgen.engine import GenerativeModel, Player
from kerasgen.engine.batches import parts_of
from kerasgen.inputs import Given, Labels, Latents, answer
from kerasgen.kinds import Images, kind_of
from kerasgen.kinds.kind import check_range
from kerasgen.losses import gaussian_kl, get_bound, get_likelihood
from kerasgen.losses.likelihood import LOG_VARIANCE
from kerasgen.networks import (
    autoencoder_networks,
    check_decoder,
    check_image_shape,
    input_shapes,
    symbolic_outputs,
    vector_size,
    warn_of_outputs,
)
from kerasgen.registered import registered

# What q(z|x) must reach, at the least, to come near N(0, 1) for all samples together.
POSTERIOR = {"mean": (-1.0, 1.0), "log_var": LOG_VARIANCE}


@registered
class VAE(GenerativeModel):
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

    sampler = "decoder"
    averaged = ("encoder", "decoder")
    logged = ("reconstruction", "kl", "elbo")
    heads = ("mean", "log_var")  # what the encoder says of q(z|x)

    def __init__(
        self,
        image_shape=None,
        latent_dim=20,
        likelihood=None,
        architecture=None,
        filters=32,
        units=None,
        num_classes=None,
        class_names=None,
        encoder=None,
        decoder=None,
        kind=None,
        seed=None,
        **kwargs,
    ):
        kind = _kind(kind, image_shape, encoder)
        likelihood = get_likelihood(likelihood, kind)
        labels = [] if num_classes is None else [Labels(num_classes, names=class_names)]
        beside = [(each.size,) for each in labels]
        make = autoencoder_networks(
            architecture, kind, filters, units, num_classes or 0
        )
        if encoder is not None:
            latent_dim = vector_size(encoder, self.heads, [kind.shape, *beside])
        inputs = (Latents(latent_dim), *labels)
        if encoder is None:
            encoder = make["encoder"](kind.shape, dict.fromkeys(self.heads, latent_dim))
        parameters = likelihood.shapes(kind.shape)
        if decoder is None:
            decoder = make["decoder"](latent_dim, parameters)
        check_decoder(decoder, parameters, [(latent_dim,), *beside])
        super().__init__(kind, inputs, seed=seed, **kwargs)
        self.encoder = encoder
        self.decoder = decoder
        self.likelihood = likelihood

    def call(self, inputs, training=False):
        """Samples as networks take them, by way of the means of their latents."""
        samples, *labels = inputs if isinstance(inputs, (tuple, list)) else [inputs]
        latents = self.encoder(_together(samples, *labels), training=training)["mean"]
        return self.samples_of(
            self.decoder(_together(latents, *labels), training=training)
        )

    @property
    def networks(self):
        return {"encoder": self.encoder, "decoder": self.decoder}

    def samples_of(self, outputs):
        return self.likelihood.mean(self.likelihood.named(outputs))

    # --- how it learns

    def players(self):
        return {"autoencoder": Player((self.encoder, self.decoder))}

    def default_optimizers(self):
        return {"autoencoder": keras.optimizers.Adam(1e-3)}

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
        self._warn_of_activations()

    def _warn_of_activations(self):
        of_data = self.likelihood.expects(self.kind)
        for name, expected, who in (
            ("encoder", POSTERIOR, "q(z|x)"),
            ("decoder", of_data, type(self.likelihood).__name__),
        ):
            outputs = symbolic_outputs(self.networks[name])
            if outputs is not None:
                named = self.likelihood.named(outputs)
                network = f"{name}={self.networks[name].name!r}"
                warn_of_outputs(named, expected, who, network)

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
        posterior = self.posterior(batch, training)  # q(z|x)
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

    def posterior(self, batch, training=True):
        """Parameters of q(z|x), by name."""
        takes = _together(batch["samples"], *self._conditions(batch))
        return self.encoder(takes, training=training)

    def reparameterize(self, posterior, noise):
        """`z = m + s * eps`, which is distributed as q(z|x)."""
        mean, log_var = (ops.cast(posterior[n], "float32") for n in ("mean", "log_var"))
        return mean + ops.exp(0.5 * log_var) * noise

    def parameters(self, latents, batch, training=True):
        """Parameters of p(x|z), by name."""
        takes = _together(latents, *self._conditions(batch))
        return self.likelihood.named(self.decoder(takes, training=training))

    def kl(self, posterior):
        """`KL(q(z|x) || p(z))` of each latent, `(batch, latent_dim)`."""
        return gaussian_kl(posterior["mean"], posterior["log_var"])

    def _conditions(self, batch):
        return [batch[each.name] for each in self.inputs[1:]]

    # --- after training

    def encode(
        self, samples, labels=None, *, batch_size=64, averaged=None, verbose="auto"
    ):
        """Means of q(z|x).

        Args:
            samples: Array `(n, ...)` of the model's kind, in any dtype that `fit`
                takes.
            labels: Of a model with labels, as for `generate`.
            batch_size, averaged, verbose: As for `generate`.

        Returns:
            float32 array `(n, latent_dim)`.

        Raises:
            ValueError: If samples are of another kind, or labels are missing.
        """
        if (labels is None) != (self.labels is None):
            rule = "takes no" if self.labels is None else "needs"
            raise ValueError(f"This model {rule} `labels`. Received: labels={labels!r}")
        takes = (Given(self.kind, "samples"), *self.inputs[1:])
        values = answer(takes, samples=samples, labels=labels)

        def encoded(values):
            return _together(*(each.encode(values[each.name]) for each in takes))

        encoder = self.network("encoder", averaged)
        outputs = self.run(encoder, values, batch_size, verbose, encode=encoded)
        return outputs["mean"]

    def reconstruct(self, samples, labels=None, **arguments):
        """Samples of the means of their latents, in the kind of the data.

        Args:
            samples, labels, **arguments: As for `encode`.

        Returns:
            Array `(n, ...)`, as `generate` returns it.
        """
        latents = self.encode(samples, labels, **arguments)
        return self.generate(latents=latents, labels=labels, **arguments)

    def check_batch(self, batch):
        super().check_batch(batch)
        if self.likelihood.interval not in (None, self.kind.interval):
            samples = ops.convert_to_numpy(parts_of(batch)["samples"])
            low, high = self.likelihood.interval
            rule = f"{self.likelihood} takes values in [{low:g}, {high:g}]."
            check_range(samples, low, high, rule)

    def bounds(self, parts):
        found = super().bounds(parts)
        if self.likelihood.interval not in (None, self.kind.interval):
            found.append(("samples", parts["samples"], *self.likelihood.interval))
        return found

    # --- configuration: networks and all, whatever made them

    def get_config(self):
        labels = self.labels
        objects = {
            "encoder": self.encoder,
            "decoder": self.decoder,
            "likelihood": self.likelihood,
            "kind": self.kind,
        }
        return {
            **keras.saving.serialize_keras_object(objects),
            "num_classes": labels and labels.size,
            "class_names": labels and labels.names,
            "seed": self.seed,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        return cls(**keras.saving.deserialize_keras_object(config, custom_objects))


def _kind(kind, image_shape, encoder):
    if kind is not None:
        return kind
    if image_shape is not None:
        return Images(check_image_shape(image_shape))
    shapes = input_shapes(encoder)
    if not shapes:
        raise ValueError(
            "`image_shape` or `kind` is needed unless an encoder says what it takes. "
            "Received: image_shape=None, kind=None"
        )
    return kind_of(shapes[0][1:])


def _together(first, *rest):
    """What a network takes: one value as it is, several as a tuple."""
    return (first, *rest) if rest else first
