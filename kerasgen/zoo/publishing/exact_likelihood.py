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
        some = evenly_spaced(len(samples), min(CLASSIFIED, len(samples)))
        values |= of_each_label(model, samples[some], unseen.labels[some])
        protocol += (
            f" Of {len(some):,} of them, evenly spread, under all labels: "
            "`labels_found`, the share for which the likelihood is highest given their "
            "own; `label_nats`, by how much `nll` is below that of the same network "
            "without knowledge of the label, `-log` of the mean of `p(x|y)` over all y."
        )
    values = {name: {called: value} for name, value in values.items()}
    return {"likelihood": {"protocol": protocol, "values": values}}


def of_each_label(model, samples, labels):
    """What `log p(x|y)` of all labels y says of samples and theirs.

    Args:
        model: With labels.
        samples: Array of `n`.
        labels: Integers `(n,)`.

    Returns:
        `labels_found`, the share of samples x of which `argmax_y log p(x|y)` is the
        label, and `label_nats`, the mean of `log p(x|y) - log(mean over y' of
        p(x|y'))`, at most the logarithm of the number of labels.
    """
    log_probs = np.stack(
        [
            model.log_prob(samples, labels=label, verbose=0).astype("float64")
            for label in range(model.labels.size)
        ],
        axis=1,
    )
    own = log_probs[np.arange(len(samples)), labels]
    without = np.logaddexp.reduce(log_probs, axis=1) - math.log(model.labels.size)
    return {
        "labels_found": float(np.mean(log_probs.argmax(axis=1) == labels)),
        "label_nats": float(np.mean(own - without)),
    }
