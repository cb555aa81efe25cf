"""A mixture of Gaussians whose numbers are weights of a model."""

import keras
import numpy as np

from kerasgen.arguments import (
    check_counts,
    check_one_of,
    check_positive,
    check_seeds,
    plain_numbers,
)
from kerasgen.registered import registered

COVARIANCES = ("full", "diag", "spherical", "tied")  # as scikit-learn calls them


@registered
class GaussianMixture(keras.layers.Layer):
    """A distribution of vectors, `p(z) = sum over k of w_k N(z; m_k, L_k L_k^T)`.

    It is saved with a model, and never trained by gradients.

    Args:
        size: Numbers in a vector.
        components: Gaussians; 0 for a place that is still to be filled.

    Raises:
        ValueError: If a number is out of range.
    """

    @plain_numbers
    def __init__(self, size, components=0, **kwargs):
        super().__init__(**kwargs)
        check_positive(size=size)
        check_counts(components=components)
        self.size = size
        self.components = components
        shapes = {"weights": (), "means": (size,), "roots": (size, size)}
        self.tables = [
            self.add_weight(
                (components, *shape), "zeros", "float32", trainable=False, name=name
            )
            for name, shape in shapes.items()
            if components
        ]
        self.built = True  # it has no inputs to be built for

    def draw(self, n, random):
        """`n` vectors, drawn by a NumPy generator, float32 `(n, size)`."""
        weights, means, roots = (t.numpy().astype("float64") for t in self.tables)
        shares = np.cumsum(weights / weights.sum())
        chosen = np.searchsorted(shares[:-1], random.random(n), side="right")
        normal = random.standard_normal((n, self.size))
        noise = np.einsum("nij,nj->ni", roots[chosen], normal)
        return (means[chosen] + noise).astype("float32")

    def get_config(self):
        config = super().get_config()
        return {**config, "size": self.size, "components": self.components}

    @classmethod
    def fitted(cls, vectors, components=10, covariance="full", seed=0):
        """One that was fitted to vectors, by scikit-learn's expectation maximization.

        Args:
            vectors: NumPy array `(n, size)`.
            components: How many Gaussians, at most n.
            covariance: What they may look like: `"full"`, `"diag"`, `"spherical"`, or
                `"tied"`, all alike.
            seed: Integer that fixes where the fit begins.

        Raises:
            ValueError: If an argument is out of range.
            ImportError: If scikit-learn is not installed.
        """
        check_positive(components=components)
        check_one_of(COVARIANCES, covariance=covariance)
        check_seeds(seed=seed)
        if components > len(vectors):
            raise ValueError(
                "`components` must not be more than there are samples. "
                f"Received: components={components} for {len(vectors)} samples"
            )
        found = _scikit_learn().GaussianMixture(
            components, covariance_type=covariance, random_state=seed % 2**32
        )
        found.fit(vectors.astype("float64"))
        size = vectors.shape[1]
        made = cls(size, components)
        covariances = _as_full(found.covariances_, covariance, components, size)
        values = found.weights_, found.means_, np.linalg.cholesky(covariances)
        for table, value in zip(made.tables, values, strict=True):
            table.assign(value.astype("float32"))
        return made


def _scikit_learn():
    try:
        import sklearn.mixture
    except ImportError as error:
        raise ImportError(
            "Fitting a mixture of Gaussians needs scikit-learn: "
            "pip install scikit-learn"
        ) from error
    return sklearn.mixture


def _as_full(covariances, kind, components, size):
    """Matrices `(components, size, size)` of what scikit-learn gives."""
    eye = np.eye(size)
    if kind == "tied":
        return np.broadcast_to(covariances, (components, size, size))
    if kind == "diag":
        return covariances[:, :, None] * eye
    return covariances[:, None, None] * eye if kind == "spherical" else covariances
