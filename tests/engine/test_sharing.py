"""One thread trains a model, others look on."""

import concurrent.futures
import itertools
import threading

import keras
import numpy as np
import pytest
from keras import ops

import kerasgen
from kerasgen import kinds
from kerasgen.engine import GenerativeModel, Player
from kerasgen.inputs import Latents

WAIT = 120  # seconds after which a test has hung


class Noise(keras.layers.Layer):
    """Adds normal noise, also at inference."""

    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, x):
        return x + keras.random.normal(ops.shape(x), seed=self.seed_generator)


def dense(**kwargs):
    return [keras.Input((2,)), keras.layers.Dense(2, **kwargs)]


@keras.saving.register_keras_serializable("tests")
class Twins(GenerativeModel):
    """Two networks that are alike after each step, whose output is the step's number.

    `first` and `second` minimize minus their biases, by one a step.
    """

    sampler = "first"

    def __init__(self, **kwargs):
        super().__init__(kinds.Vectors(2), (Latents(2),), seed=0, **kwargs)
        self.first = keras.Sequential(dense(kernel_initializer="zeros"))
        self.second = keras.Sequential(dense(kernel_initializer="zeros"))

    @property
    def networks(self):
        return {"first": self.first, "second": self.second}

    def players(self):
        return {name: Player(network) for name, network in self.networks.items()}

    def default_optimizers(self):
        return {name: keras.optimizers.SGD(1.0) for name in self.networks}

    def train_step(self, data):
        x = ops.zeros_like(self.unpack(data)["samples"])
        for name, network in self.networks.items():
            self.minimize(name, lambda x, net=network: -2 * ops.mean(net(x)), x)
        return self.logs()

    def get_config(self):
        return {"name": self.name}


@pytest.fixture
def twins():
    model = Twins()
    model.compile()
    return model


POINTS = np.zeros((24, 2), "float32")


class Calling(keras.callbacks.Callback):
    """Calls a function after each batch, and keeps what it returns."""

    def __init__(self, function):
        super().__init__()
        self.function, self.found = function, []

    def on_train_batch_end(self, batch, logs=None):
        self.found.append(self.function())


def in_a_thread(function):
    """What a function returns in a thread of its own, for which this one waits."""
    pool = concurrent.futures.ThreadPoolExecutor(1)
    try:
        return pool.submit(function).result(timeout=WAIT)
    finally:
        pool.shutdown(wait=False)


class Until(keras.callbacks.Callback):
    """Ends a training after the epoch in which something has happened."""

    def __init__(self, event):
        super().__init__()
        self.event = event

    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = self.event.is_set()


def beside(function, model, data, times=8):
    """What a function returns, time after time, while another thread trains a model."""
    enough = threading.Event()
    arguments = {"batch_size": 4, "shuffle": False, "verbose": 0, "epochs": 10**6}
    arguments["callbacks"] = [Until(enough)]
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        training = pool.submit(model.fit, data, **arguments)
        try:
            found = [function() for _ in range(times)]
        finally:
            enough.set()
        training.result(timeout=WAIT)
    return found


# --- what a thread sees


def test_a_thread_sees_the_last_step(twins):
    def look():
        return twins.generate(1, batch_size=1)[0]

    calling = Calling(lambda: in_a_thread(look))
    twins.fit(POINTS, batch_size=4, epochs=2, callbacks=[calling], verbose=0)
    np.testing.assert_allclose(calling.found, [[n, n] for n in range(1, 13)])


def test_a_checkpoint_of_another_thread_is_of_one_moment(twins, tmp_path):
    numbers = itertools.count()

    def save():
        path = tmp_path / f"{next(numbers)}.keras"
        twins.save(path)
        return path

    paths = beside(save, twins, POINTS)
    seen = set()
    for path in paths:
        saved = keras.saving.load_model(path)
        step = int(saved.global_step.numpy())
        for network in saved.networks.values():
            np.testing.assert_allclose(network.layers[0].bias.numpy(), [step, step])
        assert int(saved.optimizer["second"].iterations.numpy()) == step
        seen.add(step)
    assert len(seen) > 1


def gan(*noise):
    keras.utils.set_random_seed(0)
    generator = keras.Sequential([*dense(), *noise])
    discriminator = keras.Sequential([*dense(), keras.layers.Dropout(0.5, seed=4)])
    discriminator.add(keras.layers.Dense(1))
    model = kerasgen.models.GAN(generator, discriminator, seed=0)
    model.compile(average=0.5)
    return model


def test_training_is_as_without_those_who_look_on(tmp_path):
    points = np.random.default_rng(0).normal(size=(40, 2)).astype("float32")
    watched, alone = gan(Noise(1)), gan(Noise(1))

    def look():
        watched.generate(5, batch_size=2)
        watched.run(watched.discriminator, points, batch_size=20)
        watched.save_weights(tmp_path / "now.weights.h5")

    beside(look, watched, points)
    epochs = int(watched.epochs_seen.numpy())
    alone.fit(points, batch_size=4, epochs=epochs, shuffle=False, verbose=0)
    for a, b in zip(watched.variables, alone.variables, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy(), a.path)


def test_an_entry_of_the_zoo_is_saved_and_a_model_measured_beside_training(
    tmp_path, points
):
    model = gan()
    extractor = kerasgen.metrics.Extractor(
        keras.Sequential(dense()), name="points", kind=kinds.Vectors(2)
    )

    def look():
        kerasgen.zoo.save(model, tmp_path / "entry")
        kerasgen.metrics.evaluate(
            model, points, "fid", extractor=extractor, num_samples=32, verbose=0
        )

    beside(look, model, points)
    kerasgen.zoo.load(tmp_path / "entry").generate(2)
    assert int(model.global_step.numpy()) == 16 * int(model.epochs_seen.numpy())


def test_a_thread_that_makes_the_data_may_read_the_model(twins):
    def batches():
        for _ in range(4):
            yield in_a_thread(lambda: twins.generate(4, batch_size=4))

    twins.fit(batches(), steps_per_epoch=4, verbose=0)
    np.testing.assert_allclose(twins.generate(1), [[4, 4]])


# --- what must wait


def test_what_changes_a_model_is_refused_while_another_thread_trains(twins, tmp_path):
    twins.save_weights(tmp_path / "now.weights.h5")
    calls = {
        "fit": lambda: twins.fit(POINTS),
        "evaluate": lambda: twins.evaluate(POINTS),
        "compile": lambda: twins.compile(),
        "train_on_batch": lambda: twins.train_on_batch(POINTS),
        "load_weights": lambda: twins.load_weights(tmp_path / "now.weights.h5"),
        "predict": lambda: twins.predict(POINTS),
        "export": lambda: twins.export(tmp_path / "exported"),
    }

    def refused():
        for name, call in calls.items():
            message = f"`{name}` must wait until it has ended.*Received: a call of"
            with pytest.raises(RuntimeError, match=message):
                call()
        return True

    calling = Calling(lambda: in_a_thread(refused))
    twins.fit(POINTS, batch_size=8, callbacks=[calling], verbose=0)
    assert calling.found == [True] * 3
    np.testing.assert_allclose(twins.generate(1), [[3, 3]])
    in_a_thread(lambda: twins.fit(POINTS, batch_size=8, verbose=0))  # now it may
    np.testing.assert_allclose(twins.generate(1), [[6, 6]])


# --- what is left behind


def test_a_first_step_that_fails_leaves_the_weights(Game):
    class Failing(Game):
        def train_step(self, data):
            raise KeyError("no such part")

    model = Failing()
    model.compile()
    before = model.generate(2, seed=0)
    with pytest.raises(KeyError):
        model.fit(np.ones((4, 1), "float32"), verbose=0)
    np.testing.assert_array_equal(model.generate(2, seed=0), before)


class Adds(keras.layers.Layer):
    """Adds 1 as a loss at each call."""

    def call(self, x):
        self.add_loss(ops.ones(()))
        return x


def test_sampling_leaves_the_losses_that_a_step_has_gathered(twins):
    twins.first.add(Adds())
    twins.first(POINTS)
    twins.generate(3)
    assert [float(loss) for loss in twins.first.losses] == [1.0]
