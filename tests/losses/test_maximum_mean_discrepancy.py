import numpy as np
import pytest
from keras import ops

from kerasgen.losses import maximum_mean_discrepancy
from kerasgen.losses.maximum_mean_discrepancy import SCALES


def kernel(a, b, variance=1.0, scales=SCALES):
    d = len(a)
    C = [2 * d * variance * s for s in scales]
    return sum(c / (c + ((a - b) ** 2).sum()) for c in C)


def brute_force(x, y, biased, **kernels):
    """Pair by pair, in float64."""
    x, y = x.astype("float64"), y.astype("float64")
    n = len(x)
    within = across = 0.0
    for i in range(n):
        for j in range(n):
            if biased or i != j:
                within += kernel(x[i], x[j], **kernels) + kernel(y[i], y[j], **kernels)
            across += kernel(x[i], y[j], **kernels)
    return within / (n * n if biased else n * (n - 1)) - 2 * across / n**2


def vectors(n, d, seed=0, mean=0.0):
    return np.random.default_rng(seed).normal(mean, 1.0, (n, d)).astype("float32")


def mmd(x, y, **arguments):
    return float(ops.convert_to_numpy(maximum_mean_discrepancy(x, y, **arguments)))


@pytest.mark.parametrize("biased", [False, True])
@pytest.mark.parametrize(
    "kernels", [{}, {"variance": 4.0}, {"scales": (0.3, 2.0)}], ids=str
)
def test_it_is_the_sum_over_all_pairs(biased, kernels):
    x, y = vectors(20, 3), vectors(20, 3, seed=1, mean=0.5)
    expected = brute_force(x, y, biased, **kernels)
    assert mmd(x, y, biased=biased, **kernels) == pytest.approx(expected, abs=1e-5)


def test_it_is_unbiased():
    """Over many pairs of sets from one distribution; the biased one is about 2 k/n."""
    pairs = [
        (vectors(16, 2, seed=2 * i), vectors(16, 2, seed=2 * i + 1)) for i in range(80)
    ]
    found = np.array([mmd(x, y) for x, y in pairs])
    assert abs(found.mean()) < 3 * found.std() / np.sqrt(len(found))
    assert (found < 0).any()
    assert min(mmd(x, y, biased=True) for x, y in pairs) > 0


def test_its_gradient_draws_sets_together(value_and_gradient):
    x, y = vectors(30, 2), vectors(30, 2, seed=1, mean=2.0)
    _, gradient = value_and_gradient(
        lambda a: maximum_mean_discrepancy(a, ops.convert_to_tensor(y)), x
    )
    step = 1e-2 * np.random.default_rng(3).normal(size=x.shape)
    ends = [brute_force(x + s * step, y, False) for s in (0.5, -0.5)]
    assert (gradient * step).sum() == pytest.approx(ends[0] - ends[1], rel=1e-2)
    assert (gradient.mean(axis=0) < 0).all()  # a step against it goes towards y


@pytest.mark.parametrize("arguments", [{"variance": 0.0}, {"scales": (1.0, -1.0)}])
def test_kernels_that_are_none_are_refused(arguments):
    x = vectors(4, 2)
    with pytest.raises(ValueError, match=f"`{next(iter(arguments))}` must be positive"):
        maximum_mean_discrepancy(x, x, **arguments)


def test_one_vector_alone_says_nothing(value_and_gradient):
    x, y = vectors(1, 3), vectors(1, 3, seed=1)
    value, gradient = value_and_gradient(lambda x: maximum_mean_discrepancy(x, y), x)
    assert float(value) == 0.0
    np.testing.assert_array_equal(gradient, np.zeros((1, 3)))
    biased = mmd(x, y, biased=True)
    assert biased == pytest.approx(brute_force(x, y, True), rel=1e-5)


@pytest.mark.parametrize("shape", [(3, 2), (4, 3), (4,)], ids=str)
def test_sets_that_differ_are_refused(shape):
    with pytest.raises(ValueError, match=r"Received: shapes \(4, 2\) and"):
        mmd(vectors(4, 2), np.zeros(shape, "float32"))
