"""How a generator of latents is asked for samples."""

import keras
import numpy as np

from kerasgen.engine import pixels


class Sampling:
    """What a `GAN` does after training.

    The model provides `generator`, perhaps an `averaged_generator`, `latent_dim`,
    `latent_distribution`, `sample_shape` and the `run` of `GenerativeModel`.
    """

    def generate(
        self,
        n=None,
        *,
        seed=None,
        labels=None,
        latents=None,
        batch_size=64,
        averaged=None,
        verbose="auto",
    ):
        """Draws samples, in the kind of the data.

        Args:
            n: How many; may be left out where `latents` are given.
            seed: Integer: the same latents on every backend and machine.
            labels: An unconditional model takes none.
            latents: Array `(n, latent_dim)` to decode instead of random ones.
            batch_size: Samples at a time.
            averaged: Whether the averaged generator draws; None: if there is one.
            verbose: 1 shows a progress bar, 0 does not; "auto" does from 1,000 samples.

        Returns:
            uint8 array `(n, height, width, channels)` for images, float32
            `(n, ...)` for other data.

        Raises:
            ValueError: If an argument does not fit, or there is no average.
        """
        if labels is not None:
            raise ValueError(
                "This model is unconditional: `generate` takes no labels. "
                f"Received: labels={labels}"
            )
        latents = self.host_latents(n, philox(seed), latents)
        return self.run_generator(latents, batch_size, averaged, verbose)

    def decode(self, inputs, averaged=None):
        """Samples as float tensors, images in [-1, 1], differentiable in `inputs`.

        Args:
            inputs: What `call` takes.
            averaged: As in `generate`.
        """
        return self._sampler(averaged)(inputs, training=False)

    def run_generator(self, inputs, batch_size=64, averaged=None, verbose="auto"):
        """As `generate`, for an array of latents or a tuple with the condition."""
        if verbose == "auto":
            verbose = int(len(keras.tree.flatten(inputs)[0]) >= 1000)
        samples = self.run(self._sampler(averaged), inputs, batch_size, verbose)
        return pixels.to_uint8(samples) if len(self.sample_shape) == 3 else samples

    def host_latents(self, n, random, latents=None):
        """`latents` checked, or `n` drawn by a NumPy generator: `(n, latent_dim)`."""
        if latents is not None:
            latents = np.asarray(latents, "float32")
            if latents.ndim != 2 or latents.shape[1] != self.latent_dim:
                raise ValueError(
                    f"`latents` must have shape (n, {self.latent_dim}). "
                    f"Received: shape {latents.shape}"
                )
            if len(latents) < 1 or n not in (None, len(latents)):
                raise ValueError(
                    "`n` must be the number of `latents`, at least 1. "
                    f"Received: n={n} and {len(latents)} latents"
                )
            return latents
        if not isinstance(n, (int, np.integer)) or n < 1:
            raise ValueError(f"`n` must be a positive integer. Received: n={n}")
        if self.latent_distribution == "uniform":
            return random.uniform(-1.0, 1.0, (n, self.latent_dim)).astype("float32")
        return random.standard_normal((n, self.latent_dim)).astype("float32")

    def export(self, filepath, *args, **kwargs):
        """Exports the generator for inference, as `keras.Model.export`."""
        return self._sampler(None).export(filepath, *args, **kwargs)

    def _sampler(self, averaged):
        if averaged and self.averaged_generator is None:
            raise ValueError(
                "This model keeps no average of its generator: build it with "
                f"`average=0.99`. Received: averaged={averaged}"
            )
        if averaged is None:
            averaged = self.averaged_generator is not None
        return self.averaged_generator if averaged else self.generator


def philox(seed):
    """The host's random numbers, the same on every backend and machine."""
    return np.random.Generator(np.random.Philox(seed))
