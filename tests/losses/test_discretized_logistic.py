"""Masses of the 256 levels of a byte, against SciPy in float64."""

import numpy as np
import pytest
from keras import ops
from scipy import stats

from kerasgen import losses
from kerasgen.kinds import Images, Voxels
from kerasgen.losses.discretized_logistic import log_mass

LEVELS = np.arange(256) / 127.5 - 1.0
# Means inside, on an edge of a bin, between two, and far outside; all scales.
MEANS = [0.0, -1.0, 1.0, -1 / 255, 0.3333, 0.998, 5.0, -40.0, 1e6]
LOG_SCALES = [-50.0, -7.0, -6.0, -4.0, -1.0, 0.0, 3.0, 14.0, 60.0]


def masses(mean, log_scale):
    """float64 `(256,)`, of what was worked out in float32."""
    arguments = (LEVELS, np.full(256, mean), np.full(256, log_scale))
    tensors = [ops.convert_to_tensor(x.astype("float32")) for x in arguments]
    return np.exp(ops.convert_to_numpy(log_mass(*tensors)).astype("float64"))


@pytest.mark.parametrize("log_scale", LOG_SCALES)
def test_they_sum_to_one_whatever_the_parameters(log_scale):
    sums = [masses(mean, log_scale).sum() for mean in MEANS]
    np.testing.assert_allclose(sums, 1.0, atol=1e-5)


@pytest.mark.parametrize("log_scale", [-4.0, -1.0, 1.0])
@pytest.mark.parametrize("mean", [0.0, -1.0, 0.3333, 1.4])
def test_each_is_a_difference_of_the_distribution_function(mean, log_scale):
    edges = (np.arange(257) - 0.5) / 127.5 - 1.0
    edges[[0, -1]] = -np.inf, np.inf  # the ends have all that is beyond them
    expected = np.diff(stats.logistic.cdf(edges, mean, np.exp(log_scale)))
    np.testing.assert_allclose(masses(mean, log_scale), expected, atol=1e-6)


def test_a_level_far_from_the_mean_keeps_an_exact_logarithm():
    arguments = np.array([[1 / 255], [-1.0], [-3.0]], "float32")
    found = log_mass(*map(ops.convert_to_tensor, arguments))
    x, scale = 1 / 255, np.exp(-3.0)
    # Beyond all doubles: log of exp(-a) (1 - exp(-width / scale)), a = 20 and more.
    a = (x + 1 / 255 + 1.0) / scale
    b = (x - 1 / 255 + 1.0) / scale
    expected = -np.log1p(np.exp(-a)) - np.log1p(np.exp(b)) + np.log(-np.expm1(b - a))
    np.testing.assert_allclose(ops.convert_to_numpy(found), expected, rtol=1e-5)


def test_the_likelihood_is_the_sum_over_pixels_and_channels():
    random = np.random.default_rng(0)
    shape = (3, 4, 5, 2)
    images = np.rint(random.uniform(0, 255, shape)) / 127.5 - 1
    mean, log_scale = random.normal(0, 0.5, shape), random.uniform(-2, 1, shape)
    found = losses.DiscretizedLogistic().log_prob(
        ops.convert_to_tensor(images.astype("float32")),
        {
            "mean": ops.convert_to_tensor(mean.astype("float32")),
            "log_scale": ops.convert_to_tensor(log_scale.astype("float32")),
        },
    )
    upper = stats.logistic.cdf(images + 1 / 255, mean, np.exp(log_scale))
    lower = stats.logistic.cdf(images - 1 / 255, mean, np.exp(log_scale))
    upper, lower = np.where(images == 1, 1, upper), np.where(images == -1, 0, lower)
    expected = np.log(upper - lower).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(ops.convert_to_numpy(found), expected, rtol=1e-5)


def test_its_gradient_is_finite_everywhere_and_that_of_the_formula(value_and_gradient):
    values = ops.convert_to_tensor(np.repeat(LEVELS, 3).astype("float32"))
    means = np.tile([-1.0, 0.01, 30.0], 256)
    for log_scale in (-9.0, -2.0, 14.0):
        _, gradient = value_and_gradient(
            lambda m, s=log_scale: log_mass(values, m, s), means
        )
        assert np.isfinite(gradient).all()
    at = np.array([0.2])
    level = ops.convert_to_tensor(np.array([LEVELS[140]], "float32"))
    _, gradient = value_and_gradient(lambda m: log_mass(level, m, -2.0), at)
    sides = []
    for m in (0.2 + 1e-6, 0.2 - 1e-6):
        edges = LEVELS[140] + np.array([-1, 1]) / 255
        sides.append(np.log(np.diff(stats.logistic.cdf(edges, m, np.exp(-2.0)))[0]))
    np.testing.assert_allclose(gradient, (sides[0] - sides[1]) / 2e-6, rtol=1e-4)


def test_by_name_and_for_images_alone():
    kind = Images((4, 4, 3))
    found = losses.get_likelihood("discretized_logistic", kind)
    assert isinstance(found, losses.DiscretizedLogistic)
    shapes = dict.fromkeys(("mean", "log_scale"), kind.shape)
    assert found.shapes(kind.shape) == shapes
    with pytest.raises(ValueError, match="Networks take values of Voxels"):
        losses.get_likelihood("discretized_logistic", Voxels((4, 4, 4, 1)))
