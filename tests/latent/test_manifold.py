import numpy as np
import pytest
from scipy.stats import norm

from kerasgen.inputs import Latents
from kerasgen.latent import manifold

pytestmark = pytest.mark.host


@pytest.fixture
def flat(painter):
    """Makes a model of one pixel: the second latent, shaded."""

    class Flat(painter):
        def __init__(self, *names, distribution="normal", size=2):
            super().__init__(*names or ("latents",))
            self.inputs = (Latents(size, distribution), *self.inputs[1:])

        def generate(self, *, latents, **others):
            self.asked = latents, others
            return super().generate(latents=latents, **others)

    return Flat


@pytest.mark.parametrize(
    ("distribution", "values"),
    [
        ("normal", norm.ppf([0.125, 0.375, 0.625, 0.875])),
        ("uniform", [-0.75, -0.25, 0.25, 0.75]),
    ],
)
def test_coordinates_are_evenly_spread_quantiles(flat, distribution, values):
    model = flat(distribution=distribution)
    grid = manifold(model, 4)
    latents = model.asked[0].reshape(4, 4, 2)
    np.testing.assert_allclose(latents[0, :, 0], values, rtol=1e-6)
    np.testing.assert_allclose(latents[:, 0, 1], values[::-1], rtol=1e-6)
    assert grid.shape == (4, 4, 3)  # one pixel each, and no padding
    np.testing.assert_array_equal(grid[2, :, 0], (128 + 10 * latents[2, :, 0]) // 1)


def test_all_else_stays(flat, tmp_path):
    model = flat("latents", "labels")
    grid = manifold(model, 3, tmp_path / "plane.png", padding=1, labels=7)
    np.testing.assert_array_equal(grid[1::2, 1::2, 1], 70)
    assert (tmp_path / "plane.png").exists()
    with pytest.raises(ValueError, match="give `labels`"):
        manifold(model, 3)


def test_what_has_no_plane_is_refused(flat, painter):
    with pytest.raises(ValueError, match="two numbers. Received: latents of 3"):
        manifold(flat(size=3))
    with pytest.raises(ValueError, match="not made from latents, but from codes"):
        manifold(painter("codes"))
    with pytest.raises(ValueError, match="steps=0"):
        manifold(flat(), 0)
