import sys
import types

import numpy as np
import pytest

from kerasgen import data

pytestmark = pytest.mark.host


class Records:
    def __init__(self, images, decoders):
        self.images = images
        self.skip = decoders is not None
        label = types.SimpleNamespace(num_classes=3, names=["a", "b", "c"])
        attributes = {"Odd": None, "Late": None}
        features = {"image": None, "label": label, "attributes": attributes}
        self.dataset_info = types.SimpleNamespace(features=features)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        assert type(index) is int
        return {
            "image": b"still encoded" if self.skip else self.images[index],
            "label": np.int64(index % 3),
            "attributes": {"Odd": index % 2 == 1, "Late": index > 4},
        }


@pytest.fixture
def fake_tfds(monkeypatch, pixels):
    """Stand in for tensorflow_datasets with one set of ten images."""
    module = types.ModuleType("tensorflow_datasets")

    def data_source(name, split, decoders=None):
        if name != "ten":
            raise AssertionError(name)
        if split != "train":
            raise ValueError(f"Unknown split {split}")
        return Records(pixels(10), decoders)

    splits = types.SimpleNamespace(splits={"train": None})
    module.data_source = data_source
    module.builder = lambda name: types.SimpleNamespace(info=splits)
    module.decode = types.SimpleNamespace(SkipDecoding=object)
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", module)


def test_images_and_labels_come_from_the_data_source(fake_tfds, pixels):
    dataset = data.load("tfds:ten", labels=True, shuffle=False)
    images, labels = dataset[0]
    np.testing.assert_array_equal(images, pixels(10))
    np.testing.assert_array_equal(labels, np.arange(10) % 3)
    assert dataset.class_names == ["a", "b", "c"] and dataset.num_classes == 3


def test_labels_follow_a_limit(fake_tfds):
    _, labels = data.load("tfds:ten", labels=True, shuffle=False, limit=5)[0]
    np.testing.assert_array_equal(labels, np.arange(0, 10, 2) % 3)


def test_attributes_come_from_the_feature(fake_tfds):
    _, flags = data.load("tfds:ten", attributes=["Late", "Odd"], shuffle=False)[0]
    expected = [[i > 4, i % 2] for i in range(10)]
    np.testing.assert_array_equal(flags, expected)


def test_unknown_attributes_are_refused(fake_tfds):
    with pytest.raises(ValueError, match="Late. Received: attributes='Lat'"):
        data.load("tfds:ten", attributes=["Lat"])


def test_an_unknown_split_lists_those_there_are(fake_tfds):
    with pytest.raises(ValueError, match="has: train. Received: split='test'"):
        data.load("tfds:ten", "test")


def test_without_tfds_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", None)
    with pytest.raises(ImportError, match="`pip install tensorflow-datasets`"):
        data.load("tfds:ten")
