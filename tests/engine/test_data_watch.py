"""Data that goes wrong after the first batch: the step sees it, and `fit` says so."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import kinds
from kerasgen.engine import GenerativeModel, Player
from kerasgen.inputs import Labels, Latents


class Still(GenerativeModel):
    """Logs the mean of what it is given as a loss, and moves nothing."""

    sampler = "dense"

    def __init__(self, kind, labels=None):
        super().__init__(kind, (Latents(1), *([labels] if labels else [])))
        self.dense = keras.layers.Dense(1)
        self.dense.build((None, 1))

    @property
    def networks(self):
        return {"dense": self.dense}

    def players(self):
        return {"player": Player(self.dense)}

    def default_optimizers(self):
        return {"player": keras.optimizers.SGD(0.1)}

    def mean(self, batch):
        leaves = keras.tree.flatten(batch["samples"])
        return sum(ops.mean(ops.cast(leaf, "float32")) for leaf in leaves)

    def train_step(self, data):
        self.measure("player", self.mean, self.unpack(data))
        return self.logs()

    test_step = train_step


def compiled(kind, labels=None):
    model = Still(kind, labels)
    model.compile()
    return model


def column(*values, dtype="float32"):
    return np.array(values, dtype)[:, None]


X = column(0.0, 1.0)
VECTORS = kinds.Vectors(1)
PAIR = kinds.Pair(VECTORS, VECTORS)
IMAGES = (1.5 * X - 0.5).reshape(2, 1, 1, 1)
VOXELS = X.reshape(2, 1, 1, 1, 1).astype("uint8")
ONES = np.eye(3, dtype="float32")[:2]
NAN, INF = np.nan, np.inf


@pytest.mark.parametrize(
    ("kind", "labels", "first", "later", "message"),
    [
        (
            VECTORS,
            None,
            (X,),
            (X * NAN,),
            "`vectors` must be finite. Received: NaN or inf",
        ),
        (VECTORS, None, (X,), (X - INF,), "`vectors` must be finite"),
        (
            kinds.Images((1, 1, 1)),
            None,
            (IMAGES,),
            (1.5 * IMAGES,),
            r"`images` must lie in \[-1.001, 1.001\]. Received: 1.5",
        ),
        (
            kinds.Voxels((1, 1, 1, 1)),
            None,
            (VOXELS,),
            (VOXELS * 2,),
            r"`voxels` must lie in \[0, 1\]. Received: 2",
        ),
        (
            kinds.Tokens(1, 9),
            None,
            (column(0, 8, dtype="uint16"),),
            (column(0, 9, dtype="uint16"),),
            r"`tokens` must lie in \[0, 8\]. Received: 9",
        ),
        (PAIR, None, ((X, X),), ((X, X * NAN),), "`vectors of domain B` must be fin"),
        (
            VECTORS,
            Labels(3),
            (X, np.array([0, 2])),
            (X, np.array([3, 1])),
            r"`labels` must lie in \[0, 2\]. Received: 3",
        ),
        (
            VECTORS,
            Labels(3),
            (X, np.array([0, 2])),
            (X, np.array([-1, 1])),
            r"`labels` must lie in \[0, 2\]. Received: -1",
        ),
        (
            VECTORS,
            Labels(3, unlabeled=True),
            (X, np.array([-1, 2])),
            (X, np.array([-2, 1])),
            r"`labels` must lie in \[-1, 2\]. Received: -2",
        ),
        (
            VECTORS,
            Labels(3),
            (X, ONES),
            (X, 2.0 * ONES),
            r"`labels` must lie in \[0, 1\]. Received: 2",
        ),
        (
            VECTORS,
            Labels(3, several=False),
            (X, ONES),
            (X, 0.0 * ONES),
            r"`labels.sum\(axis=1\)` must lie in \[1, 1\]. Received: 0",
        ),
        (
            VECTORS,
            None,
            (X, np.zeros(2), np.array([0.0, 1.0])),
            (X, np.zeros(2), np.array([1.0, -1.0])),
            r"`weights` must lie in \[0, inf\]. Received: -1",
        ),
        (
            VECTORS,
            None,
            (X, np.zeros(2), np.array([0.0, 1.0])),
            (X, np.zeros(2), np.array([INF, 1.0])),
            "`weights` must be finite. Received: NaN or inf",
        ),
    ],
)
def test_a_later_batch_that_does_not_fit_stops_training(
    kind, labels, first, later, message
):
    model = compiled(kind, labels)
    with pytest.raises(ValueError, match=f"In batch 3 of the data: {message}"):
        model.fit(iter([first, first, later, first]), steps_per_epoch=4, verbose=0)


def test_what_was_found_is_forgotten_with_the_epoch():
    model = compiled(VECTORS, Labels(3))
    good, bad = (X, np.array([0, 1])), (X, np.array([0, 7]))
    with pytest.raises(ValueError, match="Received: 7"):
        model.fit(iter([good, bad]), steps_per_epoch=2, verbose=0)
    history = model.fit(iter([good, good]), steps_per_epoch=2, verbose=0).history
    assert history == {"player_loss": [0.5]}


def test_evaluation_refuses_what_training_would():
    model = compiled(VECTORS, Labels(3))
    good, bad = (X, np.array([0, 1])), (X, np.array([0, -5]))
    with pytest.raises(
        ValueError, match="In batch 2 of the data: `labels`.*Received: -5"
    ):
        model.evaluate(iter([good, bad]), steps=2, verbose=0)
    with pytest.raises(
        ValueError, match="batch 2 of `validation_data`: `labels`.*ed: -5"
    ):
        model.fit(
            *good, validation_data=iter([good, bad]), validation_steps=2, verbose=0
        )
    with pytest.raises(ValueError, match="In batch 2 of the data: .*Received: -5"):
        model.fit(iter([good, bad]), steps_per_epoch=2, validation_data=good, verbose=0)
    assert model.evaluate(iter([good, good]), steps=2, verbose=0) == 0.5


def test_a_bad_label_does_not_spoil_the_weights(points_gan, points):
    model = points_gan(classes=3)
    model.compile()
    good, bad = np.arange(64) % 3, np.arange(64) % 4
    batches = iter([(points, good), (points, bad), (points, good)])
    with pytest.raises(ValueError, match="`labels`.*Received: 3"):
        model.fit(batches, steps_per_epoch=3, verbose=0)
    assert all(np.isfinite(v.numpy()).all() for v in model.trainable_variables)


NONE, SOME = (X, np.zeros(2), np.zeros(2)), (X, np.zeros(2), np.array([0.0, 2.0]))
FIRST = "In the first batch: `sample_weight` must be above 0 for at least one sample"


def weightless(where):
    rule = "must be above 0 for at least one sample of an epoch. Received: zeros alone"
    return pytest.raises(ValueError, match=f"The `weights` of {where} {rule}")


def test_an_epoch_without_any_weight_stops_training():
    model = compiled(VECTORS)
    with pytest.warns(UserWarning, match=FIRST), weightless("the data"):
        model.fit(iter([NONE] * 4), steps_per_epoch=2, epochs=2, verbose=0)
    assert int(model.global_step.numpy()) == 2 and int(model.epochs_seen.numpy()) == 0
    # Weight of an epoch before says nothing of this one.
    with weightless("the data"):
        batches = iter([SOME, NONE, NONE, NONE])
        model.fit(batches, steps_per_epoch=2, epochs=2, verbose=0)
    assert int(model.epochs_seen.numpy()) == 1


def test_one_weight_in_an_epoch_is_enough_and_none_counts_as_one():
    model = compiled(VECTORS)
    with pytest.warns(UserWarning, match=FIRST):
        model.fit(iter([NONE, SOME]), steps_per_epoch=2, verbose=0)
    model.fit(iter([(X,), (X,)]), steps_per_epoch=2, verbose=0)


def test_validation_data_without_any_weight_is_refused():
    model = compiled(VECTORS)
    with pytest.raises(ValueError, match="In `validation_data`: `sample_weight` must"):
        model.fit(X, validation_data=NONE, verbose=0)
    with pytest.warns(UserWarning, match=FIRST), weightless("`validation_data`"):
        model.fit(X, validation_data=iter([NONE]), validation_steps=1, verbose=0)
    with pytest.raises(ValueError, match="`sample_weight` must be above 0.*zeros alon"):
        model.evaluate(X, sample_weight=np.zeros(2), verbose=0)
    with pytest.warns(UserWarning, match=FIRST), weightless("the data"):
        model.evaluate(iter([NONE, NONE]), steps=2, verbose=0)
    with pytest.warns(UserWarning, match=FIRST), weightless("the data"):
        model.fit(iter([NONE]), steps_per_epoch=1, validation_data=SOME, verbose=0)


def test_a_gan_is_not_trained_on_nothing(points_gan, points):
    model = points_gan()
    model.compile()
    batch = points, np.zeros(64), np.zeros(64)
    with pytest.warns(UserWarning, match=FIRST), weightless("the data"):
        model.fit(iter([batch] * 2), steps_per_epoch=2, verbose=0)


def test_classes_without_any_weight_are_found(points_gan, points):
    model = points_gan(classes=2)
    model.compile()
    with weightless("the data"):
        labels = np.arange(64) % 2
        model.fit(points, labels, class_weight={0: 0.0, 1: 0.0}, verbose=0)


def test_bytes_need_no_watch():
    images = kinds.Images((1, 1, 1))
    assert not list(images.bounds(np.zeros((2, 1, 1, 1), "uint8")))
    assert not list(kinds.Voxels((1, 1, 1, 1)).bounds(np.zeros((2, 1, 1, 1, 1), bool)))
