import keras
import numpy as np
import pytest

from kerasgen.metrics import FeatureStatistics, frechet_distance


def statistics(features, batch_size=None):
    result = FeatureStatistics()
    for i in range(0, len(features), batch_size or len(features)):
        result.update(features[i : i + (batch_size or len(features))])
    return result


@pytest.fixture
def features():
    """Far from the origin, where sums of squares would lose what they should tell."""
    random = np.random.default_rng(0)
    return 1e4 + random.normal(size=(2500, 6)) @ random.normal(size=(6, 6))


def test_mean_and_covariance(features):
    found = statistics(features, 100)
    centered = features - features.mean(0)
    assert found.count == 2500
    np.testing.assert_allclose(found.mean, features.mean(0), rtol=1e-13)
    expected = centered.T @ centered / 2499
    np.testing.assert_allclose(found.covariance, expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("batch_size", [1, 7, 999, 1024])
def test_the_batch_size_makes_no_difference(features, batch_size):
    whole, found = statistics(features), statistics(features, batch_size)
    np.testing.assert_array_equal(found.mean, whole.mean)
    np.testing.assert_array_equal(found.covariance, whole.covariance)


def test_the_order_makes_no_difference_to_a_distance(features):
    other = np.random.default_rng(1).normal(size=(1500, 6))
    order = np.random.default_rng(2).permutation(len(features))

    def distance(features):
        a, b = statistics(features, 64), statistics(other, 64)
        return frechet_distance(a.mean, a.covariance, b.mean, b.covariance)

    assert distance(features[order]) == pytest.approx(distance(features), rel=1e-9)


def test_reading_midway_makes_no_difference(features):
    found = FeatureStatistics()
    for i in range(0, 2500, 500):
        found.update(features[i : i + 500])
        found.mean  # noqa: B018
    expected = statistics(features).covariance
    np.testing.assert_allclose(found.covariance, expected, rtol=1e-10, atol=1e-10)


def test_merged_parts_make_the_whole(features):
    whole, found = statistics(features), FeatureStatistics()
    for part in np.split(features, [5, 1200, 1201]):
        found.merge(statistics(part))
    found.merge(FeatureStatistics())
    assert found.count == 2500
    np.testing.assert_allclose(found.mean, whole.mean, rtol=1e-13)
    expected = whole.covariance
    np.testing.assert_allclose(found.covariance, expected, rtol=1e-10, atol=1e-10)


def test_merging_leaves_the_other_as_it_was(features):
    other = statistics(features[:100])
    statistics(features[100:]).merge(other)
    assert other.count == 100
    np.testing.assert_array_equal(other.mean, statistics(features[:100]).mean)


def test_merged_with_itself_every_image_counts_twice(features):
    twice = statistics(features[:1900])
    twice.merge(twice)
    expected = statistics(np.concatenate([features[:1900]] * 2)).covariance
    assert twice.count == 3800
    np.testing.assert_allclose(twice.covariance, expected, rtol=1e-10, atol=1e-10)


def test_memory_does_not_grow():
    found = FeatureStatistics(8)

    def memory():
        return sum(v.nbytes for v in vars(found).values() if hasattr(v, "nbytes"))

    before = memory()
    for _ in range(5):
        found.update(np.zeros((3000, 8)))
    assert memory() == before


def test_tensors_are_taken(features):
    found = FeatureStatistics()
    found.update(keras.ops.convert_to_tensor(features.astype("float32")))
    expected = features.astype("float32").astype("float64").mean(0)
    np.testing.assert_allclose(found.mean, expected, rtol=1e-13)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_is_refused_and_not_added(features, value):
    found = statistics(features, 100)
    bad = features[:10].copy()
    bad[4, 2] = value
    with pytest.raises(ValueError, match="finite.*row 4 of batch 25"):
        found.update(bad)
    assert found.count == 2500
    np.testing.assert_array_equal(found.mean, statistics(features).mean)


def test_another_size_is_refused(features):
    with pytest.raises(ValueError, match="6 columns.*Received: 5 of batch 25"):
        statistics(features, 100).update(features[:, :5])
    with pytest.raises(ValueError, match="of size 6. Received: 5"):
        statistics(features).merge(statistics(features[:, :5]))
    with pytest.raises(ValueError, match="`features` must have shape.*Received"):
        FeatureStatistics().update(features[0])


def test_the_covariance_of_one_image_is_refused(features):
    with pytest.raises(ValueError, match="at least 2 samples. Received: 1"):
        statistics(features[:1]).covariance  # noqa: B018


def test_the_mean_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least 1 sample. Received: 0"):
        FeatureStatistics(3).mean  # noqa: B018


def test_a_saved_file_goes_on(features, tmp_path):
    statistics(features[:2000]).save(tmp_path / "a.npz")
    found = FeatureStatistics.load(tmp_path / "a.npz")
    found.update(features[2000:])
    assert found.count == 2500
    expected = statistics(features).covariance
    np.testing.assert_allclose(found.covariance, expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("damage", ["cut", "changed", "other", "pickle", "nan"])
def test_a_damaged_file_is_refused(features, tmp_path, damage):
    path = tmp_path / "a.npz"
    statistics(features).save(path)
    content = path.read_bytes()
    if damage == "cut":
        path.write_bytes(content[:300])
    if damage == "changed":  # within the covariance
        path.write_bytes(content[:-500] + b"?" + content[-499:])
    if damage == "other":
        np.savez(path, mu=np.zeros(3), sigma=np.eye(3))
    if damage == "pickle":
        np.savez(path, count=5, mean=np.array([{}], "object"), scatter=np.eye(1))
    if damage == "nan":
        np.savez(path, count=5, mean=np.zeros(2), scatter=np.full((2, 2), np.nan))
    with pytest.raises(ValueError, match=r"`path` must be a file.*a\.npz"):
        FeatureStatistics.load(path)
