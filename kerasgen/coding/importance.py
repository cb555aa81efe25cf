"""The likelihood of samples under a model with latents, by importance sampling."""

import dataclasses

import keras
import numpy as np

from kerasgen.arguments import check_positive
from kerasgen.inputs import philox

AT_ONCE = 50  # latents of a sample in one pass


@dataclasses.dataclass(frozen=True)
class LogDensities:
    """What a variational autoencoder says of samples and k latents of each.

    Two of the same model and average are equal: such a function is compiled once.
    """

    model: keras.Model
    averaged: bool | float | None = None

    def __post_init__(self):
        for name in ("encoder", "decoder"):  # refused here, not inside a compiled step
            self.model.network(name, self.averaged)

    def __call__(self, batch):
        posterior = self.model.encoded(batch, False, self.averaged)
        return self.model.log_densities(
            posterior, batch, batch["noise"], False, self.averaged
        )


def importance_sampled(
    model, densities, takes, values, num_samples, seed, batch_size, verbose
):
    """`log 1/k (w_1 + ... + w_k)` of each sample, `w_i = p(x|z_i) p(z_i) / q(z_i|x)`.

    Args:
        model: Whose latents are drawn.
        densities: Function of a batch by name, with `"noise"`, to `"reconstruction"`,
            `"prior"` and `"posterior"`, logarithms `(batch, k)`.
        takes: Tuple of `Input`, which encode what a user gave.
        values: `{name: array}`, by the names of `takes`.
        num_samples: k.
        seed: Integer of the noise.
        batch_size: Latents at a time.
        verbose: As for `run`.

    Returns:
        float64 `(n,)`, in nats.

    Raises:
        ValueError: If a number is out of range, or a term is not a number.
    """
    check_positive(num_samples=num_samples, batch_size=batch_size)
    random, n = philox(seed), len(values["samples"])
    k = min(num_samples, AT_ONCE, batch_size)
    total = np.full(n, -np.inf)

    def encode(batch):
        encoded = {each.name: each.encode(batch[each.name]) for each in takes}
        return {**encoded, "noise": batch["noise"]}

    for start in range(0, num_samples, k):
        noise = random.standard_normal((n, k, model.noise_dim), "float32")
        found = model.run(
            densities,
            {**values, "noise": noise},
            batch_size // k,
            verbose,
            encode=encode,
        )
        _check_numbers(found)
        log_weights = sum(sign * found[name] for name, sign in SIGNS.items())
        # The last pass may have more latents than are still to be drawn.
        log_weights = log_weights[:, : num_samples - start].astype("float64")
        total = np.logaddexp(total, np.logaddexp.reduce(log_weights, axis=1))
    return total - np.log(num_samples)


SIGNS = {"reconstruction": 1, "prior": 1, "posterior": -1}
MEANT = {  # in the order in which they are computed: NaN of the first spoils the rest
    "posterior": "log q(z|x) of the encoder",
    "prior": "log p(z) of the latents",
    "reconstruction": "log p(x|z) of the decoder",
}


def _check_numbers(found):
    for name, meant in MEANT.items():
        bad = int(np.isnan(found[name]).any(axis=1).sum())
        if bad:
            raise ValueError(
                f"The likelihood needs {meant}, which is NaN: look at the "
                "weights of that network. Received: NaN for "
                f"{bad} of {len(found[name])} samples"
            )
