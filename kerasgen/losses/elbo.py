"""The evidence lower bound."""

import keras
from keras import ops

from kerasgen.arguments import check_factors
from kerasgen.by_name import by_name
from kerasgen.engine import check_scheduled, value_at
from kerasgen.losses.objective import weighted_mean
from kerasgen.registered import registered


@registered
class ELBO(keras.layers.Layer):
    """The negative of the evidence lower bound, with a weight on its second term.

    `-E[log p(x|z)] + beta KL(q(z|x) || p(z))`, both in nats: sums over the values of a
    sample and over the latents, means over the batch.

    Args:
        beta: At least 0. 1 is the bound; more asks for independent latents at the cost
            of the reconstruction. A Keras schedule of the model's steps (or of epochs,
            `kerasgen.engine.ByEpoch`) that rises from 0 to 1 is a warm-up.
        free_bits: Nats of each latent that cost nothing,
            `sum over latents of max(free_bits, mean KL over the batch)`; at least 0.

    Raises:
        ValueError: If an argument is out of range.

    Example:

    ```python
    rising = keras.optimizers.schedules.PolynomialDecay(0.0, 1000, 1.0)  # 0 to 1
    model = kerasgen.models.VAE((28, 28, 1), latent_dim=2, filters=4, units=16)
    model.compile(loss=kerasgen.losses.ELBO(beta=rising, free_bits=0.1))
    ```

    Reference:
        Kingma and Welling, 2013, arXiv:1312.6114, equations 3 and 10. `beta`: Higgins
        et al., 2017, beta-VAE, equation 4; warm-up: Bowman et al., 2015,
        arXiv:1511.06349, section 3.1. `free_bits`: Kingma et al., 2016,
        arXiv:1606.04934, appendix C.8, with one latent to a group.
    """

    def __init__(self, beta=1.0, free_bits=0.0):
        super().__init__(dtype="float32", autocast=False)
        self.built = True  # it has no inputs to be built for
        check_scheduled(check_factors, beta=beta)
        check_factors(free_bits=free_bits)
        self.beta = beta
        self.free_bits = free_bits

    def loss(self, terms, model, weights=None):
        """What the autoencoder minimizes for a minibatch.

        Args:
            terms: `"reconstruction"`, `-log p(x|z)`, `(batch,)`, and `"kl"`, of each
                latent, `(batch, latent_dim)`.
            model: Whose steps a schedule counts.
            weights: Of the samples, `(batch,)`, or None.

        Returns:
            A float32 scalar, in nats.
        """
        reconstruction = weighted_mean(terms["reconstruction"], weights)
        kl = weighted_mean(terms["kl"], weights)  # (latent_dim,)
        if self.free_bits:
            kl = ops.maximum(kl, self.free_bits)
        return reconstruction + value_at(self.beta, model) * ops.sum(kl)

    def get_config(self):
        beta = keras.saving.serialize_keras_object(self.beta)
        return {"beta": beta, "free_bits": self.free_bits}

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
