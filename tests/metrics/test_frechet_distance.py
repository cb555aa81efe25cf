import numpy as np
import pytest

from kerasgen.metrics import frechet_distance

pytestmark = pytest.mark.host


def orthogonal(size, seed=0):
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(size, size)))[0]


def features(n, size, seed, scale=1.0):
    """Correlated and off the origin."""
    random = np.random.default_rng(seed)
    mixing = scale * random.normal(size=(size, size))
    return random.normal(size=(n, size)) @ mixing + 3 * scale


def of_features(x, y):
    return frechet_distance(
        x.mean(0), np.cov(x, rowvar=False), y.mean(0), np.cov(y, rowvar=False)
    )


def expected_of_features(x, y):
    """The covariances are products of the centered features: no root is taken."""
    a, b = ((z - z.mean(0)) / np.sqrt(len(z) - 1) for z in (x, y))
    trace = np.linalg.svd(a @ b.T, compute_uv=False).sum()
    apart = x.mean(0) - y.mean(0)
    return apart @ apart + (a**2).sum() + (b**2).sum() - 2 * trace


def test_one_dimension():
    # (3 - 1)^2 + (2 - 5)^2
    assert frechet_distance([3.0], [[4.0]], [1.0], [[25.0]]) == pytest.approx(13.0)


@pytest.mark.parametrize("smallest", [1.0, 1e-4, 1e-10])
def test_covariances_with_the_same_axes(smallest):
    a, b = np.geomspace(smallest, 3.0, 40), np.linspace(2.0, 0.5, 40)
    axes = orthogonal(40)
    mu = np.arange(40) / 40
    distance = frechet_distance(mu, axes * a @ axes.T, -mu, axes * b @ axes.T)
    expected = np.sum((2 * mu) ** 2) + np.sum((np.sqrt(a) - np.sqrt(b)) ** 2)
    assert distance == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("counts", [(200, 300), (20, 30), (20, 300), (64, 65), (2, 2)])
def test_any_rank(counts):
    x, y = features(counts[0], 64, 1), features(counts[1], 64, 2)
    assert of_features(x, y) == pytest.approx(expected_of_features(x, y), rel=1e-9)


@pytest.mark.parametrize("count", [1000, 64, 33, 10, 2])
def test_a_set_and_itself(count):
    x = features(count, 64, 1, scale=10.0)
    assert of_features(x, x.copy()) < 1e-8


def test_rounding_of_the_covariance_does_not_show():
    x, y = features(30, 256, 1), features(40, 256, 2)
    exact = of_features(x, y)
    for z in (x, y):  # the same sets, summed in another order
        z[:] = z[np.random.default_rng(3).permutation(len(z))]
    assert of_features(x, y) == pytest.approx(exact, rel=1e-10)


def test_a_feature_that_is_always_the_same():
    x, y = features(200, 8, 1), features(200, 8, 2)
    x[:, 3] = y[:, 3] = 7.0
    assert of_features(x, y) == pytest.approx(expected_of_features(x, y), rel=1e-9)


def test_sets_of_one_repeated_image():
    zero = np.zeros((3, 3))
    assert frechet_distance([1, 2, 2], zero, [0, 0, 0], zero) == 9.0
    spread = frechet_distance([0, 0, 0], zero, [0, 0, 0], 2 * np.eye(3))
    assert spread == pytest.approx(6.0)


def test_order_of_the_sets_does_not_matter():
    x, y = features(20, 32, 1), features(99, 32, 2)
    assert of_features(x, y) == pytest.approx(of_features(y, x), rel=1e-12)


def test_covariances_in_single_precision():
    # Rounding leaves eigenvalues below zero; they count as zero.
    x, y = features(20, 64, 1), features(30, 64, 2)
    distance = frechet_distance(
        *(f(z) for z in (x, y) for f in (mean_32, covariance_32))
    )
    assert distance == pytest.approx(expected_of_features(x, y), rel=1e-2)


def mean_32(x):
    return x.mean(0).astype("float32")


def covariance_32(x):
    return np.cov(x, rowvar=False).astype("float32")


ONE, EYE = np.ones(3), np.eye(3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((ONE, EYE, np.ones(4), np.eye(4)), "`mu1` and `mu2`.*Received: 3 and 4"),
        ((ONE, np.eye(4), ONE, EYE), r"`cov1` \(size, size\).*Received.*\(4, 4\)"),
        ((ONE, EYE, ONE, EYE[:2]), r"`cov2`.*Received.*\(2, 3\)"),
        ((ONE * np.nan, EYE, ONE, EYE), "`mu1` must be finite"),
        ((["a"] * 3, EYE, ONE, EYE), "`mu1` must be an array of numbers"),
        ((ONE, EYE, ONE, np.full((3, 3), np.inf)), "`cov2` must be finite"),
        ((ONE, EYE, ONE, np.triu(np.ones((3, 3)))), "`cov2` must be symmetric"),
        ((ONE, EYE, ONE, np.diag([1.0, -0.5, 1.0])), "`cov2`.*eigenvalues from -0.5"),
    ],
)
def test_what_is_no_gaussian_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        frechet_distance(*arguments)
