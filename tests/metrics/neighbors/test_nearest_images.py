import keras
import numpy as np
import pytest

import kerasgen
from kerasgen.metrics import nearest_images


def brute_force(samples, train, k):
    samples, train = (x.reshape(len(x), -1).astype("float64") for x in (samples, train))
    distances = np.sqrt(((samples[:, None] - train) ** 2).sum(-1))
    indices = np.argsort(distances, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(distances, indices, axis=1), indices


@pytest.mark.parametrize("k", [1, 7])
def test_of_features(k):
    random = np.random.default_rng(0)
    samples, train = random.normal(size=(20, 6)), random.normal(size=(50, 6))
    distances, indices = brute_force(samples, train, k)
    found = nearest_images(samples, train, k)
    np.testing.assert_array_equal(found.indices, indices)
    np.testing.assert_allclose(found.distances, distances, rtol=1e-14)


def test_of_pixels(images):
    found = nearest_images(images[:9], images[9:], k=4)
    distances, indices = brute_force(images[:9], images[9:], 4)
    np.testing.assert_array_equal(found.indices, indices)
    np.testing.assert_array_equal(found.distances, distances)


def test_a_copy_is_at_distance_zero(images):
    found = nearest_images(images[40:43], images, k=1)
    np.testing.assert_array_equal(found.indices[:, 0], [40, 41, 42])
    np.testing.assert_array_equal(found.distances, 0.0)


def test_batches_count_on(images):
    whole = nearest_images(images[:9], images[9:], k=4)
    batches = (images[9 + i : 9 + i + 20] for i in range(0, 55, 20))
    found = nearest_images(images[:9], batches, k=4)
    np.testing.assert_array_equal(found.indices, whole.indices)
    np.testing.assert_array_equal(found.distances, whole.distances)


def test_a_data_set_is_a_stream_of_batches():
    train = kerasgen.data.load(
        "fashion_mnist_6k", batch_size=999, shuffle=False, labels=True
    )
    sample = train.samples.get(np.array([1234]))
    assert nearest_images(sample, train, k=1).indices == 1234


def test_tensors_are_taken():
    x = keras.ops.convert_to_tensor(np.eye(3, dtype="float32"))
    assert nearest_images(x, x, k=2).distances[0] == pytest.approx([0, np.sqrt(2)])


@pytest.mark.parametrize(
    ("train", "k", "message"),
    [
        (np.zeros((3, 4)), 5, "at least k=5 images. Received: 3"),
        (np.zeros((3, 5)), 1, "of one size.*Received: 4 .* and 5"),
        (np.zeros((3, 4), "uint8"), 1, "both uint8 or both float.*of uint8"),
        ([np.zeros((3, 4)), np.full((3, 4), np.nan)], 1, "`train`.*row 0 of batch 1"),
        (np.zeros((3, 4)), 0, "`k` must be a positive integer"),
    ],
)
def test_bad_arguments_are_refused(train, k, message):
    with pytest.raises(ValueError, match=message):
        nearest_images(np.zeros((2, 4)), train, k)
