import numpy as np
import pytest
from PIL import Image

from kerasgen import data
from kerasgen.metrics.images import BLOCK, DrawnImages, StoredImages


def noise(n, shape=(4, 4, 1), seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), "uint8")


def everything(images):
    return np.concatenate(list(images.blocks()))


class Model:
    """Samples that tell what they were asked for."""

    sample_shape = (4, 4, 1)

    def __init__(self):
        self.asked = []

    def generate(self, n, *, seed=None, labels=None):
        self.asked.append((n, seed, labels))
        return np.random.default_rng(seed).integers(0, 256, (n, 4, 4, 1), "uint8")


def test_every_image_of_a_set_comes_once_and_in_order():
    images = noise(BLOCK + 30)
    dataset = data.load(images, shuffle=True, drop_remainder=True, batch_size=100)
    for form in (images, dataset):
        stored = StoredImages(form)
        assert len(stored) == BLOCK + 30 and stored.shape == (4, 4, 1)
        np.testing.assert_array_equal(everything(stored), images)


def test_a_folder_and_an_archive(tmp_path):
    images = noise(6)
    for i, image in enumerate(images):
        Image.fromarray(image[..., 0]).save(tmp_path / f"{i}.png")
    np.testing.assert_array_equal(everything(StoredImages(tmp_path)), images)


def test_floats_become_the_nearest_of_256_levels():
    images = noise(5)
    floats = images.astype("float32") / 127.5 - 1.0
    np.testing.assert_array_equal(everything(StoredImages(floats)), images)
    with pytest.raises(ValueError, match=r"`images` must lie in \[-1, 1\].*\[0, 255\]"):
        StoredImages(images.astype("float32") * 1.0)
    floats[3, 0, 0, 0] = np.nan
    with pytest.raises(ValueError, match="finite"):
        StoredImages(floats)


def test_fewer_images_are_spread_evenly_in_an_order_of_the_seed():
    images = np.broadcast_to(
        np.arange(100, dtype="uint8")[:, None, None, None], (100, 4, 4, 1)
    )
    first, again, other = (
        everything(StoredImages(images).take(20, seed))[:, 0, 0, 0]
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(np.sort(first), np.arange(0, 100, 5))
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(np.sort(first), np.sort(other))
    assert np.any(first != other) and np.any(np.diff(first.astype(int)) < 0)


def test_more_images_than_there_are_is_an_error():
    with pytest.raises(ValueError, match="the 5 generated images.*num_samples=6"):
        StoredImages(noise(5), what="generated images").take(6, 0)


def test_labels_of_a_set_are_found(tmp_path):
    labels = np.arange(6) % 3
    np.savez(tmp_path / "set.npz", x_train=noise(6), y_train=labels)
    np.testing.assert_array_equal(StoredImages(tmp_path / "set.npz").labels, labels)
    assert StoredImages(noise(6)).labels is None


def test_the_digest_is_that_of_the_pixels():
    images = noise(5)
    digest = StoredImages(images).digest()
    assert digest == StoredImages(data.load(images, shuffle=False)).digest()
    assert digest != StoredImages(images[:4]).digest()
    assert digest != StoredImages(images.reshape(5, 2, 8, 1)).digest()
    images[4, 3, 3, 0] ^= 1
    assert digest != StoredImages(images).digest()


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match=str(tmp_path)):
        StoredImages(tmp_path)


def test_samples_are_those_of_the_seed():
    def samples(seed):
        return everything(DrawnImages(Model(), BLOCK + 30, seed))

    first = samples(0)
    assert first.shape == (BLOCK + 30, 4, 4, 1)
    np.testing.assert_array_equal(first, samples(0))
    assert np.any(first != samples(1))
    # Blocks of one seed differ, and share nothing with those of its neighbour.
    assert np.any(first[:30] != first[BLOCK:])
    assert np.any(first[BLOCK:] != samples(1)[:30])


def test_labels_are_asked_for_as_often_as_the_real_set_has_them():
    labels = np.repeat([0, 1, 2], [700, 300, 0])
    model = Model()
    model.num_classes = 3
    everything(DrawnImages(model, 2000, 0, labels))
    asked = np.concatenate([labels for _, _, labels in model.asked])
    assert abs(np.mean(asked == 0) - 0.7) < 0.04  # four standard errors
    assert set(asked) == {0, 1}


def test_a_model_without_classes_is_asked_for_none():
    model = Model()
    everything(DrawnImages(model, 3, 0, np.zeros(5, int)))
    assert [labels for _, _, labels in model.asked] == [None]


def test_samples_that_are_no_images_are_refused():
    model = Model()
    model.generate = lambda n, seed: np.zeros((n, 2), "float32")
    with pytest.raises(ValueError, match=r"`generate` must give uint8.*\(3, 2\)"):
        everything(DrawnImages(model, 3, 0))
