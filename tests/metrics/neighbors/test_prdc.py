"""Precision and recall, density and coverage: what they share."""

import numpy as np
import pytest

from kerasgen.metrics import density_coverage, prdc, precision_recall
from kerasgen.metrics.neighbors import distances

pytestmark = pytest.mark.host


def all_distances(x, y):
    x, y = x.astype("float64"), y.astype("float64")
    return np.sqrt(((x[:, None] - y[None]) ** 2).sum(-1))


def brute_force(real, fake, precision_k=3, density_k=5):
    """All four, straight from their definitions."""

    def radii(points, k):
        return np.sort(all_distances(points, points), axis=1)[:, k]  # 0 is itself

    apart = all_distances(real, fake)
    in_real = apart <= radii(real, precision_k)[:, None]
    in_fake = apart <= radii(fake, precision_k)[None]
    dense = apart <= radii(real, density_k)[:, None]
    return (
        in_real.any(0).mean(),
        in_fake.any(1).mean(),
        dense.sum() / (density_k * len(fake)),
        dense.any(1).mean(),
    )


def sets(kind, dtype="float32"):
    random = np.random.default_rng(0)
    if kind == "normal":
        real, fake = random.normal(size=(120, 6)), 0.8 * random.normal(size=(100, 6))
    if kind == "lattice":  # ties and duplicates everywhere
        real, fake = random.integers(0, 3, (120, 3)), random.integers(0, 4, (100, 3))
    if kind == "copies":  # of real images, some of them often
        real = random.normal(size=(120, 6))
        fake = np.concatenate([real[:30], np.repeat(real[30:32], 35, axis=0)])
    if kind == "collapsed":
        real, fake = random.normal(size=(120, 6)), np.full((100, 6), 0.1)
    return real.astype(dtype), fake.astype(dtype)


KINDS = ("normal", "lattice", "copies", "collapsed")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", KINDS)
def test_they_are_their_definitions(kind, dtype):
    real, fake = sets(kind, dtype)
    expected = brute_force(real, fake)
    assert precision_recall(real, fake) == pytest.approx(expected[:2], rel=1e-12)
    assert density_coverage(real, fake) == pytest.approx(expected[2:], rel=1e-12)
    assert prdc(real, fake) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("k", [1, 2, 20])
def test_any_neighbor(k):
    real, fake = sets("lattice")
    expected = brute_force(real, fake, k, k)
    assert precision_recall(real, fake, k=k) == pytest.approx(expected[:2], rel=1e-12)
    assert density_coverage(real, fake, k=k) == pytest.approx(expected[2:], rel=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_neither_order_nor_blocks_matter(kind, monkeypatch):
    real, fake = sets(kind)
    expected = prdc(real, fake)
    random = np.random.default_rng(1)
    real, fake = random.permutation(real), random.permutation(fake)
    assert prdc(real, fake) == expected
    monkeypatch.setattr(distances, "TILE", 11)
    assert prdc(real, fake) == expected


def test_features_far_from_the_origin():
    # In single precision |x|^2 - 2 x.y + |y|^2 would leave nothing of the distances.
    real, fake = sets("normal")
    real, fake = (np.round(64 * x) / 64 + 2048 for x in (real, fake))
    near = brute_force(real - 2048, fake - 2048)
    assert prdc(real, fake) == pytest.approx(near, rel=1e-12)


def test_a_set_and_itself():
    real, _ = sets("normal")
    assert precision_recall(real, real.copy()) == (1.0, 1.0)
    assert density_coverage(real, real.copy()).coverage == 1.0


def test_sets_far_apart():
    real, fake = sets("normal")
    assert prdc(real, fake + 100) == (0.0, 0.0, 0.0, 0.0)


def test_an_outlier_lifts_precision_but_not_density():
    # Naeem et al., section 3.1: its ball is so large that it makes all realistic.
    real, fake = sets("normal")
    real = np.concatenate([real, np.full((1, 6), 40.0, "float32")])
    fake = fake + 12
    assert precision_recall(real, fake).precision == 1.0
    assert density_coverage(real, fake).density < 0.3


def test_a_collapsed_generator_takes_no_longer(monkeypatch):
    pairs, define = [], distances.squared_differences

    def counted(x, y):
        pairs.append(len(x))
        return define(x, y)

    monkeypatch.setattr(distances, "squared_differences", counted)
    real = np.random.default_rng(0).normal(size=(300, 8)).astype("float32")
    prdc(real, np.full((3000, 8), 0.1, "float32"))
    assert sum(pairs) < 20_000  # of nine million pairs of generated images


@pytest.mark.parametrize("metric", [precision_recall, density_coverage])
def test_bad_arguments_are_refused(metric):
    real, fake = sets("normal")
    with pytest.raises(ValueError, match="`real` must hold at least 9.*k=8.*ved: 8"):
        metric(real[:8], fake, k=8)
    with pytest.raises(ValueError, match="of one size.*6.*5"):
        metric(real, fake[:, :5])
    with pytest.raises(ValueError, match="`k` must be a positive integer.*k=0"):
        metric(real, fake, k=0)
    fake[17, 3] = np.nan
    with pytest.raises(ValueError, match="`fake` must be finite.*row 17"):
        metric(real, fake)


def test_recall_needs_neighbors_of_generated_images():
    real, fake = sets("normal")
    with pytest.raises(ValueError, match="`fake` must hold at least 4"):
        precision_recall(real, fake[:3])
    assert density_coverage(real, fake[:1]).density >= 0.0
