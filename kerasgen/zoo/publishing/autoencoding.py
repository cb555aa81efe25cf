"""What an entry with an encoder makes of samples that it has not seen."""

import numpy as np

from kerasgen.data.order import evenly_spaced
from kerasgen.losses import Bernoulli

DRAWS = 500  # latents of each sample, for its log-likelihood
LIKELIHOODS = 2000  # samples of which it is estimated


def autoencoding(model, load_unseen, called):
    """Reconstruction error and log-likelihood of unseen samples, for `metrics.json`.

    Args:
        model: Of an entry.
        load_unseen: Function that loads them as a data set, with further arguments of
            `kerasgen.data.load`.
        called: What to call them.

    Returns:
        `{name: {"protocol": ..., "values": ...}}`, empty for a model without an
        encoder of its own, and for one with labels.
    """
    if not hasattr(model, "reconstruct") or model.labels is not None:
        return {}
    results = {}
    unseen = _all(load_unseen())
    if unseen.dtype == np.uint8:
        results["reconstruction"] = _reconstruction(model, unseen, called)
    if hasattr(model, "log_prob"):
        results["likelihood"] = _likelihood(model, load_unseen, called)
    return results


def _all(dataset, n=None):
    n = len(dataset.samples) if n is None else min(n, len(dataset.samples))
    return dataset.samples.get(evenly_spaced(len(dataset.samples), n))


def _reconstruction(model, samples, called):
    again = model.reconstruct(samples, verbose=0)
    errors = (samples.astype("float64") - again) / 255.0
    error = float(np.square(errors).mean())
    values = {
        "mse": error,
        "psnr": -10.0 * float(np.log10(error)),
        "mae": float(np.abs(errors).mean()),
    }
    return {
        "protocol": (
            f"Reconstructions of the {len(samples):,} {called}, values in [0, 1]: mean "
            "squared and mean absolute error of all values, and the peak signal-to-"
            "noise ratio in dB of that mean squared error."
        ),
        "values": {name: {called: value} for name, value in values.items()},
    }


def _likelihood(model, load_unseen, called):
    binary = isinstance(model.likelihood, Bernoulli) and model.kind.noun == "images"
    samples = _all(load_unseen(**({"binarize": "static"} if binary else {})))
    model.compile()
    logs = model.evaluate(samples, batch_size=500, return_dict=True, verbose=0)
    some = samples[evenly_spaced(len(samples), min(LIKELIHOODS, len(samples)))]
    nats = -model.log_prob(some, num_samples=DRAWS, verbose=0)
    values = {"elbo": logs["elbo"], "kl": logs["kl"], "nll": float(nats.mean())}
    drawn = "binarized once (`binarize='static'`), " if binary else ""
    return {
        "protocol": (
            f"The {len(samples):,} {called}, {drawn}in nats for each: `elbo` at one "
            f"latent, and `nll`, minus the log-likelihood, by importance sampling with "
            f"{DRAWS} latents, of {len(some):,} of them, evenly spread. The density is "
            f"that of `{model.likelihood!r}`, of values as networks take them."
        ),
        "values": {name: {called: float(value)} for name, value in values.items()},
        "num_samples": DRAWS,
        "seed": 0,
    }
