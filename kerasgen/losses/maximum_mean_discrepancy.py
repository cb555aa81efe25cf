"""How far two sets of vectors are from having one distribution."""

from keras import ops

from kerasgen.arguments import check_above_zero

SCALES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


def maximum_mean_discrepancy(x, y, variance=1.0, scales=SCALES, biased=False):
    """Squared MMD with inverse multiquadratic kernels, summed over several scales.

        k(a, b) = sum_s C_s / (C_s + |a - b|^2),   C_s = 2 d variance s

        1/(n(n-1)) sum_{i != j} (k(x_i, x_j) + k(y_i, y_j))
        - 2/n^2 sum_{i, j} k(x_i, y_j)

    which is the U-statistic: unbiased, and below zero about half of the time where the
    distributions are one.

    Args:
        x, y: Vectors `(n, d)`, float, as many of both. One alone has no pairs to
            estimate by: then the discrepancy is 0 unless it is the biased one.
        variance: Of each number of a vector under the distribution that is aimed at:
            `2 d variance` is the expected squared distance of two such vectors.
        scales: Factors of it, above 0.
        biased: Whether the pairs of a vector with itself count, which makes it a
            V-statistic, at least 0.

    Returns:
        A scalar, float32.

    Raises:
        ValueError: If a number is not above 0, or there are not as many of both.

    Reference:
        Tolstikhin et al., 2017, arXiv:1711.01558, algorithm 2 and section 4; kernels
        and scales are those of the authors' code, wae.py.
    """
    check_above_zero(variance=variance)
    for scale in scales:
        check_above_zero(scales=scale)
    x, y = ops.cast(x, "float32"), ops.cast(y, "float32")
    _check_alike(x.shape, y.shape)
    n, d = ops.shape(x)[0], x.shape[1]
    within, across = 0.0, 0.0
    for s in scales:
        C = 2.0 * d * variance * s
        within = within + _kernel(x, x, C) + _kernel(y, y, C)
        across = across + _kernel(x, y, C)
    n = ops.cast(n, "float32")
    if biased:
        return ops.sum(within - 2.0 * across) / ops.square(n)
    # k(a, a) = 1 at each scale, for x and for y
    pairs = ops.sum(within) - 2.0 * n * len(scales)
    estimate = pairs / ops.maximum(n * (n - 1.0), 1.0) - 2.0 * ops.sum(across) / n**2
    return ops.cast(n > 1.0, "float32") * estimate


def _check_alike(x, y):
    alike = all(a == b for a, b in zip(x, y, strict=False) if None not in (a, b))
    if (len(x), len(y)) != (2, 2) or not alike:
        raise ValueError(
            "`x` and `y` must be as many vectors of one size, (n, d). "
            f"Received: shapes {tuple(x)} and {tuple(y)}"
        )


def _kernel(a, b, C):
    """`C / (C + |a_i - b_j|^2)`, `(n, n)`."""
    return C / (C + _squared_distances(a, b))


def _squared_distances(a, b):
    lengths = [ops.sum(ops.square(v), axis=1) for v in (a, b)]
    products = ops.matmul(a, ops.transpose(b))
    return ops.relu(lengths[0][:, None] + lengths[1][None] - 2.0 * products)
