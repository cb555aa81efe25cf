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
    "least_squares": {"a": -1.0, "b": 2.0, "c": 0.5, "factor": 1.0},
    "ebgan": {"margin": 3.0},
    "began": {"gamma": 0.7, "lambda_k": 0.01, "eta": 2},
    "feature_matching": {"objective": losses.Hinge(), "features": ("logits",)},
}
F_GAN = {"generator_loss": "non_saturating"}
# What reads more than logits, one by one.
OTHER_OUTPUTS = {
    "ebgan": ("reconstruction",),
    "began": ("reconstruction",),
    "feature_matching": ("logits", "features"),
}
# Those in which each logit has a loss of its own.
OF_LOGITS_ALONE = [
    n for n in losses.OBJECTIVES if n not in {*OTHER_OUTPUTS, "relativistic_average"}
]


def parameters(name):
    return CHANGED.get(name, F_GAN if name.startswith("f_gan") else {})


def logits(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def outputs(x):
    """What any objective may ask for, all of it worked out from `x`."""
    features = ops.stack([x, 2.0 * x], axis=-1)
    return {
        "samples": features,
        "logits": x,
        "features": features,
        "reconstruction": 0.5 * features,
    }


def both_losses(objective, game):
    values = objective.discriminator(game), objective.generator(game)
    return [ops.convert_to_numpy(value) for value in values]


@pytest.mark.parametrize("name", losses.OBJECTIVES)
def test_serialization_keeps_class_parameters_and_values(name, game):
    objective = losses.get(name, **parameters(name))
    copy = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(objective)
    )
    assert type(copy) is type(objective)
    assert copy.get_config() == objective.get_config()
    if name != "feature_matching":  # whose configuration holds another one's
        assert objective.get_config() == parameters(name)
    played = game(*map(outputs, map(ops.convert_to_tensor, logits(2, 6))))
    for actual, expected in zip(
        both_losses(copy, played), both_losses(objective, played), strict=True
    ):
        np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize("name", OF_LOGITS_ALONE)
def test_losses_are_averaged_over_patches_and_not_over_samples(name, game):
    objective = losses.get(name)
    real, fake = map(ops.convert_to_tensor, logits(2, 3, 4, 5, 1))
    patches = both_losses(objective, game(real, fake))
    flat = game(ops.reshape(real, (60, 1)), ops.reshape(fake, (60, 1)))
    for actual, expected in zip(patches, both_losses(objective, flat), strict=True):
        assert actual.shape == (3,) and expected.shape == (60,)
        np.testing.assert_allclose(
            actual, expected.reshape(3, 20).mean(axis=1), rtol=1e-5, atol=1e-6
        )


@pytest.mark.parametrize("name", losses.OBJECTIVES)
def test_half_precision_outputs_give_float32_losses(name, game):
    objective = losses.get(name)
    half = ops.cast(ops.convert_to_tensor(logits(4)), "bfloat16")
    single = ops.cast(half, "float32")
    for actual, expected in zip(
        both_losses(objective, game(outputs(half), outputs(half))),
        both_losses(objective, game(outputs(single), outputs(single))),
        strict=True,
    ):
        assert actual.dtype == np.float32
        np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize("name", losses.OBJECTIVES)
def test_an_objective_reads_what_it_says_it_needs(name, game):
    objective = losses.get(name)
    assert objective.needs == OTHER_OUTPUTS.get(name, ("logits",))
    x = ops.convert_to_tensor(logits(4))
    needed = {k: v for k, v in outputs(x).items() if k in ("samples", *objective.needs)}
    both_losses(objective, game(needed, needed))  # nothing else is asked for


@pytest.mark.parametrize("name", losses.OBJECTIVES)
def test_only_boundary_equilibrium_keeps_and_logs_a_state(name):
    objective = losses.get(name)
    keeps = ["k_t"] if name == "began" else []
    assert [weight.name for weight in objective.weights] == keeps
    assert list(objective.logged_state()) == keeps
    assert not any(weight.trainable for weight in objective.weights)
