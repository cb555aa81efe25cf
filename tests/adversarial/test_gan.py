"""A GAN of any two networks: what it is made of, trained on, and asked for."""

import json

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import layers, losses, models
from kerasgen.adversarial import (
    GAN,
    R1,
    Alternating,
)
from kerasgen.inputs import Labels, Latents
from kerasgen.kinds import Images, Vectors


@pytest.fixture(scope="module")
def dcgan():
    """A small DCGAN that is only asked for samples."""
    from kerasgen.models import DCGAN

    return DCGAN((16, 16, 1), latent_dim=8, filters=4, seed=1)


def values(variables):
    return [v.numpy() for v in variables]


# --- what it learns


@pytest.mark.parametrize(
    ("loss", "generator"), [("minimax", -np.log(2)), ("non_saturating", np.log(2))]
)
def test_the_first_losses_are_those_of_the_objective(networks, step, loss, generator):
    pair = networks()
    for network in pair:
        network.set_weights([np.zeros_like(w) for w in network.get_weights()])
    model = GAN(*pair)
    model.compile(keras.optimizers.SGD(0.0), loss)
    expected = {"discriminator_loss": 2 * np.log(2), "generator_loss": generator}
    assert step(model) == pytest.approx(expected, rel=1e-5)


def test_a_gan_moves_its_samples_to_the_data():
    generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    discriminator = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(32, activation="leaky_relu"),
            keras.layers.Dense(1),
        ]
    )
    model = GAN(generator, discriminator, seed=0)
    model.compile(keras.optimizers.Adam(0.05, beta_1=0.5), average=0.95)
    center = np.array([2.0, -1.0])
    data = np.random.default_rng(0).normal(size=(1280, 2)) * [0.3, 0.6] + center

    def distance_and_deviation():
        samples = model.generate(2000, seed=1, batch_size=2000, verbose=0)
        return np.linalg.norm(samples.mean(axis=0) - center), samples.std(axis=0)

    start, _ = distance_and_deviation()
    model.fit(data.astype("float32"), batch_size=64, epochs=5, verbose=0)
    end, deviation = distance_and_deviation()
    assert start > 1.5
    assert end < 0.75
    assert (deviation > 0.03).all()  # not collapsed
    assert (deviation < 1.5).all()  # nor scattered


def test_sample_weights_weigh_the_real_samples(networks, fixed, points):
    latents = np.ones((4, 3), "float32")
    model = GAN(*networks(), fixed(Latents(3), latents), seed=0)
    x, weights = points(4), np.array([1.0, 3.0, 0.0, 0.0], "float32")

    def logits(x):
        return ops.convert_to_numpy(model.discriminator(x)["logits"])

    softplus = np.logaddexp(0, -logits(x)) + np.logaddexp(
        0, logits(model.generator(latents))
    )
    model.compile()
    logs = model.evaluate(x, sample_weight=weights, return_dict=True, verbose=0)
    np.testing.assert_allclose(
        logs["discriminator_loss"],
        0.25 * softplus[0, 0] + 0.75 * softplus[1, 0],
        rtol=1e-5,
    )


def test_feature_matching_of_several_layers(fixed, latents, points, numpy, step):
    """`early` is one tensor, `late` a list of two."""
    generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    x = keras.Input((2,))
    early = keras.layers.Dense(4)(x)
    late = [keras.layers.Dense(3)(early), keras.layers.Dense(2)(early)]
    logits = keras.layers.Dense(1)(early)
    discriminator = keras.Model(x, {"early": early, "late": late, "logits": logits})
    model = GAN(generator, discriminator, fixed(Latents(3), latents))

    def means(samples):
        said = discriminator(samples)
        return [numpy(f).mean(axis=0) for f in [said["early"], *said["late"]]]

    pairs = zip(means(points()), means(generator(latents)), strict=True)
    expected = sum(np.sum((real - fake) ** 2) for real, fake in pairs)
    loss = losses.FeatureMatching("wasserstein", features=("early", "late"))
    model.compile(keras.optimizers.SGD(0.0), loss)
    matched = step(model)
    assert matched["generator_loss"] == pytest.approx(expected, rel=1e-4)
    model.compile(keras.optimizers.SGD(0.0), "wasserstein")
    assert matched["discriminator_loss"] == pytest.approx(
        step(model)["discriminator_loss"], rel=1e-5
    )


def test_feature_matching_keeps_the_state_of_the_discriminators_objective(
    networks, points, step
):
    x = keras.Input((2,))
    hidden = keras.layers.Dense(1)(x)
    said = {"features": hidden, "reconstruction": keras.layers.Dense(2)(hidden)}
    model = GAN(networks()[0], keras.Model(x, said))
    began = losses.BoundaryEquilibrium(lambda_k=0.1)
    model.compile(keras.optimizers.SGD(0.0), losses.FeatureMatching(began))
    far = 100.0 * points()  # hard to rebuild: k_t rises to its bound
    logs = [step(model, far) for _ in range(2)]
    assert [each["k_t"] for each in logs] == [0.0, 1.0]
    assert logs[0]["convergence"] > 1.0


@pytest.mark.parametrize("turns", ["alternating", "simultaneous"])
def test_relativistic_losses_see_both_sides_in_both_turns(
    linear_game, latents, points, numpy, step, turns
):
    model = linear_game(loss="relativistic_average", turns=turns)
    real = numpy(model.discriminator(points())["logits"])
    fake = numpy(model.discriminator(model.generator(latents))["logits"])
    above = real - fake.mean(), fake - real.mean()  # section 4.2

    def cross_entropy(ones, zeros):  # -log sigmoid, -log (1 - sigmoid)
        return (np.logaddexp(0, -ones) + np.logaddexp(0, zeros)).mean()

    expected = {
        "discriminator_loss": cross_entropy(*above),
        "generator_loss": cross_entropy(*above[::-1]),
    }
    assert step(model) == pytest.approx(expected, rel=1e-5)


def test_evaluation_is_the_objective_alone_and_moves_nothing(linear_game, points):
    plain = linear_game()
    model = linear_game(
        terms=[R1(5.0)], views=[layers.GaussianNoise(1.0), layers.GaussianNoise(0.1)]
    )
    before = values(model.weights)
    logs = [
        m.evaluate(points(), batch_size=32, return_dict=True, verbose=0)
        for m in (plain, model)
    ]
    assert logs[0] == pytest.approx(logs[1])
    for a, b in zip(before, values(model.weights), strict=True):
        np.testing.assert_array_equal(a, b)


# --- what it is made of


def test_a_discriminator_may_return_logits_alone(networks, points, sums):
    model = GAN(networks()[0], sums())
    model.compile()
    assert "generator_loss" in model.fit(points(), verbose=0).history


def test_networks_may_be_built_by_the_first_samples():
    generator, discriminator = (
        keras.Sequential([keras.layers.Dense(n)]) for n in (2, 1)
    )
    with pytest.raises(ValueError, match="`inputs` is needed"):
        GAN(generator, discriminator)
    model = GAN(generator, discriminator, inputs=3)
    assert model.generate(2, seed=0).shape == (2, 2)
    assert model.inputs[0].distribution == "normal"


class Joined(keras.Model):
    """`(a, b) -> [a, b] W`, not built before its first call."""

    def __init__(self, units):
        super().__init__()
        self.dense = keras.layers.Dense(units)

    def call(self, inputs):
        return self.dense(ops.concatenate(inputs, axis=-1))


def test_subclassed_networks_of_several_inputs(points, step):
    inputs = (Latents(3), Labels(4))
    model = GAN(Joined(2), Joined(1), inputs, conditions=["labels"])
    assert [w.shape for w in model.generator.weights] == [(7, 2), (2,)]
    assert [w.shape for w in model.discriminator.weights] == [(6, 1), (1,)]
    model.compile()
    assert np.isfinite(step(model, points(), np.arange(32) % 4)["generator_loss"])
    assert model.generate(5, seed=0).shape == (5, 2)


def test_a_discriminator_may_leave_sizes_open():
    generator = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(16), keras.layers.Reshape((4, 4, 1))]
    )
    images = keras.Input((None, None, 1))
    patches = keras.Model(images, keras.layers.Conv2D(1, 2)(images))
    model = GAN(generator, patches)
    model.compile()
    x = np.zeros((4, 4, 4, 1), "uint8")
    assert np.isfinite(model.train_on_batch(x)).all()


def test_a_kind_is_told_from_the_samples_or_given(networks):
    assert GAN(*networks()).kind == Vectors(2)
    generator = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(12), keras.layers.Reshape((2, 2, 3))]
    )
    flat = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1)])
    assert GAN(generator, flat).kind == Images((2, 2, 3))
    kind = Images((2, 2, 3))
    assert GAN(generator, flat, kind=kind).kind is kind


def test_a_subclass_may_have_a_step_of_its_own(networks, points):
    class Twice(GAN):
        def train_step(self, data):
            super().train_step(data)
            return super().train_step(data)

    model = Twice(*networks())
    model.compile()
    model.fit(points(), batch_size=16, verbose=0)
    assert int(model.optimizer["generator"].iterations.numpy()) == 4
    assert int(model.global_step.numpy()) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"discriminator": 4}, r"samples of shape \(2,\).*a discriminator for \(4,\)"),
        ({"inputs": 5}, r"latents of shape \(batch, 5\).*\(None, 3\)"),
        ({"inputs": "hinge"}, "a loss is an argument of `compile`.*'hinge'"),
        ({"inputs": (Latents(3), Labels(2))}, r"the tuple \(latents, labels\)"),
        ({"conditions": ["label"]}, "`conditions` must be one of.*'label'"),
        ({"conditions": ["latents"]}, r"beside latents.*\(2,\), \(3,\)"),
        ({"defaults": {"los": "hinge"}}, "nearest names are loss.*defaults.*'los'"),
        ({"kind": Vectors(3)}, r"kind=Vectors.*\(2,\)"),
    ],
)
def test_networks_and_inputs_that_do_not_fit_are_refused(networks, change, message):
    change = dict(change)
    discriminator = networks(change.pop("discriminator", 2))[1]
    with pytest.raises(ValueError, match=message):
        GAN(networks()[0], discriminator, **change)


# --- state and configuration


@pytest.mark.parametrize("loss", ["minimax", losses.NonSaturating(label_smoothing=0.1)])
def test_save_and_load_keep_everything(networks, points, tmp_path, loss):
    model = GAN(*networks(), Latents(3, "uniform"), defaults={"loss": loss}, seed=5)
    model.compile(
        keras.optimizers.RMSprop(0.01),
        turns=Alternating(2, reuse_batch=True),
        average=0.9,
    )
    model.fit(points(), epochs=2, verbose=0)
    model.save(tmp_path / "gan.keras")
    again = keras.saving.load_model(tmp_path / "gan.keras")
    configs = [
        json.dumps([m.get_config(), m.get_compile_config()], sort_keys=True)
        for m in (model, again)
    ]
    assert configs[0] == configs[1]
    assert int(again.epochs_seen.numpy()) == 2
    assert again.inputs[0].distribution == "uniform"
    np.testing.assert_array_equal(model.generate(4, seed=0), again.generate(4, seed=0))
    for m in (model, again):
        m.fit(points(), shuffle=False, verbose=0)
    for a, b in zip(model.variables, again.variables, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), atol=1e-6, err_msg=a.path)


def test_a_model_that_was_not_compiled_is_saved_too(networks, tmp_path):
    model = GAN(*networks(), seed=1)
    model.save(tmp_path / "gan.keras")
    again = keras.saving.load_model(tmp_path / "gan.keras")
    assert not again.compiled
    np.testing.assert_array_equal(model.generate(4, seed=0), again.generate(4, seed=0))


# --- samples


def test_generate_is_fixed_by_its_seed_and_independent_of_the_batch_size(dcgan):
    images = dcgan.generate(10, seed=3)
    assert images.dtype == "uint8" and images.shape == (10, 16, 16, 1)
    again = dcgan.generate(10, seed=3, batch_size=4)
    assert np.abs(images.astype(int) - again.astype(int)).max() <= 1
    assert not np.array_equal(images, dcgan.generate(10, seed=4))
    assert not np.array_equal(dcgan.generate(10), dcgan.generate(10))


def test_generate_decodes_given_latents(dcgan):
    random = np.random.Generator(np.random.Philox(3))
    latents = random.uniform(-1, 1, (10, 8)).astype("float32")
    np.testing.assert_array_equal(
        dcgan.generate(latents=latents), dcgan.generate(10, seed=3)
    )


def test_generate_after_fit_uses_the_new_weights(linear_game, points):
    model = linear_game(rate=0.1)
    before = model.generate(2, seed=0)
    model.fit(points(), verbose=0)
    assert not np.array_equal(before, model.generate(2, seed=0))


def conditional():
    shapes = {"image_shape": (8, 8, 1), "latent_dim": 3, "filters": 2}
    return models.CGAN(num_classes=2, **shapes), ((5, 3), (5, 2))


# PyTorch's own, and what Keras asks of JAX.
@pytest.mark.filterwarnings("ignore:No complete tensor:UserWarning")
@pytest.mark.filterwarnings("ignore:.*native_serialization:DeprecationWarning")
def test_a_generator_is_exported_for_any_number_of_samples(dcgan, tmp_path, backend):
    if backend == "jax":
        pytest.importorskip("tensorflow")
    for model, shapes in ((dcgan, ((5, 8),)), conditional()):
        given = tuple(np.ones(shape, "float32") for shape in shapes)
        inputs = given if len(given) > 1 else given[0]
        if backend == "torch":
            model.export(tmp_path / "sampler.pt2", verbose=False)
            found = served_by_torch(tmp_path / "sampler.pt2", inputs)
        else:
            model.export(tmp_path / model.name, verbose=False)
            found = served_by_tensorflow(tmp_path / model.name, inputs)
        expected = ops.convert_to_numpy(ops.stop_gradient(model.decode(inputs)))
        np.testing.assert_allclose(found, expected, atol=1e-5)


def served_by_tensorflow(folder, inputs):
    import tensorflow as tf

    loaded = tf.saved_model.load(str(folder))  # holds the weights
    return loaded.serve(inputs).numpy()


def served_by_torch(file, inputs):
    import torch

    program = torch.export.load(file).module()
    inputs = keras.tree.map_structure(torch.from_numpy, inputs)
    return program(inputs).detach().numpy()


def test_a_saved_model_from_pytorch_is_refused_with_the_way_there(
    dcgan, tmp_path, backend
):
    if backend != "torch":
        pytest.skip("what PyTorch alone cannot write")
    for arguments in ({}, {"format": "tf_saved_model"}):
        with pytest.raises(ValueError, match="ends in `.pt2`.*Received: format="):
            dcgan.export(tmp_path / "folder", **arguments)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": 0}, "n=0"),
        ({"n": 2.5}, "n=2.5"),
        ({}, "n=None"),
        ({"n": 2, "labels": [1, 2]}, "unconditional"),
        ({"n": 2, "latent": np.zeros((2, 8))}, "nearest names are latents"),
        ({"latents": np.zeros((2, 7))}, r"\(2, 7\)"),
        ({"n": 3, "latents": np.zeros((2, 8))}, "n=3"),
        ({"n": 1, "averaged": True}, "average=0.99"),
    ],
)
def test_generate_refuses_bad_arguments(dcgan, arguments, message):
    with pytest.raises(ValueError, match=message):
        dcgan.generate(**arguments)
