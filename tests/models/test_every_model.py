"""What holds for every name in `kerasgen.models`, at the smallest width."""

import functools

import keras
import numpy as np
import pytest

from kerasgen import models
from kerasgen.networks import convolutional_discriminator, convolutional_generator

SHAPE = (16, 16, 1)
SMALL = {
    "ACGAN": {"num_classes": 3, "filters": 2, "discriminator_filters": 2},
    "CGAN": {"num_classes": 3, "filters": 2},
    "InfoGAN": {
        "categorical": (3,),
        "continuous": 1,
        "filters": 2,
        "dense_width": 8,
    },
    "WGAN": {"filters": 2, "discriminator_steps": 2},
    "WGANGP": {"filters": 2, "discriminator_steps": 2},
}
# State that a step may move beside what it trains.
STATE = ("moving_mean", "moving_variance", "seed_generator_state", "epochs_seen", "k_t")

every_model = pytest.mark.parametrize("name", models.__all__)


def build(name):
    keras.utils.set_random_seed(0)
    if name == "GAN":
        return models.GAN(
            convolutional_generator(SHAPE, latent_dim=4, filters=2),
            convolutional_discriminator(SHAPE, filters=2),
            seed=1,
        )
    small = SMALL.get(name, {"filters": 2})
    return getattr(models, name)(SHAPE, latent_dim=4, seed=1, **small)


def data():
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (16, *SHAPE)).astype("uint8")
    return images, np.arange(16) % 3


def values(variables):
    return {v.path: v.numpy() for v in variables}


def fit(model):
    model.fit(*data(), batch_size=8, shuffle=False, verbose=0)


@functools.cache
def trained(name):
    """A model after two steps, and all its values before them."""
    model = build(name)
    before = values(model.variables)
    model.compile()
    fit(model)
    return model, before


def moved(before, after):
    return {path for path in before if not np.array_equal(before[path], after[path])}


def cannot_move(model):
    """The bias of a critic's logit cancels from the difference of its means."""
    if model.loss != "wasserstein":
        return set()
    return {model.discriminator.get_layer("logits").bias.path}


@every_model
def test_samples_have_the_shape_and_the_kind_of_the_data(name):
    model = build(name)
    samples = model.generate(5, seed=0)
    assert samples.shape == (5, *SHAPE)
    assert samples.dtype == "uint8"


@every_model
def test_every_input_of_the_generator_varies_the_samples(name):
    model = build(name)
    inputs = [np.zeros((6, *x.shape[1:]), "float32") for x in model.generator.inputs]
    for i in range(len(inputs)):
        random = np.random.default_rng(0).normal(size=inputs[i].shape)
        varied = [random if j == i else x for j, x in enumerate(inputs)]
        samples = model.generator(tuple(varied) if len(varied) > 1 else varied[0])
        samples = keras.ops.convert_to_numpy(samples)
        assert samples.shape == (6, *SHAPE)
        assert np.isfinite(samples).all()
        assert samples.std(axis=0).max() > 0


@every_model
def test_a_step_moves_every_weight_it_should_and_nothing_else(name):
    model, before = trained(name)
    networks = (model.generator, model.discriminator)
    weights = {v.path for network in networks for v in network.trainable_variables}
    changed = moved(before, values(model.variables))
    assert weights - changed == cannot_move(model)
    others = {path for path in changed - weights if not path.endswith(STATE)}
    assert not others


@every_model
def test_sampling_and_evaluating_move_no_weight(name):
    model, _ = trained(name)
    before = values(model.weights)
    model.generate(2)
    losses = model.evaluate(*data(), batch_size=16, return_dict=True, verbose=0)
    assert {"discriminator_loss", "generator_loss"} <= set(losses)
    assert np.isfinite(list(losses.values())).all()
    assert not moved(before, values(model.weights))


@every_model
def test_the_same_seed_gives_equal_results(name):
    model, before = trained(name)
    again = build(name)
    for a, b in zip(before.values(), again.variables, strict=True):
        np.testing.assert_array_equal(a, b.numpy())
    again.compile()
    fit(again)
    for a, b in zip(model.weights, again.weights, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), atol=1e-5, err_msg=a.path)


@every_model
def test_save_and_load_give_equal_samples_and_an_equal_next_step(name, tmp_path):
    model, _ = trained(name)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert type(again) is type(model)
    np.testing.assert_array_equal(model.generate(4, seed=0), again.generate(4, seed=0))
    for each in (model, again):
        fit(each)
    for a, b in zip(model.variables, again.variables, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), atol=1e-5, err_msg=a.path)
    optimizers = [m.optimizer.get_config() for m in (model, again)]
    assert optimizers[0] == optimizers[1]
