"""Penalties against closed forms, and finite differences in NumPy float64."""

import re

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import engine, penalties

NAMES = list(penalties.PENALTIES)


def tensor(x):
    return ops.convert_to_tensor(np.asarray(x, "float32"))


def numpy(x):
    return ops.convert_to_numpy(ops.stop_gradient(x))


def samples(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def seed_generator():
    return keras.random.SeedGenerator(3)


def apply(name, critic, real, fake=None, **parameters):
    penalty = penalties.get(name, **parameters)
    fake = real if fake is None else fake
    return numpy(penalty(critic, real, fake, seed=seed_generator()))


LINEAR = np.array([0.5, -2.0, 1.0])  # |w|^2 = 5.25


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("wgan_gp", (np.sqrt(5.25) - 1) ** 2),
        ("dragan", (np.sqrt(5.25) - 1) ** 2),
        ("r1", 5.25),
        ("r2", 5.25),
    ],
)
@pytest.mark.parametrize("shape", [(4,), (4, 1)])
def test_a_linear_critic_has_one_slope_everywhere(name, expected, shape):
    def critic(x):
        return ops.reshape(ops.matmul(x, tensor(LINEAR)), shape)

    values = apply(name, critic, tensor(samples(4, 3)), tensor(samples(4, 3, seed=1)))
    assert values.shape == (4,) and values.dtype == np.float32
    np.testing.assert_allclose(values, expected, rtol=1e-5)


@pytest.mark.parametrize("name", ["wgan_gp", "dragan"])
def test_the_penalty_is_two_sided_around_its_target(name):
    def critic(x):
        return ops.sum(x, axis=-1) * 0.25  # slope 1/2 over four elements

    x = tensor(samples(2, 4))
    np.testing.assert_allclose(apply(name, critic, x), 0.25, rtol=1e-5)
    np.testing.assert_allclose(apply(name, critic, x, target=0.0), 0.25, rtol=1e-5)
    np.testing.assert_allclose(apply(name, critic, x, target=3.0), 6.25, rtol=1e-5)


@pytest.mark.parametrize("shape", [(5,), (5, 2), (5, 4, 3, 2), (5, 2, 2, 2, 1)])
def test_the_norm_is_over_all_axes_but_the_batch(shape):
    x = samples(*shape)

    def critic(x):  # gradient 3 x
        return 1.5 * ops.sum(ops.reshape(ops.square(x), (5, -1)), axis=1)

    square = 9 * (x**2).reshape(5, -1).sum(axis=1)
    np.testing.assert_allclose(apply("r1", critic, tensor(x)), square, rtol=1e-5)
    np.testing.assert_allclose(
        numpy(penalties.one_centered(critic, tensor(x))),
        (np.sqrt(square) - 1) ** 2,
        rtol=1e-5,
    )


def test_r1_looks_at_real_and_r2_at_generated_samples():
    def critic(x):
        return ops.sum(ops.square(x), axis=-1) / 2

    real, fake = samples(4, 3), samples(4, 3, seed=1)
    for name, x in (("r1", real), ("r2", fake)):
        np.testing.assert_allclose(
            apply(name, critic, tensor(real), tensor(fake)),
            (x**2).sum(axis=1),
            rtol=1e-5,
        )


def test_interpolation_lies_between_with_one_epsilon_a_sample():
    real, fake = samples(3, 2, 2, 1), samples(3, 2, 2, 1, seed=1)
    epsilon = np.array([0.0, 0.25, 1.0])
    e = epsilon[:, None, None, None]
    points = penalties.interpolate(tensor(real), tensor(fake), tensor(epsilon))
    np.testing.assert_allclose(numpy(points), e * real + (1 - e) * fake, rtol=1e-5)


def test_perturbation_is_half_a_deviation_of_the_minibatch():
    real, noise = samples(3, 2, 2, 1), np.abs(samples(3, 2, 2, 1, seed=1))
    alpha = np.array([0.0, 0.25, 1.0])
    expected = real + alpha[:, None, None, None] * 0.5 * real.std() * noise
    points = penalties.perturb(tensor(real), tensor(noise), tensor(alpha))
    np.testing.assert_allclose(numpy(points), expected, rtol=1e-5, atol=1e-7)


def points_of(name, real, fake, seed):
    """Where the penalty looked, read back from `|grad x^2| = 2 |x|` and target 0."""
    penalty = penalties.get(name, target=0.0)
    values = penalty(lambda x: ops.sum(ops.square(x), -1), real, fake, seed=seed)
    return np.sqrt(numpy(values)) / 2


def test_wgan_gp_draws_lines_from_generated_to_real():
    seed = seed_generator()
    real, fake = tensor(np.ones((2000, 1))), tensor(np.full((2000, 1), 2.0))
    first, second = (points_of("wgan_gp", real, fake, seed) for _ in range(2))
    assert not np.allclose(first, second)
    assert first.min() >= 1.0 and first.max() <= 2.0
    np.testing.assert_allclose([first.mean(), first.var()], [1.5, 1 / 12], atol=0.03)


def test_dragan_draws_on_one_side_of_the_real_samples():
    seed = seed_generator()
    # Far from zero, with deviation 2: perturbed by 0.5 * 2 * U * U.
    real = tensor(np.tile([[8.0], [12.0]], (2000, 1)))
    first, second = (points_of("dragan", real, None, seed) for _ in range(2))
    assert not np.allclose(first, second)
    moved = first - numpy(real)[:, 0]
    assert moved.min() >= -1e-5 and moved.max() <= 1.0
    np.testing.assert_allclose([moved.mean(), moved.var()], [1 / 4, 7 / 144], atol=0.02)


def penalty_in_numpy(w, x, center):
    """For the critic `tanh(x W) v`, whose gradient depends on both weights."""
    matrix, vector = w[:6].reshape(3, 2), w[6:]
    gradient = ((1 - np.tanh(x @ matrix) ** 2) * vector) @ matrix.T
    square = (gradient**2).sum(axis=1)
    return np.mean(square if center == 0 else (np.sqrt(square) - 1) ** 2)


@pytest.mark.parametrize("center", [0, 1])
def test_gradient_with_respect_to_weights_is_that_of_finite_differences(center):
    x, w = samples(4, 3), samples(8, seed=2)
    matrix, vector = keras.Variable(w[:6].reshape(3, 2)), keras.Variable(w[6:])

    def critic(x):
        return ops.matmul(ops.tanh(ops.matmul(x, matrix)), vector[:, None])

    def loss():
        if center == 0:
            values = penalties.r1(critic, tensor(x))
        else:
            values = penalties.one_centered(critic, tensor(x))
        return (ops.mean(values),), None

    (value,), ((d_matrix, d_vector),), _ = engine.gradients([[matrix, vector]], loss)
    np.testing.assert_allclose(numpy(value), penalty_in_numpy(w, x, center), rtol=1e-5)
    step = 1e-6 * np.eye(8)
    expected = [
        (penalty_in_numpy(w + s, x, center) - penalty_in_numpy(w - s, x, center)) / 2e-6
        for s in step
    ]
    actual = np.concatenate([numpy(d_matrix).ravel(), numpy(d_vector)])
    np.testing.assert_allclose(actual, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_a_flat_critic_has_no_nan_in_its_gradient(name):
    w = keras.Variable(np.zeros((3, 1)))
    seed = seed_generator()

    def loss():
        values = penalties.get(name)(
            lambda x: ops.matmul(x, w), tensor(samples(4, 3)), tensor(samples(4, 3)),
            seed=seed,
        )  # fmt: skip
        return (ops.mean(values),), None

    (value,), ((gradient,),), _ = engine.gradients([[w]], loss)
    np.testing.assert_allclose(numpy(value), 0.0 if name[0] == "r" else 1.0, rtol=1e-5)
    np.testing.assert_array_equal(numpy(gradient), np.zeros((3, 1)))


@pytest.mark.parametrize("name", ["wgan_gp", "dragan"])
def test_seeds_advance_and_batch_statistics_stay(name):
    norm = keras.layers.BatchNormalization()
    norm.build((None, 3))
    drop = keras.layers.Dropout(0.5, seed=0)
    drop.build((None, 3))
    seed = seed_generator()
    states = [seed.state, *drop.variables]
    before = [numpy(s) for s in states]

    def loss():
        values = penalties.get(name)(
            lambda x: ops.sum(drop(norm(x, training=True), training=True), -1),
            tensor(samples(4, 3)), tensor(samples(4, 3)), seed=seed,
        )  # fmt: skip
        return (ops.mean(values),), None

    engine.gradients([norm.trainable_variables], loss)
    for state, old in zip(states, before, strict=True):
        assert not np.array_equal(numpy(state), old)
    np.testing.assert_array_equal(numpy(norm.moving_mean), np.zeros(3))
    np.testing.assert_array_equal(numpy(norm.moving_variance), np.ones(3))


@pytest.mark.parametrize("name", NAMES)
def test_nested_inputs_share_one_norm_and_integers_pass(name):
    labels = ops.convert_to_tensor(np.array([0, 2, 1]))
    real = {"images": tensor(samples(3, 2, 2)), "z": tensor(samples(3, 4)), "y": labels}
    fake = {"images": real["images"], "z": real["z"], "y": labels}

    def critic(inputs):  # gradient (y + 1) in each of eight elements
        total = ops.sum(inputs["images"], axis=(1, 2)) + ops.sum(inputs["z"], axis=1)
        return total * (ops.cast(inputs["y"], "float32") + 1.0)

    square = 8.0 * np.array([1.0, 9.0, 4.0])
    expected = square if name in ("r1", "r2") else (np.sqrt(square) - 1) ** 2
    np.testing.assert_allclose(apply(name, critic, real, fake), expected, rtol=1e-5)


def test_patches_are_averaged():
    def critic(x):  # (batch, 2, 2, 1), each patch with gradient 1 in its own pixel
        return x

    x = tensor(samples(3, 2, 2, 1))
    np.testing.assert_allclose(apply("r1", critic, x), 4 * 0.25**2, rtol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_mixed_precision_keeps_the_penalty_in_float32(name):
    keras.config.set_dtype_policy("mixed_bfloat16")
    layer = keras.layers.Dense(1, kernel_initializer="ones")
    layer.build((None, 3))
    values = apply(name, layer, tensor(samples(4, 3)))
    assert values.dtype == np.float32
    expected = 3.0 if name in ("r1", "r2") else (np.sqrt(3.0) - 1) ** 2
    np.testing.assert_allclose(values, expected, rtol=1e-5)  # not rounded to bfloat16


def test_an_unknown_name_lists_the_nearest():
    with pytest.raises(ValueError, match="wgan_gp.*'wgan_gpp'"):
        penalties.get("wgan_gpp")


def test_an_unknown_parameter_is_refused():
    with pytest.raises(ValueError, match="'wgan_gp'.*target.*center=1"):
        penalties.get("wgan_gp", center=1)


def test_a_function_is_returned_and_takes_no_parameters():
    assert penalties.get(penalties.r1) is penalties.r1
    with pytest.raises(ValueError, match="not a function"):
        penalties.get(penalties.dragan, scale=1.0)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("wgan_gp", {"target": -1.0}),
        ("dragan", {"target": -1}),
        ("dragan", {"scale": -1}),
    ],
)
def test_parameters_out_of_range_are_refused(name, parameters):
    ((argument, value),) = parameters.items()
    x = tensor(samples(2, 3))
    with pytest.raises(ValueError, match=f"{argument}={value}"):
        apply(name, lambda x: x[:, 0], x, **parameters)


@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 1)])
def test_different_shapes_are_refused(shape):
    real, fake = tensor(np.ones((2, 3))), tensor(np.ones(shape))
    with pytest.raises(ValueError, match="same shapes.*" + re.escape(str(shape))):
        apply("wgan_gp", lambda x: x[:, 0], real, fake)
