import numpy as np
import pytest

from kerasgen.inputs import FittedMixture, Given, Latents, philox
from kerasgen.kinds import Vectors
from kerasgen.layers import GaussianMixture


def test_it_can_be_drawn_once_there_is_a_mixture():
    empty = FittedMixture(2)
    assert not empty.drawable
    with pytest.raises(ValueError, match="fit_prior.*Received: no latents"):
        empty.draw(3, philox(0))
    np.testing.assert_array_equal(empty.check([[1, 2]], 1), [[1.0, 2.0]])
    filled = FittedMixture(2, 1)
    filled.mixture = GaussianMixture(2, 1)
    for table, value in zip(
        filled.mixture.tables,
        ([1.0], [[3.0, -4.0]], [np.diag([0.0, 2.0])]),
        strict=True,
    ):
        table.assign(np.array(value))
    assert filled.drawable
    drawn = filled.draw(5000, philox(0))
    np.testing.assert_array_equal(drawn[:, 0], 3.0)
    assert drawn[:, 1].std() == pytest.approx(2.0, rel=0.05)
    # Its plane is drawn at its own quantiles, and not at those of N(0, 1).
    quantiles = filled.quantiles(np.array([0.16, 0.5, 0.84]))
    np.testing.assert_allclose(quantiles[:, 1], [-6.0, -4.0, -2.0], atol=0.15)


def test_what_cannot_be_drawn_says_so():
    assert Latents(2).drawable
    assert not Given(Vectors(2)).drawable


@pytest.mark.parametrize(
    "distribution, expected",
    [
        ("uniform", [-0.5, 0.5]),
        ("unit_uniform", [0.25, 0.75]),
        ("normal", [-0.6745, 0.6745]),
    ],
)
def test_quantiles_of_latents(distribution, expected):
    found = Latents(3, distribution).quantiles(np.array([0.25, 0.75]))
    np.testing.assert_allclose(found, np.repeat([expected], 3, axis=0).T, atol=1e-4)
