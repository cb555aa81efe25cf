"""Times metrics on features of the size of FID-Inception's.

    python benchmarks/metrics.py
    python benchmarks/metrics.py --images 50000 --only prdc kid

Features are random: 2,048 numbers, decaying variances, float32. Each line is a metric:
seconds, median of several runs after one that does not count, and the memory that NumPy
needed at most in that first run beyond the features themselves.
"""

import argparse
import statistics
import time
import tracemalloc

import numpy as np

from kerasgen import metrics

SIZE = 2048
LOW_RANK = 500


def features(n, seed):
    """float32 `(n, 2048)`, correlated and, like those of a network, not below zero."""
    mixing = np.random.default_rng(0).normal(size=(SIZE, SIZE))
    mixing /= np.arange(1, SIZE + 1)[:, None] ** 0.7
    random = np.random.default_rng(seed)
    made = np.empty((n, SIZE), "float32")
    for start in range(0, n, 1000):
        rows = made[start : start + 1000]
        rows[:] = np.maximum(random.normal(size=rows.shape) @ mixing + 0.3, 0.0)
    return made


def gaussian(rows):
    """Mean and covariance of features."""
    gathered = metrics.FeatureStatistics()
    gathered.update(rows)
    return gathered.mean, gathered.covariance


def cases(n):
    """What to time by name: a function that prepares, one that is timed."""
    pair = lambda n: (features(n, 1), features(n, 2))  # noqa: E731
    gaussians = lambda n: [m for x in pair(n) for m in gaussian(x)]  # noqa: E731
    return {
        "fid": (lambda: gaussians(3 * SIZE), metrics.frechet_distance),
        "fid_low_rank": (lambda: gaussians(LOW_RANK), metrics.frechet_distance),
        "statistics": (lambda: (features(n, 1),), gaussian),
        "kid": (lambda: pair(n), metrics.kernel_distance),
        "precision_recall": (lambda: pair(n), metrics.precision_recall),
        "density_coverage": (lambda: pair(n), metrics.density_coverage),
        "prdc": (lambda: pair(n), metrics.prdc),
        "nearest_images": (lambda: pair(n), metrics.nearest_images),
    }


def measure(prepare, function, repeats):
    """Median seconds, and the largest memory in MB."""
    arguments = prepare()
    tracemalloc.start()
    function(*arguments)
    memory = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        function(*arguments)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), memory


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=10_000, help="in each set")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", nargs="+", help="names of metrics")
    options = parser.parse_args()
    print(f"{options.images} images in each set, {SIZE} features")
    print(f"{'metric':20}{'seconds':>10}{'MB':>8}")
    for name, (prepare, function) in cases(options.images).items():
        if options.only is None or name in options.only:
            seconds, memory = measure(prepare, function, options.repeats)
            print(f"{name:20}{seconds:10.2f}{memory:8.0f}", flush=True)


if __name__ == "__main__":
    main()
