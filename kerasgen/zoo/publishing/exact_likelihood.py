"""The exact log-likelihood of samples that an entry has not seen."""

import math

import numpy as np

from kerasgen.data.order import evenly_spaced

CLASSIFIED = 500  # samples whose label is looked for


def exact_likelihood(model, load_unseen, called):
    """Log-likelihood of unseen samples, for `metrics.json`.

    Args:
        model: Of an entry.
        load_unseen: Function that loads them as a data set, as its recipe does.
        called: What to call them.

    Returns:
        `{"likelihood": {"protocol": ..., "values": ...}}`, empty for a model without an
        exact likelihood.
    """
    if not hasattr(model, "log_prob") or hasattr(model, "reconstruct"):
        return {}
    unseen = load_unseen()
    samples = unseen.samples.get(np.arange(len(unseen.samples)))
    given = {} if model.labels is None else {"labels": unseen.labels}
    nats = -float(model.log_prob(samples, verbose=0, **given).mean())
    values = {"nll": nats, "bits_per_dim": nats / math.log(2) / samples[0].size}
    of_labels = "given their labels, " if given else ""
    protocol = (
        f"The {len(samples):,} {called}, read as the recipe says, {of_labels}exact: "
        "`nll` in nats for each, `bits_per_dim` for each of its numbers."
    )
    if given:
        values["labels_found"] = labels_found(model, samples, unseen.labels)
        protocol += (
            " `labels_found`: the share for which the likelihood is highest given "
            f"their own label, of {min(CLASSIFIED, len(samples)):,}, evenly spread."
        )
    values = {name: {called: value} for name, value in values.items()}
    return {"likelihood": {"protocol": protocol, "values": values}}


def labels_found(model, samples, labels):
    """The share of samples `x` of which `argmax_y log p(x|y)` is the label."""
    some = evenly_spaced(len(samples), min(CLASSIFIED, len(samples)))
    log_probs = [
        model.log_prob(samples[some], labels=label, verbose=0)
        for label in range(model.labels.size)
    ]
    return float(np.mean(np.argmax(log_probs, axis=0) == labels[some]))
