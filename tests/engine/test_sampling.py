"""Samples of any kind, batch by batch, and the randomness inside networks."""

import tracemalloc

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import engine, kinds
from kerasgen.adversarial import GAN
from kerasgen.engine import GenerativeModel
from kerasgen.inputs import Labels, Latents


class Noise(keras.layers.Layer):
    """Adds normal noise, also at inference."""

    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, x):
        return x + keras.random.normal(ops.shape(x), seed=self.seed_generator)


class Maker(GenerativeModel):
    """Makes samples by a network and learns nothing."""

    def __init__(self, network, kind, inputs=None, **kwargs):
        super().__init__(kind, inputs or (Latents(3),), **kwargs)
        self.generator = network

    @property
    def networks(self):
        return {"generator": self.generator}


def noisy():
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), Noise(1)])


def rows(x):
    return np.unique(x, axis=0)


# --- randomness inside networks


def test_no_two_samples_share_the_noise_of_a_network():
    model = Maker(noisy(), kinds.Vectors(2))
    same = np.zeros((10, 3), "float32")
    samples = model.generate(latents=same, seed=0, batch_size=4)
    assert len(rows(samples)) == 10  # three batches, the last of them filled up


def test_a_seed_fixes_latents_and_noise_and_none_does_not():
    model = Maker(noisy(), kinds.Vectors(2))
    first = model.generate(10, seed=0, batch_size=4)
    np.testing.assert_array_equal(model.generate(10, seed=0, batch_size=4), first)
    same = np.zeros((1, 3), "float32")
    noises = [model.generate(latents=same, seed=seed) for seed in (0, 0, 1, None, None)]
    assert len(rows(np.concatenate(noises))) == 4


def test_run_advances_the_noise_of_functions_of_networks():
    model = Maker(noisy(), kinds.Vectors(2))
    same = np.zeros((10, 3), "float32")
    found = model.run(lambda x: 2.0 * model.generator(x), same, batch_size=4)
    assert len(rows(found)) == 10


def test_run_advances_and_fixes_the_noise_of_networks_that_the_model_does_not_name():
    model, other = Maker(noisy(), kinds.Vectors(2)), noisy()
    same = np.zeros((10, 3), "float32")

    def both(x):
        return other(x) + model.generator(x)

    found = model.run(both, same, batch_size=4, seed=0)
    assert len(rows(found)) == 10
    again = model.run(both, same, batch_size=4, seed=0)
    np.testing.assert_array_equal(again, found)
    assert len(rows(model.run(lambda x: other(x), same, batch_size=4))) == 10


def test_run_sees_what_has_become_of_networks_that_the_model_does_not_name():
    model = Maker(noisy(), kinds.Vectors(2))
    other = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    ones = np.ones((3, 3), "float32")

    def function(x):
        return other(x)

    for number in (1.0, 2.0):
        other.layers[0].kernel.assign(np.full((3, 2), number))
        found = model.run(function, ones)
        np.testing.assert_allclose(found, np.full((3, 2), 3 * number), rtol=1e-6)


class Counts(keras.layers.Layer):
    """Adds the number of its calls so far, also at inference."""

    def build(self, input_shape):
        self.calls = self.add_weight((), "zeros", trainable=False, name="calls")

    def call(self, x):
        self.calls.assign_add(1.0)
        return x + self.calls.value


def test_what_networks_assign_is_handed_from_batch_to_batch_and_then_dropped():
    network = keras.Sequential([keras.Input((3,)), Counts()])
    model = Maker(network, kinds.Vectors(3))
    before = network.layers[0].calls.numpy()
    zeros = np.zeros((4, 3), "float32")
    for _ in range(2):
        found = model.generate(latents=zeros, batch_size=2)[:, 0]
        np.testing.assert_allclose(found - before, [1, 1, 2, 2])
    assert network.layers[0].calls.numpy() == before


def noisy_gan():
    discriminator = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(4), keras.layers.Dropout(0.5, seed=4)]
    )
    discriminator.add(keras.layers.Dense(1))
    model = GAN(noisy(), discriminator, seed=0)
    model.compile(average=0.5)
    return model


class Sampling(keras.callbacks.Callback):
    """Draws samples after each batch and each epoch."""

    def on_train_batch_end(self, batch, logs=None):
        self.model.generate(3, seed=batch, batch_size=2)
        self.model.generate(3, averaged=False)

    def on_epoch_end(self, epoch, logs=None):
        self.model.generate(3)


def test_sampling_leaves_training_as_it_was():
    points = np.random.default_rng(0).normal(size=(16, 2)).astype("float32")
    models = [noisy_gan(), noisy_gan()]
    models[1].set_weights(models[0].get_weights())
    for model, callbacks in zip(models, ([], [Sampling()]), strict=True):
        model.fit(points, batch_size=4, callbacks=callbacks, shuffle=False, verbose=0)
    for without, beside in zip(*(model.variables for model in models), strict=True):
        np.testing.assert_array_equal(without.numpy(), beside.numpy(), without.path)


# --- batches


def test_samples_do_not_depend_on_the_size_of_batches():
    model = Maker(
        keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]), kinds.Vectors(2)
    )
    whole = model.generate(7, seed=0, batch_size=7)
    for size in (1, 3, 100):
        parts = model.generate(7, seed=0, batch_size=size)
        np.testing.assert_allclose(parts, whole, rtol=1e-6)


class Recorded(kinds.Images):
    """Notes what it is asked to make host data of."""

    def to_host(self, samples):
        self.batches.append((type(samples), samples.dtype.name, len(samples)))
        return super().to_host(samples)


def images(side):
    network = keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dense(side * side, "tanh"),
            keras.layers.Reshape((side, side, 1)),
        ]
    )
    return network


def test_each_batch_becomes_host_data_at_once():
    kind = Recorded((8, 8, 1))
    kind.batches = []
    samples = Maker(images(8), kind).generate(10, seed=0, batch_size=4)
    assert kind.batches == [(np.ndarray, "float32", 4)] * 3
    assert samples.shape == (10, 8, 8, 1) and samples.dtype == np.uint8


def peak_of(call):
    """What a call returns, and the most bytes that it held of the host."""
    tracemalloc.start()
    found = call()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return found, peak


def test_samples_are_held_once_and_in_their_final_kind():
    model = Maker(images(64), kinds.Images((64, 64, 1)))
    model.generate(16, seed=0, batch_size=16)  # compiles
    samples, peak = peak_of(
        lambda: model.generate(1040, seed=0, batch_size=16, verbose=0)
    )
    assert samples.nbytes == 1040 * 64 * 64
    assert peak < 1.5 * samples.nbytes


def test_what_networks_take_is_encoded_batch_by_batch(translator):
    given = np.zeros((4096, 16, 16, 1), "uint8")
    translator.generate(images=given[:16], batch_size=16)  # compiles
    samples, peak = peak_of(
        lambda: translator.generate(images=given, batch_size=16, verbose=0)
    )
    assert samples.shape == given.shape
    assert peak < 1.5 * samples.nbytes


def test_progress_is_shown_from_a_thousand_samples(capsys):
    model = Maker(noisy(), kinds.Vectors(2))
    model.generate(999, batch_size=999)
    assert "sample" not in capsys.readouterr().out
    model.generate(1000, batch_size=1000)
    assert "1000/1000" in capsys.readouterr().out
    model.generate(2, verbose=1)
    assert "2/2" in capsys.readouterr().out


# --- kinds


def network(outputs, *shape):
    return keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dense(outputs),
            keras.layers.Reshape(shape),
        ]
    )


@pytest.mark.parametrize(
    ("kind", "made", "dtype"),
    [
        (kinds.Images((2, 2, 1)), (2, 2, 1), "uint8"),
        (kinds.Voxels((2, 2, 2, 1)), (2, 2, 2, 1), "uint8"),
        (kinds.Vectors(2), (2,), "float32"),
        (kinds.Sequences(4, 2), (4, 2), "float32"),
        (kinds.Tokens(4, 5), (4, 5), "int32"),  # scores of five tokens
    ],
    ids=lambda value: type(value).__name__,
)
def test_samples_come_back_as_data_of_their_kind(kind, made, dtype):
    model = Maker(network(int(np.prod(made)), *made), kind)
    samples = model.generate(5, seed=0, batch_size=2)
    assert samples.shape == (5, *kind.shape) and samples.dtype == dtype
    kind.check(samples)  # can be trained on


def test_a_sample_may_be_a_pair():
    inputs = keras.Input((3,))
    both = images(4)(inputs), keras.layers.Dense(2)(inputs)
    kind = kinds.Pair(kinds.Images((4, 4, 1)), kinds.Vectors(2))
    a, b = Maker(keras.Model(inputs, both), kind).generate(5, seed=0, batch_size=2)
    assert (a.shape, a.dtype) == ((5, 4, 4, 1), np.uint8)
    assert (b.shape, b.dtype) == ((5, 2), np.float32)


class Decoder(Maker):
    """Its network gives mean and log variance of standardized numbers."""

    sampled_kind = kinds.Images((4, 4, 1))

    def samples_of(self, outputs):
        return ops.tanh(outputs["mean"])


def test_a_sample_may_be_part_of_what_the_network_gives():
    inputs = keras.Input((3,))
    mean = images(4)(inputs)
    outputs = {"mean": mean, "log_var": keras.layers.Dense(1)(inputs)}
    model = Decoder(keras.Model(inputs, outputs), kinds.Vectors(16))
    latents = np.ones((5, 3), "float32")
    samples = model.generate(latents=latents, batch_size=2)
    assert (samples.shape, samples.dtype) == ((5, 4, 4, 1), np.uint8)
    decoded = ops.convert_to_numpy(model.decode(ops.convert_to_tensor(latents)))
    expected = np.rint((decoded + 1.0) * 127.5)
    assert np.abs(samples - expected).max() <= 1


def test_decoding_can_be_differentiated():
    model = Maker(network(2, 2), kinds.Vectors(2))
    kernel = model.generator.layers[0].kernel.numpy()
    slopes = engine.input_gradients(
        lambda z: ops.sum(model.decode(z), axis=-1), ops.ones((4, 3))
    )
    expected = np.tile(kernel.sum(axis=1), (4, 1))
    np.testing.assert_allclose(ops.convert_to_numpy(slopes), expected, rtol=1e-5)


def test_inputs_reach_the_network_in_their_order():
    z, y = keras.Input((3,)), keras.Input((4,))
    outputs = keras.layers.Concatenate()([z, y])
    model = Maker(
        keras.Model((z, y), outputs), kinds.Vectors(7), (Latents(3), Labels(4))
    )
    latents = np.random.default_rng(0).normal(size=(6, 3)).astype("float32")
    samples = model.generate(latents=latents, labels=2, batch_size=4)
    np.testing.assert_allclose(samples[:, :3], latents, rtol=1e-6)
    np.testing.assert_array_equal(samples[:, 3:], np.tile([0, 0, 1, 0], (6, 1)))


# --- run


def test_run_takes_and_gives_nests_of_arrays():
    a, b = keras.Input((2,), name="a"), keras.Input((1,), name="b")
    outputs = {"sum": keras.layers.Add()([a, b]), "both": [a, b]}
    encoder = keras.Model({"a": a, "b": b}, outputs)
    model = Maker(noisy(), kinds.Vectors(2))
    x = np.arange(14, dtype="float32").reshape(7, 2)
    y = np.arange(7)[:, None]  # an integer becomes a float
    found = model.run(encoder, {"a": x, "b": y.astype("float32")}, batch_size=3)
    np.testing.assert_allclose(found["sum"], x + y)
    np.testing.assert_allclose(found["both"][0], x)
    np.testing.assert_allclose(found["both"][1], y)
    assert found["sum"].dtype == np.float32


def test_run_gives_what_the_host_is_to_get():
    model = Maker(network(2, 2), kinds.Vectors(2))
    latents = np.ones((5, 3), "float32")
    found = model.run(
        model.generator, latents, batch_size=2, to_host=lambda x: (x > 0, x.argmax(-1))
    )
    assert found[0].dtype == bool and found[0].shape == (5, 2)
    assert found[1].shape == (5,)


@pytest.mark.parametrize(
    ("inputs", "batch_size", "message"),
    [
        (
            (np.ones((3, 3)), np.ones((2, 3))),
            64,
            r"as many samples.*\(3, 3\), \(2, 3\)",
        ),
        (np.ones((0, 3)), 64, "`n` must be a positive integer.*n=0"),
        (np.ones((3, 3)), 0, "batch_size=0"),
    ],
)
def test_arrays_that_cannot_be_batched_are_refused(inputs, batch_size, message):
    model = Maker(noisy(), kinds.Vectors(2))
    with pytest.raises(ValueError, match=message):
        model.run(model.generator, inputs, batch_size)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "`n` must be a positive integer.*n=None"),
        ({"n": 2, "batch_size": 0}, "batch_size=0"),
        ({"n": 2, "latent": 1}, "nearest names are latents.*latent="),
        ({"n": 2, "averaged": True}, "no such average.*averaged=True"),
        ({"latents": np.full((2, 3), np.nan)}, "`latents` must be finite.*6 values"),
    ],
)
def test_requests_that_cannot_be_answered_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Maker(noisy(), kinds.Vectors(2)).generate(**arguments)


def test_the_average_makes_samples_unless_told_otherwise():
    model = noisy_gan()
    latents = np.random.default_rng(0).normal(size=(3, 3)).astype("float32")
    model.generator.layers[0].kernel.assign(np.zeros((3, 2)))
    found = {
        averaged: model.generate(latents=latents, seed=0, averaged=averaged)
        for averaged in (None, True, 0.5, False)
    }
    np.testing.assert_array_equal(found[None], found[True])
    np.testing.assert_array_equal(found[None], found[0.5])
    assert not np.allclose(found[None], found[False])


def test_a_network_that_is_not_there_is_refused():
    model = Maker(noisy(), kinds.Vectors(2))
    with pytest.raises(ValueError, match="`name` must be one of .'generator'.*'gen'"):
        model.network("gen")
