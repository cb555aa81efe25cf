import numpy as np
import pytest

from kerasgen.metrics import ScoreStatistics, inception_score

pytestmark = pytest.mark.host


@pytest.fixture
def probs():
    logits = 3 * np.random.default_rng(0).normal(size=(103, 7))
    probs = np.exp(logits)
    probs[5] = np.eye(7)[2]  # zeros, whose logarithm counts for nothing
    return (probs / probs.sum(1, keepdims=True)).astype("float32")


def brute_force(probs, splits):
    scores = []
    for i in range(splits):
        part = probs[i * len(probs) // splits : (i + 1) * len(probs) // splits]
        part = part.astype("float64")
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = part * (np.log(part) - np.log(part.mean(0)))
        scores.append(np.exp(np.nansum(terms, axis=1).mean()))
    return np.mean(scores), np.std(scores)


@pytest.mark.parametrize("splits", [1, 3, 10, 103])
def test_it_is_the_definition(probs, splits):
    assert inception_score(probs, splits) == pytest.approx(
        brute_force(probs, splits), rel=1e-10, abs=1e-10
    )


def test_best_and_worst():
    assert inception_score(np.eye(5), splits=1).mean == pytest.approx(5.0)
    assert inception_score(np.full((9, 5), 0.2), splits=3).mean == pytest.approx(1.0)


def test_splits_are_neighbors():
    probs = np.repeat(np.eye(2), 10, axis=0)
    assert inception_score(probs, splits=2) == pytest.approx((1.0, 0.0))
    assert inception_score(probs, splits=1) == pytest.approx((2.0, 0.0))


@pytest.mark.parametrize("batch_size", [1, 8, 50])
def test_a_stream_has_the_score_of_the_whole(probs, batch_size):
    statistics = ScoreStatistics(len(probs), splits=10)
    for i in range(0, len(probs), batch_size):
        statistics.update(probs[i : i + batch_size])
    expected = inception_score(probs, splits=10)
    assert statistics.score() == pytest.approx(expected, rel=1e-12)


def test_a_stream_keeps_no_probabilities():
    statistics = ScoreStatistics(10_000, splits=2)
    for _ in range(100):
        statistics.update(np.full((100, 4), 0.25))
    arrays = [v for v in vars(statistics).values() if hasattr(v, "nbytes")]
    assert sum(array.nbytes for array in arrays) < 1000


def test_a_stream_of_another_length_is_refused():
    statistics = ScoreStatistics(10, splits=2)
    statistics.update(np.eye(8))
    with pytest.raises(ValueError, match="must be 10 images.*Received: 8"):
        statistics.score()
    with pytest.raises(ValueError, match="10 images in all.*Received: 16.*batch 1"):
        statistics.update(np.eye(8))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ([2.0, 0.0], "`probs` must be probabilities.*row 3 .*sum 2"),
        ([1.5, -0.5], "`probs` must be probabilities.*row 3 .*smallest value -0.5"),
        ([np.nan, 1.0], "`probs` must be finite.*row 3 of batch 1"),
    ],
)
def test_what_is_no_probability_is_refused(row, message):
    statistics = ScoreStatistics(24, splits=1)
    probs = np.tile([0.5, 0.5], (12, 1))
    statistics.update(probs)
    probs[3] = row
    with pytest.raises(ValueError, match=message):
        statistics.update(probs)
    assert statistics.count == 12


def test_bad_shapes_are_refused():
    with pytest.raises(ValueError, match="`probs` must have shape"):
        inception_score(np.ones(20))
    with pytest.raises(ValueError, match="Received: 9 images and splits=10"):
        inception_score(np.eye(9))
    statistics = ScoreStatistics(24, splits=1)
    statistics.update(np.eye(3))
    with pytest.raises(ValueError, match="3 columns.*Received: 4 of batch 1"):
        statistics.update(np.eye(4))


def test_bad_splits_are_refused():
    with pytest.raises(ValueError, match="`splits` must be a positive integer"):
        inception_score(np.eye(5), splits=0)
