import os

import keras
import numpy as np
import pytest

from kerasgen import data
from kerasgen.data.catalog import EMBEDDED

pytestmark = pytest.mark.host


@pytest.fixture
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("KERASGEN_DATA", str(tmp_path / "sets"))
    (tmp_path / "sets").mkdir()
    return tmp_path / "sets"


def first_mark(dataset):
    return int(dataset[0][0][0, 0, 0, 0])


@pytest.mark.parametrize("kind", ["npz", "npy", "folder", "zip"])
def test_a_name_is_found_in_the_data_folder(data_folder, pixels, folder, zipped, kind):
    if kind == "npz":
        np.savez(data_folder / "mine.npz", x_train=pixels(10))
    elif kind == "npy":
        np.save(data_folder / "mine.npy", pixels(10))
    elif kind == "folder":
        folder.rename(data_folder / "mine")
    else:
        zipped(folder).rename(data_folder / "mine.zip")
    assert "mine" in data.list()
    np.testing.assert_array_equal(data.load("mine", shuffle=False)[0][0], pixels(10))


def test_the_data_folder_comes_before_the_embedded_sets(data_folder, pixels):
    np.savez(data_folder / "fashion_mnist_6k.npz", x_train=pixels(4))
    assert data.load("fashion_mnist_6k", shuffle=False).num_samples == 4


def test_a_path_comes_before_the_data_folder(data_folder, pixels, folder, monkeypatch):
    np.savez(data_folder / "images.npz", x_train=pixels(4))
    monkeypatch.chdir(folder.parent)
    assert data.load("images", shuffle=False).num_samples == 10


def test_the_embedded_set_is_balanced_and_labeled():
    train = data.load("fashion_mnist_6k", labels=True)
    test = data.load("fashion_mnist_6k", "test", labels=True)
    assert train.image_shape == (28, 28, 1)
    assert np.bincount(train.labels).tolist() == [600] * 10
    assert np.bincount(test.labels).tolist() == [60] * 10
    assert train.class_names[9] == "Ankle boot"


def test_the_embedded_set_is_small_and_carries_its_license():
    assert (EMBEDDED / "fashion_mnist_6k.npz").stat().st_size <= 3_000_000
    license = (EMBEDDED / "LICENSE.fashion_mnist_6k.txt").read_text()
    assert "Copyright (c) 2017 Zalando SE" in license


def test_the_embedded_labels_fit_the_images():
    # Trousers are narrow and boots are wide: the labels were not mixed up.
    train = data.load("fashion_mnist_6k", labels=True, shuffle=False)
    images = np.concatenate([images for images, _ in train])
    width = (images[..., 0] > 50).any(axis=1).sum(axis=1)
    trousers, boots = (width[train.labels == label].mean() for label in (1, 9))
    assert trousers < 16 < 22 < boots


def test_keras_sets_are_loaded_with_labels(monkeypatch, pixels):
    pair = (pixels(10, 28, 28, 1)[..., 0], np.arange(10))
    other = (pixels(4, 28, 28, 1)[..., 0], np.arange(4))
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: (pair, other))
    images, labels = data.load("mnist", labels=True, shuffle=False)[0]
    np.testing.assert_array_equal(labels, np.arange(10))
    assert images.shape == (10, 28, 28, 1)
    assert data.load("mnist", "test").num_samples == 4


def test_keras_sets_name_their_classes(monkeypatch, pixels):
    pair = (pixels(10), np.arange(10)[:, None])
    monkeypatch.setattr(keras.datasets.cifar10, "load_data", lambda: (pair, pair))
    assert data.load("cifar10", batch_size=2).class_names[:2] == [
        "airplane",
        "automobile",
    ]


def test_keras_sets_have_two_splits():
    with pytest.raises(ValueError, match="test, train. Received: split='val'"):
        data.load("mnist", "val")


def test_without_a_network_the_error_says_what_to_do(monkeypatch):
    def no_network():
        raise Exception("URL fetch failure")

    monkeypatch.setattr(keras.datasets.mnist, "load_data", no_network)
    with pytest.raises(ConnectionError, match=r"(?s)URL fetch.*mnist\.npz.*KERASGEN"):
        data.load("mnist")


def test_an_unknown_name_lists_the_nearest_and_where_it_was_looked_for(data_folder):
    with pytest.raises(ValueError) as caught:
        data.load("fashion_mnits")
    message = str(caught.value)
    assert "nearest names are fashion_mnist" in message
    assert str(data_folder) in message
    assert "fashion_mnits.npz" in message and "fashion_mnits.zip" in message
    assert "tfds:fashion_mnits" in message and "keras.datasets" in message


def test_a_set_nobody_may_pass_on_says_where_to_put_it():
    with pytest.raises(ValueError, match=r"celeba10k\.zip.*KERASGEN_DATA"):
        data.load("celeba10k")


@pytest.mark.parametrize("path", ["no/such/folder", "../nothing.zip"])
def test_a_path_that_is_not_there_is_refused_as_a_path(path):
    with pytest.raises(ValueError, match="a path that exists"):
        data.load(path)


def test_other_files_are_refused(tmp_path):
    (tmp_path / "set.tar").write_bytes(b"")
    with pytest.raises(ValueError, match=r"must be a folder, a \.zip"):
        data.load(tmp_path / "set.tar")


@pytest.mark.parametrize("name", ["a.npz", "a.npy", "a.zip"])
def test_a_pipe_is_not_waited_for(tmp_path, name):
    os.mkfifo(tmp_path / name)
    with pytest.raises(ValueError, match="no pipe or device. Received: name_or_path="):
        data.load(tmp_path / name)


def test_other_objects_are_refused():
    with pytest.raises(ValueError, match="of type int"):
        data.load(3)
    with pytest.raises(ValueError, match=r"pass `np.stack\(...\)`.*of type list"):
        data.load([np.zeros((4, 4, 3), "uint8")] * 3)


def test_list_names_the_embedded_and_the_keras_sets():
    assert {"fashion_mnist_6k", "mnist", "cifar10"} <= set(data.list())
    assert data.list() == sorted(data.list())
