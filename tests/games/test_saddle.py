import keras
import numpy as np
import pytest

from kerasgen import games
from kerasgen.adversarial import R1

RATE = 0.1


def test_simultaneous_steps_go_outwards_by_a_constant_factor():
    distances = games.play_saddle("simultaneous", steps=40).distances
    expected = np.sqrt(2) * np.sqrt(1 + RATE**2) ** np.arange(41)
    np.testing.assert_allclose(distances, expected, rtol=1e-5)


def test_alternating_steps_stay_on_an_ellipse():
    points = games.play_saddle("alternating", steps=150).points.astype("float64")
    x, y = points.T
    np.testing.assert_allclose(x[1:], x[:-1] - RATE * y[:-1], atol=1e-5)
    np.testing.assert_allclose(y[1:], y[:-1] + RATE * x[1:], atol=1e-5)
    ellipse = x**2 + y**2 - RATE * x * y  # kept by these two lines
    np.testing.assert_allclose(ellipse, ellipse[0], rtol=1e-4)
    assert np.ptp(np.arctan2(y, x)) > 6  # once around


def test_historical_averaging_pulls_towards_the_mean_of_the_way():
    points = games.play_saddle("historical_averaging", steps=3).points
    expected = [np.array([1.0, 1.0])]
    for _ in range(3):
        here = expected[-1]
        pull = 2 * 0.25 * (here - np.mean(expected, axis=0))
        expected.append(here - RATE * (np.array([here[1], -here[0]]) + pull))
    np.testing.assert_allclose(points, expected, rtol=1e-5)


def test_the_penalty_makes_a_contraction():
    distances = games.play_saddle("r1", steps=60).distances
    step = np.array([[1, -RATE], [RATE, 1 - 2 * RATE * 0.25]])
    expected = np.linalg.norm(np.linalg.matrix_power(step, 60) @ [1, 1])
    assert expected < 0.5
    assert distances[-1] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("way", [w for w in games.WAYS if w != "simultaneous"])
def test_every_other_way_stays_inside(way):
    distances = games.play_saddle(way, steps=100).distances
    assert np.all(distances < 1.05 * distances[0])
    if way != "alternating":
        assert distances[-1] < 0.7 * distances[0]


def test_a_game_is_saved_with_its_way(tmp_path):
    model = games.Saddle(steps=5, seed=0)
    model.compile(order="alternating", average=0.9)
    points = model.play().points
    model.save(tmp_path / "game.keras")
    again = keras.saving.load_model(tmp_path / "game.keras")
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(again.trajectory), points)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: games.play_saddle("simultanous"), "nearest names are simultaneous"),
        (lambda: games.play_saddle("r1", steps=0), "steps=0"),
        (lambda: games.Saddle().compile(order="both"), "order='both'"),
        (lambda: games.Saddle().compile(terms=[R1()]), "player='discriminator'"),
    ],
)
def test_bad_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
