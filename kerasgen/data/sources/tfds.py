"""Sets of TensorFlow Datasets, through its TensorFlow-free data sources."""

import copy

import numpy as np

from kerasgen.data.sources.source import Source, UnreadableImage, check_known


class TFDSSource(Source):
    """One split of a set of TensorFlow Datasets.

    Args:
        name: str, its name there, such as `"cifar10"` or `"celeb_a:2.1.0"`.
        split: str, such as `"train"` or `"train[:10%]"`.

    Raises:
        ImportError: If `tensorflow_datasets` is not installed.
    """

    def __init__(self, name, split):
        try:
            import tensorflow_datasets as tfds
        except ImportError as error:
            raise ImportError(
                f"'tfds:{name}' needs the package tensorflow_datasets, which is not "
                "installed. Install it with `pip install tensorflow-datasets`"
            ) from error
        self.name = name
        self.split = split
        try:
            self._records = tfds.data_source(name, split=split)
        except (KeyError, ValueError) as error:
            splits = sorted(tfds.builder(name).info.splits)
            raise ValueError(
                f"`split` must be one that tfds:{name} has: {', '.join(splits)}. "
                f"Received: split={split!r}"
            ) from error
        features = self._records.dataset_info.features
        if "image" not in features:
            raise ValueError(
                f"tfds:{name} must have a feature 'image'. It has: "
                f"{', '.join(sorted(features))}"
            )
        if "label" in features:
            self.num_classes = features["label"].num_classes
            self.class_names = list(features["label"].names)
        self._features = features
        self._indices = np.arange(len(self._records))
        self._labels = None

    def __len__(self):
        return len(self._indices)

    def __str__(self):
        return f"tfds:{self.name}"

    @property
    def labels(self):
        if self._labels is None and "label" in self._features:
            labels = [record["label"] for record in self._without_images()]
            self._labels = np.array(labels, dtype=np.int32)
        return self._labels

    def open(self, index):
        from PIL import Image

        try:
            image = np.asarray(self._records[int(self._indices[index])]["image"])
        except (OSError, ValueError, RuntimeError) as error:
            raise UnreadableImage(
                f"{self.describe(index)} cannot be read as an image: {error}"
            ) from error
        return Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)

    def describe(self, index):
        return f"image {self._indices[index]} of tfds:{self.name} {self.split}"

    def take(self, indices):
        taken = copy.copy(self)
        taken._indices = self._indices[indices]
        taken._labels = None
        return taken

    def attributes(self, names, table=None):
        if table is not None or "attributes" not in self._features:
            return super().attributes(names, table)
        check_known(names, self._features["attributes"], "attributes")
        rows = [
            [bool(record["attributes"][name]) for name in names]
            for record in self._without_images()
        ]
        return np.array(rows, dtype=np.float32)

    def _without_images(self):
        """Yield the records with their images still encoded."""
        import tensorflow_datasets as tfds

        skip = {"image": tfds.decode.SkipDecoding()}
        records = tfds.data_source(self.name, split=self.split, decoders=skip)
        for index in self._indices:
            yield records[int(index)]
