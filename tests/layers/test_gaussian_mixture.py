"""A mixture as weights of a model, against SciPy and scikit-learn."""

import sys

import keras
import numpy as np
import pytest
from scipy import stats

from kerasgen.layers import GaussianMixture

RANDOM = np.random.default_rng(0)
VECTORS = np.concatenate(
    [RANDOM.normal(-3, 1, (300, 2)), RANDOM.normal(2, [0.3, 2.0], (700, 2))]
)


def philox(seed=0):
    return np.random.Generator(np.random.Philox(seed))


@pytest.mark.parametrize("covariance", ["full", "diag", "spherical", "tied"])
def test_what_is_drawn_has_the_density_that_scikit_learn_found(covariance):
    from sklearn.mixture import GaussianMixture as Found

    expected = Found(2, covariance_type=covariance, random_state=3).fit(VECTORS)
    mixture = GaussianMixture.fitted(VECTORS, 2, covariance, seed=3)
    drawn = mixture.draw(40_000, philox()).astype("float64")
    # Draws of the mixture itself have the mean log-density that it has, its entropy.
    theirs, _ = expected.sample(40_000)
    found, known = expected.score(drawn), expected.score(theirs)
    assert found == pytest.approx(known, abs=0.03)
    for one, other in zip(drawn.T, theirs.T, strict=True):
        assert stats.ks_2samp(one, other).pvalue > 1e-4


def test_components_are_drawn_by_their_weights():
    mixture = GaussianMixture(1, 3)
    weights, means, roots = mixture.tables
    weights.assign([0.5, 0.0, 0.5])
    means.assign([[-1.0], [100.0], [1.0]])
    drawn = mixture.draw(2000, philox())
    assert set(np.unique(drawn)) == {-1.0, 1.0}
    assert drawn.mean() == pytest.approx(0.0, abs=0.1)


def test_it_has_no_weights_before_it_is_filled_and_none_that_train():
    assert GaussianMixture(4).weights == []
    filled = GaussianMixture(4, 2)
    assert [tuple(v.shape) for v in filled.weights] == [(2,), (2, 4), (2, 4, 4)]
    assert filled.trainable_weights == []
    again = GaussianMixture.from_config(filled.get_config())
    assert (again.size, again.components) == (4, 2)
    assert (
        keras.saving.get_registered_name(GaussianMixture) == "kerasgen>GaussianMixture"
    )


def test_without_scikit_learn_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.mixture", None)
    with pytest.raises(ImportError, match="pip install scikit-learn"):
        GaussianMixture.fitted(VECTORS, 2)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"size": 0}, "Received: size=0"),
        ({"size": 2, "components": -1}, "Received: components=-1"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        GaussianMixture(**arguments)
