import itertools

import numpy as np
import pytest

from kerasgen.metrics import kernel_distance

pytestmark = pytest.mark.host


def brute_force(x, y):
    """Sum over pairs, one kernel at a time."""
    n, size = x.shape

    def kernel(a, b):
        product = sum(float(p) * float(q) for p, q in zip(a, b, strict=True))
        return (product / size + 1) ** 3

    pairs = list(itertools.permutations(range(n), 2))
    same = sum(kernel(z[i], z[j]) for z in (x, y) for i, j in pairs) / len(pairs)
    cross = sum(kernel(a, b) for a in x for b in y) / n**2
    return same - 2 * cross


@pytest.fixture
def sets():
    random = np.random.default_rng(0)
    return random.normal(size=(40, 5)), 0.2 + random.normal(size=(30, 5))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_of_whole_sets_it_is_the_brute_force_sum(sets, dtype):
    x, y = sets[0][:20].astype(dtype), sets[1][:20].astype(dtype)
    found = kernel_distance(x, y, subsets=2, subset_size=20)
    assert found.mean == pytest.approx(brute_force(x, y), rel=1e-10)
    assert found.std == pytest.approx(0.0, abs=1e-12)


def test_mean_and_deviation_are_those_of_the_subsets(sets):
    singles = [kernel_distance(*sets, 1, 10, seed).mean for seed in range(200)]
    found = kernel_distance(*sets, 200, 10)
    assert found.mean == pytest.approx(np.mean(singles), abs=4 * np.std(singles) / 10)
    assert found.std == pytest.approx(np.std(singles), rel=0.25)


def test_the_estimate_is_not_biased():
    random = np.random.default_rng(0)
    values = [
        kernel_distance(*random.normal(size=(2, 10, 3)), 1, 10).mean for _ in range(500)
    ]
    assert abs(np.mean(values)) < 3 * np.std(values) / np.sqrt(500)


def test_the_seed_fixes_the_subsets(sets):
    assert kernel_distance(*sets, 5, 10, 1) == kernel_distance(*sets, 5, 10, 1)
    assert kernel_distance(*sets, 5, 10, 1) != kernel_distance(*sets, 5, 10, 2)


def test_subsets_of_the_two_sets_are_drawn_apart(sets):
    x = sets[0]
    kernels = (x @ x.T / 5 + 1) ** 3
    apart = (kernels.sum() - kernels.trace()) / (40 * 39)
    found = kernel_distance(x, x, 400, 10)
    # Were they the same ten images, four times as much would be missing.
    missing = 2 * (kernels.mean() - apart)
    assert found.mean == pytest.approx(-missing, abs=0.5 * missing)


def test_subsets_do_not_repeat_an_image():
    # Drawn with replacement, a set of two would often be one image twice.
    x = np.array([[0.0], [1.0]])
    assert kernel_distance(x, x, 50, 2).std == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"subset_size": 31}, "`b` must hold at least 31 samples, `subset_size`.*30"),
        ({"subset_size": 1}, "`subset_size` must be at least 2"),
        ({"subsets": 0}, "`subsets` must be a positive integer"),
        ({"seed": -1}, "`seed` must be an integer from 0"),
        ({"b": np.zeros((30, 4))}, r"`a` and `b`.*\(40, 5\) and \(30, 4\)"),
        ({"a": np.full((40, 5), np.nan)}, "`a` must be finite.*row 0"),
        ({"a": np.array([["x"] * 5] * 40)}, "`a` must be numbers"),
    ],
)
def test_bad_arguments_are_refused(sets, arguments, message):
    good = {"a": sets[0], "b": sets[1], "subset_size": 10}
    with pytest.raises(ValueError, match=message):
        kernel_distance(**good | arguments)
