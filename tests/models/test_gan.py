import json

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import losses
from kerasgen.models import GAN


def networks(width=2):
    generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(width)])
    discriminator = keras.Sequential([keras.Input((width,)), keras.layers.Dense(1)])
    return generator, discriminator


def points(n=32):
    return np.random.default_rng(0).normal(size=(n, 2)).astype("float32")


def test_k_discriminator_steps_for_each_generator_step(dcgan, images):
    model = dcgan(discriminator_steps=4)
    model.compile()
    model.fit(images, batch_size=16, verbose=0)
    assert int(model.optimizer["discriminator"].iterations.numpy()) == 16
    assert int(model.optimizer["generator"].iterations.numpy()) == 4


class Sums(GAN):
    """Notes which real samples each discriminator step sees."""

    logged = ("sum_of_real",)

    def train_step(self, data):
        real, _, _ = self.unpack(data)
        parts = list(self.split(real, self.minibatches))
        self.log("sum_of_real", ops.sum(parts[0]) * 1.0)
        return super().train_step(data)


def test_each_discriminator_step_has_its_own_real_minibatch():
    data = np.arange(8, dtype="float32").reshape(4, 2)
    for reuse, expected in ((False, 6.0), (True, 28.0)):
        model = Sums(*networks(), discriminator_steps=2, reuse_batch=reuse)
        model.compile()
        logs = model.train_on_batch(data, return_dict=True)
        assert float(logs["sum_of_real"]) == expected


def test_sample_weights_weigh_the_real_samples():
    x, weights = points(4), np.array([1.0, 3.0, 0.0, 0.0], "float32")
    model = GAN(*networks(), seed=0)
    latents = ops.convert_to_tensor(np.ones((4, 3), "float32"))
    model.sample_latents = lambda like: latents
    fake = ops.convert_to_numpy(model.discriminator(model.generator(latents)))
    real = ops.convert_to_numpy(model.discriminator(x))
    losses = np.logaddexp(0, -real) + np.logaddexp(0, fake)
    model.compile()
    logs = model.evaluate(x, sample_weight=weights, return_dict=True, verbose=0)
    np.testing.assert_allclose(
        logs["discriminator_loss"],
        0.25 * losses[0, 0] + 0.75 * losses[1, 0],
        rtol=1e-5,
    )


def test_simultaneous_and_alternating_updates_differ_in_the_generator_alone():
    x = points()
    after = {}
    generator, discriminator = networks()
    for update in ("alternating", "simultaneous"):
        g, d = (keras.models.clone_model(n) for n in (generator, discriminator))
        g.set_weights(generator.get_weights())
        d.set_weights(discriminator.get_weights())
        model = GAN(g, d, update=update, seed=1)
        model.compile(keras.optimizers.SGD(0.5))
        model.fit(x, batch_size=32, shuffle=False, verbose=0)
        after[update] = [g.get_weights(), d.get_weights()]
    (g1, d1), (g2, d2) = after["alternating"], after["simultaneous"]
    for a, b in zip(d1, d2, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5)
    assert not np.allclose(g1[0], g2[0])


def test_the_first_losses_are_those_of_the_objective():
    generator, discriminator = networks()
    for network in (generator, discriminator):
        network.set_weights([np.zeros_like(w) for w in network.get_weights()])
    for name, expected in (("minimax", -np.log(2)), ("non_saturating", np.log(2))):
        model = GAN(generator, discriminator, loss=name)
        model.compile(keras.optimizers.SGD(0.0))
        logs = model.train_on_batch(points(), return_dict=True)
        np.testing.assert_allclose(float(logs["generator_loss"]), expected, rtol=1e-5)
        np.testing.assert_allclose(
            float(logs["discriminator_loss"]), 2 * np.log(2), rtol=1e-5
        )


def test_a_gan_moves_its_samples_to_the_data():
    generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    discriminator = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(64, activation="leaky_relu"),
            keras.layers.Dense(64, activation="leaky_relu"),
            keras.layers.Dense(1),
        ]
    )
    model = GAN(generator, discriminator, average=0.99, seed=0)
    model.compile(keras.optimizers.Adam(2e-3, beta_1=0.5))
    center = np.array([2.0, -1.0])
    data = np.random.default_rng(0).normal(size=(2048, 2)) * [0.3, 0.6] + center
    start = model.generate(2000, seed=1, batch_size=2000, verbose=0)
    model.fit(data.astype("float32"), batch_size=64, epochs=40, verbose=0)
    end = model.generate(2000, seed=1, batch_size=2000, verbose=0)

    def distance(samples):
        return np.linalg.norm(samples.mean(0) - center)

    assert distance(start) > 1.5
    assert distance(end) < 0.75
    assert 0.1 < end.std() < 2.5  # neither collapsed nor scattered


def test_the_average_is_smoother_than_the_weights_and_makes_the_samples(dcgan, images):
    model = dcgan(average=0.9)
    model.compile()
    model.fit(images, batch_size=16, epochs=2, verbose=0)
    raw = model.generate(4, seed=0, averaged=False)
    averaged = model.generate(4, seed=0, averaged=True)
    assert not np.array_equal(raw, averaged)
    np.testing.assert_array_equal(model.generate(4, seed=0), averaged)
    # Statistics too: those of the last weights do not fit the average.
    for a, w in zip(
        model.averaged_generator.weights, model.generator.weights, strict=True
    ):
        assert not np.array_equal(a.numpy(), w.numpy()), w.path


def test_generate_is_fixed_by_its_seed_and_independent_of_the_batch_size(dcgan):
    model = dcgan()
    images = model.generate(10, seed=3)
    assert images.dtype == "uint8" and images.shape == (10, 16, 16, 1)
    again = model.generate(10, seed=3, batch_size=4)
    assert np.abs(images.astype(int) - again.astype(int)).max() <= 1
    assert not np.array_equal(images, model.generate(10, seed=4))
    assert not np.array_equal(model.generate(10), model.generate(10))


def test_generate_decodes_given_latents(dcgan):
    model = dcgan()
    random = np.random.Generator(np.random.Philox(3))
    latents = random.uniform(-1, 1, (10, 8)).astype("float32")
    np.testing.assert_array_equal(
        model.generate(latents=latents), model.generate(10, seed=3)
    )


def test_generate_after_fit_uses_the_new_weights(dcgan, images):
    model = dcgan()
    before = model.generate(2, seed=0)
    model.compile(keras.optimizers.Adam(0.01))
    model.fit(images, verbose=0)
    assert not np.array_equal(before, model.generate(2, seed=0))


def test_data_that_are_not_images_come_as_floats():
    samples = GAN(*networks()).generate(5, seed=0)
    assert samples.dtype == "float32" and samples.shape == (5, 2)


def test_a_progress_bar_is_shown_for_many_samples(capsys):
    model = GAN(*networks())
    model.generate(999, seed=0)
    assert capsys.readouterr().out == ""
    model.generate(1000, seed=0, batch_size=500)
    assert "1000/1000" in capsys.readouterr().out


def test_decode_is_differentiable_in_the_latents(dcgan):
    from kerasgen import engine

    model = dcgan()
    gradient = engine.input_gradients(
        lambda z: ops.sum(model.decode(z), axis=(1, 2, 3)), ops.ones((2, 8))
    )
    assert tuple(gradient.shape) == (2, 8)
    assert float(ops.max(ops.abs(ops.stop_gradient(gradient)))) > 0


def test_a_discriminator_may_return_a_dictionary(images):
    inputs = keras.Input((2,))
    hidden = keras.layers.Dense(4)(inputs)
    outputs = {"logits": keras.layers.Dense(1)(hidden), "features": hidden}
    model = GAN(networks()[0], keras.Model(inputs, outputs))
    model.compile()
    model.fit(points(), verbose=0)


def test_an_unbuilt_generator_needs_latent_dim():
    generator, discriminator = (
        keras.Sequential([keras.layers.Dense(n)]) for n in (2, 1)
    )
    with pytest.raises(ValueError, match="latent_dim"):
        GAN(generator, discriminator)
    model = GAN(generator, discriminator, latent_dim=3)
    assert model.generate(2, seed=0).shape == (2, 2)


def test_a_subclass_that_forgets_nothing_trains(images):
    class Quiet(GAN):
        def train_step(self, data):
            return super().train_step(data)

    model = Quiet(*networks())
    model.compile()
    assert "generator_loss" in model.fit(points(), verbose=0).history


@pytest.mark.parametrize("loss", ["minimax", losses.NonSaturating(label_smoothing=0.1)])
def test_save_and_load_keep_everything(tmp_path, loss):
    model = GAN(
        *networks(),
        loss=loss,
        discriminator_steps=2,
        reuse_batch=True,
        update="simultaneous",
        latent_distribution="uniform",
        average=0.9,
        seed=5,
    )
    model.compile(keras.optimizers.RMSprop(0.01))
    model.fit(points(), epochs=2, verbose=0)
    model.save(tmp_path / "gan.keras")
    again = keras.saving.load_model(tmp_path / "gan.keras")
    configs = [json.dumps(m.get_config(), sort_keys=True) for m in (model, again)]
    assert configs[0] == configs[1]
    assert int(again.epochs_seen.numpy()) == 2
    np.testing.assert_array_equal(model.generate(4, seed=0), again.generate(4, seed=0))
    for m in (model, again):
        m.fit(points(), shuffle=False, verbose=0)
    for a, b in zip(model.variables, again.variables, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), atol=1e-6, err_msg=a.path)


def test_export_writes_the_generator(dcgan, tmp_path, backend):
    if backend != "tensorflow":
        pytest.skip("Keras exports a SavedModel from TensorFlow without extras")
    import tensorflow as tf

    model = dcgan()
    model.export(tmp_path / "generator", verbose=False)
    restored = tf.saved_model.load(str(tmp_path / "generator"))
    latents = np.ones((2, 8), "float32")
    np.testing.assert_allclose(
        restored.serve(latents), ops.convert_to_numpy(model.decode(latents)), atol=1e-5
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"discriminator_steps": 0}, "discriminator_steps=0"),
        ({"update": "both"}, "'both'"),
        ({"latent_dim": 0}, "latent_dim=0"),
        ({"latent_distribution": "cauchy"}, "'cauchy'"),
        ({"average": 1.0}, "average=1.0"),
        ({"loss": "hing"}, "'hing'"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        GAN(*networks(), **arguments)


def test_networks_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"\(2,\).*\(4,\)"):
        GAN(networks(2)[0], networks(4)[1])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": 0}, "n=0"),
        ({"n": 2.5}, "n=2.5"),
        ({}, "n=None"),
        ({"n": 2, "labels": [1, 2]}, "unconditional"),
        ({"latents": np.zeros((2, 7))}, r"\(2, 7\)"),
        ({"n": 3, "latents": np.zeros((2, 8))}, "n=3"),
        ({"n": 1, "averaged": True}, "average=0.99"),
    ],
)
def test_generate_refuses_bad_arguments(dcgan, arguments, message):
    with pytest.raises(ValueError, match=message):
        dcgan().generate(**arguments)
