"""The evidence lower bound."""

import math

import keras
from keras import ops

from kerasgen.arguments import (
    check_counts,
    check_factors,
    check_positive,
    plain_numbers,
)
from kerasgen.by_name import by_name
from kerasgen.engine import check_scheduled, value_at
from kerasgen.losses.objective import weighted_mean
from kerasgen.registered import registered


@registered
class ELBO(keras.layers.Layer):
    """The negative of the evidence lower bound, with a weight on its second term.

    `-E[log p(x|z)] + beta KL(q(z|x) || p(z))`, both in nats: sums over the values of a
    sample and over the latents, means over the batch. With several `samples` of z for
    each x it is the tighter, importance-weighted bound,

        -E[log 1/k (w_1 + ... + w_k)],  w_i = p(x|z_i) p(z_i) / q(z_i|x)

    Args:
        beta: At least 0. 1 is the bound; more asks for independent latents at the cost
            of the reconstruction. A Keras schedule of the model's steps, or of epochs
            (`kerasgen.engine.ByEpoch`), changes it while the model learns.
        warm_up: Steps over which the second term rises from nothing to its weight,
            evenly; 0 for none.
        free_bits: Nats of each latent that cost nothing,
            `sum over latents of max(free_bits, mean KL over the batch)`; at least 0.
        samples: k, latents drawn for each sample, at least 1. With more than one there
            is no divergence of its own to weigh.

    Raises:
        ValueError: If an argument is out of range, or arguments exclude one another.

    Example:

    ```python
    model = kerasgen.models.VAE((28, 28, 1), latent_dim=2, filters=4, units=16)
    model.compile(loss=kerasgen.losses.ELBO(warm_up=1000, free_bits=0.1))
    model.compile(loss={"name": "elbo", "samples": 5})  # an IWAE
    ```

    Reference:
        Kingma and Welling, 2013, arXiv:1312.6114, equations 3 and 10. `beta`: Higgins
        et al., 2017, beta-VAE, equation 4; `warm_up`: Bowman et al., 2015,
        arXiv:1511.06349, section 3.1. `free_bits`: Kingma et al., 2016,
        arXiv:1606.04934, appendix C.8, with one latent to a group. `samples`: Burda et
        al., 2015, arXiv:1509.00519, equation 8.
    """

    @plain_numbers
    def __init__(self, beta=1.0, warm_up=0, free_bits=0.0, samples=1):
        super().__init__(dtype="float32", autocast=False)
        self.built = True  # it has no inputs to be built for
        check_scheduled(check_factors, beta=beta)
        check_counts(warm_up=warm_up)
        check_factors(free_bits=free_bits)
        check_positive(samples=samples)
        if samples > 1 and (beta != 1.0 or warm_up or free_bits):
            raise ValueError(
                "`beta`, `warm_up` and `free_bits` weigh the divergence, and with "
                "several `samples` the bound has no divergence of its own. "
                f"Received: samples={samples}, beta={beta}, warm_up={warm_up}, "
                f"free_bits={free_bits}"
            )
        self.beta = beta
        self.warm_up = warm_up
        self.free_bits = free_bits
        self.samples = samples

    def loss(self, terms, model, weights=None):
        """What the autoencoder minimizes for a minibatch.

        Args:
            terms: `"reconstruction"`, `-log p(x|z)`, `(batch,)`, and `"kl"`, of each
                latent, `(batch, latent_dim)`; with several samples `"log_weights"`,
                `log w_i`, `(batch, samples)`.
            model: Whose steps are counted.
            weights: Of the samples, `(batch,)`, or None.

        Returns:
            A float32 scalar, in nats.
        """
        if self.samples > 1:
            return -weighted_mean(log_mean_exp(terms["log_weights"]), weights)
        reconstruction = weighted_mean(terms["reconstruction"], weights)
        kl = weighted_mean(terms["kl"], weights)  # (latent_dim,)
        if self.free_bits:
            kl = ops.maximum(kl, self.free_bits)
        return reconstruction + self._weight(model) * ops.sum(kl)

    def _weight(self, model):
        beta = value_at(self.beta, model)
        if not self.warm_up:
            return beta
        step = ops.cast(model.global_step.value, "float32")
        return beta * ops.minimum(step / self.warm_up, 1.0)

    def get_config(self):
        return {
            "beta": keras.saving.serialize_keras_object(self.beta),
            "warm_up": self.warm_up,
            "free_bits": self.free_bits,
            "samples": self.samples,
        }

    @classmethod
    def from_config(cls, config):
        beta = keras.saving.deserialize_keras_object(config["beta"])
        return cls(**{**config, "beta": beta})


BOUNDS = {"elbo": ELBO}


def get_bound(bound):
    """What a variational autoencoder minimizes, by name or as it is.

    Args:
        bound: One of `BOUNDS`; a dictionary of such a `"name"` and parameters; or an
            `ELBO`.

    Raises:
        ValueError: If the name is unknown.
    """
    return by_name(bound, BOUNDS, ELBO, "loss", "a kerasgen.losses.ELBO")


def log_mean_exp(log_weights):
    """`log 1/k (exp(w_1) + ... + exp(w_k))`, `(batch, k)` to `(batch,)`."""
    k = log_weights.shape[1]
    return ops.logsumexp(log_weights, axis=1) - math.log(k)


def gaussian_log_density(values, mean=0.0, log_var=0.0):
    """`log N(values; mean, exp(log_var))` of each latent.

    Args:
        values: `(batch, latent_dim)`.
        mean, log_var: The same shape, or numbers.

    Returns:
        `(batch, latent_dim)`, float32, in nats.
    """
    given = (values, mean, log_var)
    values, mean, log_var = (ops.cast(each, "float32") for each in given)
    square = ops.square(values - mean) * ops.exp(-log_var)
    return -0.5 * (square + log_var + math.log(2.0 * math.pi))


def gaussian_log_prob(values, mean=0.0, log_var=0.0):
    """`gaussian_log_density` summed over latents, `(batch,)`."""
    return ops.sum(gaussian_log_density(values, mean, log_var), axis=1)


def gaussian_kl(mean, log_var):
    """`KL(N(m, s^2) || N(0, 1)) = (m^2 + s^2 - log s^2 - 1) / 2` of each latent.

    Args:
        mean: m, `(batch, latent_dim)`.
        log_var: `log s^2`, the same shape.

    Returns:
        `(batch, latent_dim)`, float32, in nats, at least 0.

    Reference:
        Kingma and Welling, 2013, arXiv:1312.6114, appendix B.
    """
    mean, log_var = ops.cast(mean, "float32"), ops.cast(log_var, "float32")
    # expm1, since s^2 - 1 is a small difference where a latent carries nothing.
    return 0.5 * (ops.square(mean) + ops.expm1(log_var) - log_var)
