import types

import numpy as np
import pytest
from keras import ops

from kerasgen import engine, losses

REAL = np.array([0.5, 3.0, 0.0, 1e4])
FAKE = np.array([12.0, 2.5, 0.0, 1e4])


def tensor(x):
    return ops.convert_to_tensor(np.asarray(x, "float32"))


def numpy(x):
    return ops.convert_to_numpy(ops.stop_gradient(x))


@pytest.fixture
def energies(monkeypatch):
    """Makes a game of energies, which an objective takes as they are."""

    def make(objective, real=REAL, fake=FAKE):
        monkeypatch.setattr(objective, "energy", lambda side: side)
        real, fake = (
            tensor(x) if isinstance(x, np.ndarray) else x for x in (real, fake)
        )
        return types.SimpleNamespace(real=real, fake=fake)

    return make


def test_margin_lifts_low_energies_of_generated_samples_alone(
    energies, value_and_gradient
):
    objective = losses.get("ebgan", margin=10.0)
    value, gradient = value_and_gradient(
        lambda fake: objective.discriminator(energies(objective, fake=fake)), FAKE
    )
    np.testing.assert_allclose(value, [0.5, 3.0 + 7.5, 10.0, 1e4], rtol=1e-5)
    np.testing.assert_array_equal(gradient, [0.0, -1.0, -1.0, 0.0])
    value, gradient = value_and_gradient(
        lambda fake: objective.generator(energies(objective, fake=fake)), FAKE
    )
    np.testing.assert_allclose(value, FAKE, rtol=1e-6)
    np.testing.assert_array_equal(gradient, np.ones(4))


@pytest.mark.parametrize("k_t", [0.0, 0.3, 1.0])
def test_boundary_equilibrium_weighs_generated_samples_by_its_state(
    k_t, energies, value_and_gradient
):
    objective = losses.get("began")
    objective.k_t.assign(k_t)
    value, gradient = value_and_gradient(
        lambda fake: objective.discriminator(energies(objective, fake=fake)), FAKE
    )
    np.testing.assert_allclose(value, REAL - k_t * FAKE, rtol=1e-5)
    np.testing.assert_allclose(gradient, np.full(4, -k_t), rtol=1e-6)
    value, _ = value_and_gradient(
        lambda fake: objective.generator(energies(objective, fake=fake)), FAKE
    )
    np.testing.assert_allclose(value, FAKE, rtol=1e-6)


@pytest.mark.parametrize(
    ("k_t", "real", "fake", "expected"),
    [
        (0.5, [4.0, 2.0], [1.0, 0.0], 0.5 + 0.1 * (0.4 * 3.0 - 0.5)),
        (0.5, [1.0, 1.0], [3.0, 2.0], 0.5 + 0.1 * (0.4 * 1.0 - 2.5)),
        (0.0, [0.0, 0.0], [3.0, 2.0], 0.0),
        (0.99, [9.0, 9.0], [0.0, 0.0], 1.0),
    ],
)
def test_state_follows_the_imbalance_within_its_range(k_t, real, fake, expected):
    objective = losses.get("began", gamma=0.4, lambda_k=0.1)
    objective.k_t.assign(k_t)
    objective.after_step(real=-tensor(real), fake=-tensor(fake))
    (state,) = objective.logged_state().items()
    assert state[0] == "k_t"
    np.testing.assert_allclose(numpy(state[1]), expected, rtol=1e-5)


def test_convergence_is_the_energy_plus_the_imbalance():
    objective = losses.get("began", gamma=0.4)
    assert objective.measures == ("convergence",)
    measure = objective.convergence(real=-tensor([4.0, 2.0]), fake=-tensor([1.0, 3.0]))
    np.testing.assert_allclose(numpy(measure), 3.0 + abs(0.4 * 3.0 - 2.0), rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "parameters", "definition"),
    [
        ("ebgan", {}, lambda e: np.sqrt((e**2).sum(axis=(1, 2, 3)))),
        ("began", {"eta": 1}, lambda e: np.abs(e).mean(axis=(1, 2, 3))),
        ("began", {"eta": 2}, lambda e: (e**2).mean(axis=(1, 2, 3))),
    ],
)
def test_energy_is_the_error_of_the_reconstruction(name, parameters, definition, game):
    random = np.random.default_rng(0)
    x, y = random.normal(size=(2, 5, 4, 3, 2))
    objective = losses.get(name, **parameters)
    side = game({"samples": x, "reconstruction": y}).real
    expected = definition(x - y)
    np.testing.assert_allclose(numpy(objective.energy(side)), expected, rtol=1e-5)
    np.testing.assert_allclose(numpy(objective.score(side)), -expected, rtol=1e-5)


@pytest.mark.parametrize("name", ["ebgan", "began"])
def test_a_perfect_reconstruction_has_a_finite_gradient(name, game):
    x = tensor(np.ones((2, 3)))
    objective = losses.get(name)
    gradient = engine.input_gradients(
        lambda y: objective.energy(game({"samples": x, "reconstruction": y}).real), x
    )
    assert np.isfinite(numpy(gradient)).all()


def test_pulling_away_is_the_mean_squared_cosine_of_other_samples():
    codes = np.random.default_rng(0).normal(size=(5, 2, 3))
    flat = codes.reshape(5, 6)
    expected = np.zeros(5)
    for i in range(5):
        for j in set(range(5)) - {i}:
            norms = np.linalg.norm(flat[i]) * np.linalg.norm(flat[j])
            expected[i] += (flat[i] @ flat[j] / norms) ** 2 / 4
    term = losses.pulling_away(tensor(codes))
    np.testing.assert_allclose(numpy(term), expected, rtol=1e-5)


def test_pulling_away_is_finite_for_a_zero_code():
    codes = tensor([[0.0, 0.0], [1.0, 2.0]])
    gradient = engine.input_gradients(losses.pulling_away, codes)
    assert np.isfinite(numpy(gradient)).all()


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("ebgan", {"margin": 0.0}),
        ("ebgan", {"margin": float("inf")}),
        ("began", {"gamma": 0.0}),
        ("began", {"gamma": 1.5}),
        ("began", {"lambda_k": -1.0}),
        ("began", {"eta": 3}),
    ],
)
def test_parameters_out_of_range_are_refused(name, parameters):
    ((argument, value),) = parameters.items()
    with pytest.raises(ValueError, match=f"`{argument}`.*{argument}={value}"):
        losses.get(name, **parameters)
