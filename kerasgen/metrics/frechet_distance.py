"""The Fréchet distance of two Gaussians."""

import numpy as np

from kerasgen.arguments import as_array
from kerasgen.metrics.features import host_array

NEGATIVE = 1e-3  # of the largest eigenvalue: more is no rounding


def frechet_distance(mu1, cov1, mu2, cov2):
    """Squared Fréchet distance of two normal distributions, the FID of features.

    `|mu1 - mu2|^2 + trace(C1) + trace(C2) - 2 trace((C1 C2)^(1/2))`

    The last trace is the sum of the singular values of `F1' F2`, where `C = F F'`:
    no square root of a matrix is taken, and none of a rounded number but in `F`.

    Args:
        mu1, mu2: Means, `(size,)`.
        cov1, cov2: Covariances, `(size, size)`, of any rank. Eigenvalues that cannot be
            told from zero, below `size * 2.2e-16` of the largest, count as zero.

    Returns:
        Float of at least 0, in the square of the features' unit.

    Raises:
        ValueError: If shapes differ, a value is not finite, or a covariance is not
            symmetric or has eigenvalues well below zero.

    Example:

    ```python
    one, identity = np.ones(3), np.eye(3)
    kerasgen.metrics.frechet_distance(one, identity, 0 * one, 4 * identity)  # 6.0
    ```

    Reference:
        Heusel et al., 2017, arXiv:1706.08500, equation 6; Dowson and Landau, The
        Fréchet distance between multivariate normal distributions, 1982.
    """
    from scipy.linalg import svdvals

    mu1, cov1 = _check_gaussian(mu1, cov1, "1")
    mu2, cov2 = _check_gaussian(mu2, cov2, "2")
    if len(mu1) != len(mu2):
        raise ValueError(
            "`mu1` and `mu2` must be of one size, from one extractor. "
            f"Received: {len(mu1)} and {len(mu2)}"
        )
    factor1, factor2 = _factor(cov1, "cov1"), _factor(cov2, "cov2")
    overlap = factor1.T @ factor2
    # A factor of rank 0 leaves nothing to sum.
    trace = svdvals(overlap, check_finite=False).sum() if overlap.size else 0.0
    # trace(F F'), so that what a factor leaves out counts nowhere.
    traces = sum(np.vdot(factor, factor) for factor in (factor1, factor2))
    apart = mu1 - mu2
    return max(float(apart @ apart + traces - 2.0 * trace), 0.0)


def _factor(cov, name):
    """`F` with `cov = F F'`, `(size, rank)`."""
    from scipy.linalg import eigh
    from scipy.linalg.lapack import dpotrf

    smallest = len(cov) * np.finfo("float64").eps
    lower, failed = dpotrf(cov, lower=True, clean=True)
    # Cholesky may succeed on rounding alone; its pivots then give it away.
    if not failed and lower.diagonal().min() ** 2 > smallest * cov.diagonal().max():
        return lower
    values, vectors = eigh(cov, check_finite=False)
    if values[0] < -NEGATIVE * max(values[-1], 0.0):
        raise ValueError(
            f"`{name}` must be a covariance: no eigenvalue is negative. Received: "
            f"eigenvalues from {values[0]:g} to {values[-1]:g}"
        )
    kept = values > smallest * values[-1]
    return vectors[:, kept] * np.sqrt(values[kept])


def _numbers(given, name):
    return as_array(name, host_array(given, name), "float64")


def _check_gaussian(mu, cov, number):
    mu = np.atleast_1d(_numbers(mu, f"mu{number}"))
    cov = np.atleast_2d(_numbers(cov, f"cov{number}"))
    if mu.ndim != 1 or cov.shape != (len(mu), len(mu)):
        raise ValueError(
            f"`mu{number}` must have shape (size,) and `cov{number}` (size, size). "
            f"Received: shapes {mu.shape} and {cov.shape}"
        )
    for name, values in ((f"mu{number}", mu), (f"cov{number}", cov)):
        if not np.isfinite(values).all():
            raise ValueError(f"`{name}` must be finite. Received: NaN or infinity")
    asymmetry = np.abs(cov - cov.T).max()
    if asymmetry > 1e-5 * np.abs(cov).max():
        raise ValueError(
            f"`cov{number}` must be symmetric. Received: entries that differ from "
            f"their mirror image by up to {asymmetry:g}"
        )
    return mu, cov
