"""Spike-and-slab VAE: variational sparse coding (Tonolini et al., 2019)."""

import math

import keras
from keras import ops

from kerasgen.arguments import check_above_zero
from kerasgen.engine import check_scheduled, scheduled, value_at
from kerasgen.inputs import SpikeAndSlabPrior, philox
from kerasgen.losses import gaussian_log_density, get_bound, spike_and_slab_kl
from kerasgen.models.vae import VAE
from kerasgen.registered import registered

Linear = keras.optimizers.schedules.PolynomialDecay


@registered
class SpikeAndSlabVAE(VAE):
    """A VAE whose codes are mostly zeros: each sample says which latents it needs.

    A latent is exactly zero with probability `1 - alpha` under the prior and
    `1 - gamma_j(x)` under the posterior:

        p(z_j) = alpha N(0, 1) + (1 - alpha) delta_0
        q(z_j|x) = gamma_j N(m_j, s_j^2) + (1 - gamma_j) delta_0

    Both networks maximize the evidence lower bound, whose divergence is
    `kerasgen.losses.spike_and_slab_kl`. A jump has no gradient, so latents of training
    are

        z = T(eta) (m + s * eps),   T(eta) = sigmoid(c (eta - 1 + gamma))

    with `eta` uniform on (0, 1), where the sharpness c rises with the steps. Everywhere
    else, in `evaluate` and `log_prob` too, T is one where `eta > 1 - gamma`, else zero.

    Args:
        image_shape, latent_dim, likelihood, architecture, filters, units, activation,
        batch_normalization, num_classes, class_names, decoder, kind, seed: As for
            `VAE`.
        alpha: Share of latents that are not zero under the prior, in (0, 1).
        encoder: As for `VAE`, with `"spike_logits"`, `log(gamma / (1 - gamma))`,
            beside `"mean"` and `"log_var"`.

    Raises:
        ValueError: As `VAE`, or if `alpha` is out of range.

    Example:

    ```python
    model = kerasgen.models.SpikeAndSlabVAE(
        (28, 28, 1), latent_dim=16, alpha=0.1, filters=4, units=16
    )
    model.compile()
    images = np.zeros((32, 28, 28, 1), "uint8")
    model.fit(images, batch_size=16, verbose=0)
    codes = model.encode(images, seed=0)  # (32, 16), with exact zeros
    model.generate(latents=codes).shape  # (32, 28, 28, 1)
    ```

    Reference:
        Tonolini, Jensen and Murray-Smith, Variational Sparse Coding, UAI 2019; the
        fixed prior is that of its first preprint, the sharpness that of a public
        reimplementation (Alfo5123/Variational-Sparse-Coding).

    Differences:
        The prior of the published version, a mixture of posteriors of pseudo-inputs,
        is not here. Its warm-up is offered as `ELBO(warm_up=...)`, which weighs the
        whole divergence.
    """

    heads = ("mean", "log_var", "spike_logits")

    def __init__(self, image_shape=None, latent_dim=64, *, alpha=0.1, **kwargs):
        super().__init__(image_shape, latent_dim, **kwargs)
        self.draw_latents_from(SpikeAndSlabPrior(self.latent_dim, alpha))

    @property
    def alpha(self):
        return self.prior.alpha

    def compile(
        self, optimizer=None, loss=None, *, sharpness=None, average=None, **execution
    ):
        """Prepares training.

        Args:
            optimizer, loss, average, **execution: As for `VAE`.
            sharpness: c, a number or a schedule of the model's steps, see
                `kerasgen.engine.scheduled`; None rises from 50 to 200 in 20,000 steps.

        Raises:
            ValueError: If the loss is no bound, or one of several samples, for which
                latents of training would need a density.
        """
        bound = get_bound("elbo" if loss is None else loss)
        if bound.samples > 1:
            raise ValueError(
                "Latents in training lie between spike and slab and have no density, "
                "without which several samples cannot be weighed. "
                f"Received: samples={bound.samples}"
            )
        c = Linear(50.0, 20_000, 200.0) if sharpness is None else scheduled(sharpness)
        check_scheduled(check_above_zero, sharpness=c)
        self.prepare(sharpness=c)
        super().compile(optimizer, bound, average=average, **execution)

    def compile_objects(self):
        return {**super().compile_objects(), "sharpness": self.sharpness}

    # --- its distributions

    @property
    def noise_dim(self):
        return 2 * self.latent_dim  # eps, and eta as normal numbers

    def reparameterize(self, posterior, noise, training=True):
        """`z = T(eta) (m + s * eps)`."""
        eps, eta = noise[:, : self.latent_dim], noise[:, self.latent_dim :]
        eta = 0.5 * (1.0 + ops.erf(eta / math.sqrt(2.0)))  # uniform
        over = eta - 1.0 + ops.sigmoid(self._spike_logits(posterior))
        if training:
            T = ops.sigmoid(value_at(self.sharpness, self) * over)
        else:
            T = ops.cast(over > 0.0, "float32")
        return T * super().reparameterize(posterior, eps)

    def kl(self, posterior):
        """`KL(q(z|x) || p(z))` of each latent, `(batch, latent_dim)`."""
        return spike_and_slab_kl(
            posterior["mean"],
            posterior["log_var"],
            self._spike_logits(posterior),
            self.alpha,
        )

    def log_prior(self, latents):
        logits = math.log(self.alpha) - math.log1p(-self.alpha)
        return self._log_prob(latents, 0.0, 0.0, ops.full_like(latents, logits))

    def log_posterior(self, latents, posterior):
        moments = self._moments(posterior)
        return self._log_prob(latents, *moments, self._spike_logits(posterior))

    def _log_prob(self, latents, mean, log_var, logits):
        """Of a mixture: the mass at zero, a density elsewhere; `(batch,)`."""
        density = gaussian_log_density(latents, mean, log_var)
        slab, spike = density - ops.softplus(-logits), -ops.softplus(logits)
        return ops.sum(ops.where(latents == 0.0, spike, slab), axis=1)

    def _spike_logits(self, posterior):
        return ops.cast(posterior["spike_logits"], "float32")

    # --- after training

    def code_of(self, encoded):
        """The most probable code: the mean where `gamma > 1/2`, else exactly zero."""
        mean = ops.cast(encoded["mean"], "float32")
        return ops.where(self._spike_logits(encoded) > 0.0, mean, 0.0)

    def encode(self, samples, labels=None, *, seed=None, **arguments):
        """Codes of samples, with exact zeros.

        Args:
            samples, labels, **arguments: As for `VAE`.
            seed: Integer that draws the codes from q(z|x), the same on every backend;
                None takes the most probable ones: means and zeros.

        Returns:
            float32 array `(n, latent_dim)`.

        Raises:
            ValueError: As for `VAE`, or if `seed` is no integer.
        """
        heads = self.heads_of(samples, labels, **arguments)
        posterior = keras.tree.map_structure(ops.convert_to_tensor, heads)
        if seed is None:
            return ops.convert_to_numpy(self.code_of(posterior))
        shape = (len(heads["mean"]), self.noise_dim)
        noise = ops.convert_to_tensor(philox(seed).standard_normal(shape, "float32"))
        return ops.convert_to_numpy(self.reparameterize(posterior, noise, False))

    def reconstruct(self, samples, labels=None, *, seed=None, **arguments):
        """Samples of their codes; for the arguments see `encode`."""
        codes = self.encode(samples, labels, seed=seed, **arguments)
        return self.generate(latents=codes, labels=labels, **arguments)

    def get_config(self):
        return {**super().get_config(), "alpha": self.alpha}
