import numpy as np
import pytest

import kerasgen
from kerasgen.metrics import memorization, nearest_images, neighbor_rows

pytestmark = pytest.mark.host


def draws(n, seed):
    return np.random.default_rng(seed).normal(size=(n, 8))


TRAIN, HELD_OUT = draws(2000, 0), draws(1000, 1)


def test_an_honest_model_is_as_far_as_held_out_images():
    found = memorization(draws(1000, 2), TRAIN, HELD_OUT)
    assert found.ratio == pytest.approx(1.0, abs=0.05)
    assert found.share_below < 0.02


def test_numbers_are_those_of_the_distances():
    samples = 0.5 * draws(300, 2)
    near, held_out = (
        np.sqrt(((x[:, None] - TRAIN) ** 2).sum(-1)).min(1) for x in (samples, HELD_OUT)
    )
    found = memorization(samples, TRAIN, HELD_OUT)
    expected = (
        np.median(near),
        np.median(held_out),
        np.percentile(near, 1),
        np.percentile(held_out, 1),
        np.median(near) / np.median(held_out),
        np.mean(near < np.percentile(held_out, 1)),
    )
    assert found == pytest.approx(expected, rel=1e-12)


def test_copies_are_near():
    found = memorization(TRAIN[:500] + 1e-3, TRAIN, HELD_OUT)
    assert found.ratio < 0.01
    assert found.share_below == 1.0


def test_a_few_copies_show_where_the_median_does_not():
    samples = np.concatenate([TRAIN[:100], draws(900, 2)])
    found = memorization(samples, TRAIN, HELD_OUT)
    assert found.ratio > 0.9
    assert found.share_below == pytest.approx(0.11, abs=0.01)


def test_poor_samples_are_far():
    assert memorization(2 * draws(500, 2), TRAIN, HELD_OUT).ratio > 1.5


def test_the_training_set_may_be_a_stream():
    samples = draws(50, 2)
    stream = (TRAIN[i : i + 300] for i in range(0, 2000, 300))
    found = memorization(samples, stream, HELD_OUT)
    assert found == memorization(samples, TRAIN, HELD_OUT)


@pytest.mark.parametrize(
    ("samples", "held_out", "message"),
    [
        (draws(5, 2), draws(99, 1), "at least 100 images.*Received: 99"),
        (draws(5, 2), draws(100, 1)[:, :7], "of one size.*8 .* and 7"),
        (draws(5, 2), TRAIN[:100], "`held_out` must hold images that are not"),
        (np.full((5, 8), np.inf), HELD_OUT, "`samples` must be finite"),
    ],
)
def test_bad_arguments_are_refused(samples, held_out, message):
    with pytest.raises(ValueError, match=message):
        memorization(samples, TRAIN, held_out)


def test_a_row_is_a_sample_and_its_neighbors(images):
    samples, train = images[:3], images[3:]
    first, second = np.array([[0, 5], [1, 6], [2, 7]]), np.array([[9], [8], [7]])
    rows = neighbor_rows(samples, train, first, second)
    assert rows.shape == (3 * 4, 16, 16, 1)
    expected = [samples[1], train[1], train[6], train[8]]
    np.testing.assert_array_equal(rows[4:8], expected)


def test_rows_of_a_data_set():
    train = kerasgen.data.load("fashion_mnist_6k", shuffle=False)
    samples = train.samples.get(np.array([3, 500]))
    rows = neighbor_rows(samples, train, nearest_images(samples, train, k=2).indices)
    np.testing.assert_array_equal(rows[[1, 4]], samples)


def test_rows_that_do_not_fit_are_refused(images):
    with pytest.raises(ValueError, match=r"`indices` must have shape \(3, k\)"):
        neighbor_rows(images[:3], images, np.zeros((4, 2), int))
    with pytest.raises(ValueError, match="one shape and dtype"):
        neighbor_rows(images[:1, :8], images, np.zeros((1, 2), int))
