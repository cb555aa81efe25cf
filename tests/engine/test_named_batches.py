"""Batches that say by name what they hold."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.engine import GenerativeModel, Player
from kerasgen.engine.batches import parts_of
from kerasgen.inputs import Labels
from kerasgen.kinds import Vectors

SAMPLES = np.arange(6, dtype="float32").reshape(6, 1)
LABELS = np.array([0, 1, 2, 0, 1, 2])
WEIGHTS = np.array([1, 0, 1, 1, 1, 0], "float32")


class ClassMeans(GenerativeModel):
    """The mean of each class, by one step of gradient descent."""

    def __init__(self):
        super().__init__(Vectors(1), (Labels(3),))
        self.means = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
        self.means.build((None, 3))

    @property
    def networks(self):
        return {"means": self.means}

    def players(self):
        return {"means": Player(self.means)}

    def default_optimizers(self):
        return {"means": keras.optimizers.SGD(0.5)}

    def distance(self, batch):
        errors = (self.means(batch["labels"]) - batch["samples"]) ** 2
        return ops.sum(errors[:, 0] * batch["weights"])

    def train_step(self, data):
        self.minimize("means", self.distance, self.unpack(data))
        return self.logs()


# With these weights the gradient 2 (mean - sample) is one sample's, or two samples'.
EXPECTED = [0.0 + 3.0, 4.0, 2.0]


@pytest.mark.parametrize(
    "batch",
    [
        (SAMPLES, LABELS, WEIGHTS),
        {"samples": SAMPLES, "labels": LABELS, "weights": WEIGHTS},
        {"weights": WEIGHTS, "indices": LABELS, "labels": LABELS, "samples": SAMPLES},
        {"image": SAMPLES, "label": LABELS, "weight": WEIGHTS, "index": LABELS},
    ],
    ids=["tuple", "dictionary", "with indices", "as others call them"],
)
def test_a_dictionary_is_as_good_as_a_tuple(batch):
    model = ClassMeans()
    model.compile()
    model.fit(iter([batch]), steps_per_epoch=1, verbose=0)
    np.testing.assert_allclose(model.means.get_weights()[0][:, 0], EXPECTED, rtol=1e-6)


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        ({"picture": SAMPLES}, "must hold samples.*Received: 'picture'"),
        ({"samples": SAMPLES, "class": LABELS}, "Received: 'samples', 'class'"),
        ({"samples": SAMPLES, "image": SAMPLES}, "each once.*'samples', 'image'"),
        ({"samples": SAMPLES}, "needs labels"),
        ({"samples": SAMPLES, "labels": LABELS[:5]}, "a label for each sample"),
        (
            {"samples": SAMPLES, "labels": LABELS, "indices": LABELS[:5]},
            r"as many samples.*\(6, 1\), \(5,\)",
        ),
    ],
)
def test_a_dictionary_that_cannot_be_read_is_refused(batch, message):
    model = ClassMeans()
    model.compile()
    with pytest.raises(ValueError, match=message):
        model.fit(iter([batch]), verbose=0)


def test_parts_are_those_that_are_there():
    assert parts_of(SAMPLES).keys() == {"samples"}
    assert parts_of((SAMPLES, None, WEIGHTS)).keys() == {"samples", "weights"}
    named = {"samples": SAMPLES, "labels": LABELS}
    assert parts_of((named, WEIGHTS))["labels"] is LABELS
