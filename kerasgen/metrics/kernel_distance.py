"""The kernel distance of two sets of features."""

import numpy as np

from kerasgen.arguments import check_positive, check_seeds
from kerasgen.data.order import shuffled
from kerasgen.metrics.estimate import Estimate
from kerasgen.metrics.features import check_pair


def kernel_distance(a, b, subsets=100, subset_size=1000, seed=0):
    """Kernel inception distance: the unbiased squared MMD, a mean over random subsets.

    The kernel is `(x.y / size + 1)^3`. Each subset is drawn without replacement from
    either set; an estimate may be negative.

    Args:
        a, b: Features, array-like `(n, size)` and `(m, size)`.
        subsets: How many subsets.
        subset_size: Images in each, from 2 to the smaller set.
        seed: Integer from 0 that fixes the subsets, the same on every machine.

    Returns:
        `(mean, std)` over the subsets.

    Raises:
        ValueError: If a set is smaller than `subset_size`, sizes of features differ, or
            a value is not finite.

    Reference:
        Bińkowski et al., 2018, arXiv:1801.01401, section 4; the unbiased
        estimator is that of Gretton et al., 2012, lemma 6.
    """
    check_positive(subsets=subsets, subset_size=subset_size)
    check_seeds(seed=seed)
    if subset_size < 2:
        raise ValueError(
            f"`subset_size` must be at least 2. Received: subset_size={subset_size}"
        )
    a, b = check_pair(a, b, [subset_size] * 2, "`subset_size`", names=("a", "b"))
    estimates = [
        squared_mmd(
            a[shuffled(len(a), seed, 2 * i)[:subset_size]],
            b[shuffled(len(b), seed, 2 * i + 1)[:subset_size]],
        )
        for i in range(subsets)
    ]
    return Estimate(float(np.mean(estimates)), float(np.std(estimates)))


def squared_mmd(x, y):
    """Unbiased estimate of the squared maximum mean discrepancy, in float64.

    Args:
        x, y: Features, arrays `(n, size)` with one `n` of at least 2.
    """
    x, y = x.astype("float64"), y.astype("float64")
    n = len(x)
    # A point and itself are no pair.
    within = sum(k.sum() - k.trace() for k in (_kernel(x, x), _kernel(y, y)))
    return within / (n * (n - 1)) - 2.0 * _kernel(x, y).mean()


def _kernel(x, y):
    k = x @ y.T
    k /= x.shape[1]
    k += 1.0
    return k * k * k
