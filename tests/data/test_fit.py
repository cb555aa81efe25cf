"""`fit` on what was loaded, on every backend."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import data
from kerasgen.engine import GenerativeModel, Player
from kerasgen.kinds import Sequences, Tokens, Vectors, Voxels
from kerasgen.models import GAN

RANDOM = np.random.default_rng(0)


def gan(shape):
    """Return a GAN of as few weights as can be."""
    generator = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(int(np.prod(shape))),
            keras.layers.Reshape(shape),
        ]
    )
    discriminator = keras.Sequential(
        [keras.Input(shape), keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    return GAN(generator, discriminator, seed=0)


@pytest.mark.parametrize(
    ("array", "kind"),
    [
        (RANDOM.normal(size=(32, 3)), Vectors(3)),
        (RANDOM.integers(0, 2, (32, 2, 3, 4)).astype(bool), Voxels((2, 3, 4, 1))),
        (RANDOM.normal(size=(32, 4, 2)), Sequences(4, 2)),
    ],
    ids=["vectors", "voxels", "sequences"],
)
def test_a_gan_learns_from_any_kind(array, kind):
    model = gan(kind.shape)
    model.compile()
    before = [np.array(w) for w in model.discriminator.get_weights()]
    train = data.load(array, kind=kind, batch_size=8, shuffle=True)
    history = model.fit(train, epochs=2, verbose=0).history
    assert np.isfinite(history["generator_loss"]).all()
    assert int(model.optimizer["discriminator"].iterations.numpy()) == 8
    for old, new in zip(before, model.discriminator.get_weights(), strict=True):
        assert np.any(old != new)
    kind.check(model.generate(3, seed=0))


class Table(GenerativeModel):
    """A code for each sample of a set, drawn to it: what GLO does without a decoder."""

    def __init__(self, count, kind):
        super().__init__(kind)
        self.codes = keras.layers.Embedding(count, kind.shape[0])
        self.codes.build()

    @property
    def networks(self):
        return {"codes": self.codes}

    def players(self):
        return {"codes": Player(self.codes)}

    def default_optimizers(self):
        return {"codes": keras.optimizers.SGD(0.5)}

    def distance(self, batch):
        samples = ops.cast(batch["samples"], "float32")
        return ops.sum((self.codes(batch["indices"]) - samples) ** 2)

    def train_step(self, data):
        self.minimize("codes", self.distance, self.unpack(data))
        return self.logs()


@pytest.mark.parametrize(
    ("array", "kind"),
    [
        (RANDOM.normal(size=(12, 3)), Vectors(3)),
        (RANDOM.integers(0, 9, (12, 3)), Tokens(3, 9)),
    ],
    ids=["vectors", "tokens"],
)
def test_indices_reach_the_step_beside_their_samples(array, kind):
    model = Table(12, kind)
    model.compile()
    model.fit(data.load(array, kind=kind, batch_size=4, indices=True), verbose=0)
    # A step of the gradient 2 (code - sample) at rate 1 / 2 goes all the way.
    np.testing.assert_allclose(model.codes.get_weights()[0], array, atol=1e-5)


class Halves(GenerativeModel):
    """The mean difference of two domains, learned by one number."""

    def __init__(self, kind):
        super().__init__(kind)
        self.shift = keras.layers.Dense(1, use_bias=False)
        self.shift.build((None, 1))

    @property
    def networks(self):
        return {"shift": self.shift}

    def players(self):
        return {"shift": Player(self.shift)}

    def default_optimizers(self):
        return {"shift": keras.optimizers.SGD(0.5)}

    def distance(self, batch):
        a, b = batch["samples"]
        return ops.mean((self.shift(ops.ones((1, 1))) - (b - a)) ** 2)

    def train_step(self, data):
        self.minimize("shift", self.distance, self.unpack(data))
        return self.logs()


def test_pairs_reach_the_step_side_by_side():
    a = RANDOM.normal(size=(12, 2))
    train = data.load_pairs((a, a + 3.0), paired=True, batch_size=4)
    model = Halves(train.kind)
    model.compile()
    model.fit(train, verbose=0)
    np.testing.assert_allclose(model.shift.get_weights()[0], 3.0, rtol=1e-5)


class Spy(keras.Model):
    """Learns nothing: counts the marks it sees and keeps those of the last batch."""

    def __init__(self):
        super().__init__()
        still = {"initializer": "zeros", "trainable": False}
        self.seen = self.add_weight(shape=(10,), name="seen", **still)
        self.last = self.add_weight(shape=(5,), name="last", **still)
        self.scale = self.add_weight(shape=(), name="scale")

    def call(self, images):
        marks = images[:, 0, 0, 0]
        counts = keras.ops.one_hot(keras.ops.cast(marks, "int32"), 10)
        self.seen.assign(self.seen + keras.ops.sum(counts, axis=0))
        self.last.assign(keras.ops.cast(marks, "float32"))
        return keras.ops.cast(images, "float32") * self.scale

    def compute_loss(self, x, y, y_pred, sample_weight=None, training=True):
        return keras.ops.mean(y_pred)


@pytest.fixture
def spy():
    model = Spy()
    model.build((None, 6, 5, 3))
    model.compile(keras.optimizers.SGD(0.0))
    return model


@pytest.fixture(params=["array", "uncached folder"])
def ten(request, pixels, folder):
    """Return a function that loads ten images, from memory and from files."""

    def load(**arguments):
        if request.param == "array":
            return data.load(pixels(10), **arguments)
        return data.load(folder, cache=0, **arguments)

    return load


def marks(dataset):
    return [int(mark) for batch in dataset for mark in batch[0][:, 0, 0, 0]]


def test_fit_sees_every_image_once_an_epoch(ten, spy):
    spy.fit(ten(batch_size=5), epochs=3, verbose=0)
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(spy.seen), 3)


def test_fit_sees_the_epoch_that_a_callback_sets(ten, spy):
    dataset = ten(batch_size=5)
    last = {}

    class SetEpoch(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            dataset.set_epoch(epoch + 40)

        def on_epoch_end(self, epoch, logs=None):
            last[epoch + 40] = keras.ops.convert_to_numpy(spy.last).astype(int)

    # Keras would draw its own order of the batches without `shuffle=False`.
    spy.fit(dataset, epochs=3, verbose=0, shuffle=False, callbacks=[SetEpoch()])
    for epoch in (40, 41, 42):
        dataset.set_epoch(epoch)
        assert last[epoch].tolist() == marks(dataset)[5:]
