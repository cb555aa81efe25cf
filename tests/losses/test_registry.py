"""What holds for every registered objective."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import losses

CHANGED = {
    "minimax": {"label_smoothing": 0.1},
    "non_saturating": {"label_smoothing": 0.1},
    "maximum_likelihood": {"label_smoothing": 0.1},
    "least_squares": {"a": -1.0, "b": 2.0, "c": 0.5},
    "ebgan": {"margin": 3.0},
    "began": {"gamma": 0.7, "lambda_k": 0.01, "eta": 2},
}
F_GAN = {"generator_loss": "non_saturating"}


def parameters(name):
    return CHANGED.get(name, F_GAN if name.startswith("f_gan") else {})


def logits(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def both_losses(objective, real, fake):
    state = {name: 0.5 for name in objective.state}
    values = (
        objective.discriminator(real, fake, **state),
        objective.generator(fake, real, **state),
    )
    return [ops.convert_to_numpy(value) for value in values]


@pytest.mark.parametrize("name", losses.OBJECTIVES)
def test_serialization_keeps_class_parameters_and_values(name):
    objective = losses.get(name, **parameters(name))
    copy = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(objective)
    )
    assert type(copy) is type(objective)
    assert copy.get_config() == objective.get_config() == parameters(name)
    real, fake = map(ops.convert_to_tensor, logits(2, 6))
    for actual, expected in zip(
        both_losses(copy, real, fake), both_losses(objective, real, fake), strict=True
    ):
        np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize("name", losses.OBJECTIVES)
def test_losses_are_averaged_over_patches_and_not_over_samples(name):
    objective = losses.get(name)
    real, fake = map(ops.convert_to_tensor, logits(2, 3, 4, 5, 1))
    patches = both_losses(objective, real, fake)
    single = both_losses(
        objective, ops.reshape(real, (60, 1)), ops.reshape(fake, (60, 1))
    )
    for actual, expected in zip(patches, single, strict=True):
        assert actual.shape == (3,) and expected.shape == (60,)
        np.testing.assert_allclose(
            actual, expected.reshape(3, 20).mean(axis=1), rtol=1e-5, atol=1e-6
        )


@pytest.mark.parametrize("name", losses.OBJECTIVES)
def test_half_precision_logits_give_float32_losses(name):
    objective = losses.get(name)
    half = ops.cast(ops.convert_to_tensor(logits(4)), "bfloat16")
    single = ops.cast(half, "float32")
    for actual, expected in zip(
        both_losses(objective, half, half),
        both_losses(objective, single, single),
        strict=True,
    ):
        assert actual.dtype == np.float32
        np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize("name", losses.OBJECTIVES)
def test_an_objective_without_state_has_none_next(name):
    objective = losses.get(name)
    if not objective.state:
        assert objective.next_state(logits(4), logits(4)) == {}
