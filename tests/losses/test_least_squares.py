import numpy as np
import pytest
from keras import ops

from kerasgen import losses

REAL = np.array([-3.0, 0.2, 1.0, 40.0])
FAKE = np.array([2.0, 0.0, -1.5, 7.0])


@pytest.mark.parametrize("targets", [{}, {"a": -1.0, "b": 1.0, "c": 0.0}])
def test_losses_are_half_the_squared_distance_to_the_targets(
    targets, game, value_and_gradient
):
    objective = losses.get("least_squares", **targets)
    a, b, c = targets.values() if targets else (0.0, 1.0, 1.0)
    value, gradient = value_and_gradient(
        lambda fake: objective.discriminator(game(REAL, fake)), FAKE
    )
    expected = 0.5 * (REAL - b) ** 2 + 0.5 * (FAKE - a) ** 2
    np.testing.assert_allclose(value, expected, rtol=1e-5)
    np.testing.assert_allclose(gradient, FAKE - a, rtol=1e-5)
    value, gradient = value_and_gradient(
        lambda fake: objective.generator(game(fake=fake)), FAKE
    )
    np.testing.assert_allclose(value, 0.5 * (FAKE - c) ** 2, rtol=1e-5)
    np.testing.assert_allclose(gradient, FAKE - c, rtol=1e-5)


def test_the_factor_is_that_of_all_squares(game):
    objective = losses.get("least_squares", factor=1.0)
    found = ops.convert_to_numpy(objective.discriminator(game(REAL, FAKE)))
    np.testing.assert_allclose(found, (REAL - 1) ** 2 + FAKE**2, rtol=1e-5)
    found = ops.convert_to_numpy(objective.generator(game(fake=FAKE)))
    np.testing.assert_allclose(found, (FAKE - 1) ** 2, rtol=1e-5)
    with pytest.raises(ValueError, match="`factor` must be positive.*factor=0.0"):
        losses.get("least_squares", factor=0.0)


@pytest.mark.parametrize(("a", "b", "boundary"), [(0.0, 1.0, 0.5), (-1.0, 1.0, 0.0)])
def test_an_undecided_score_lies_half_way_between_the_targets(a, b, boundary):
    assert losses.get("least_squares", a=a, b=b).boundary == boundary


@pytest.mark.parametrize(
    "targets", [{"a": 1.0}, {"b": float("nan")}, {"c": float("inf")}]
)
def test_useless_targets_are_refused(targets):
    with pytest.raises(ValueError, match="`a`, `b` and `c`.*Received: a="):
        losses.get("least_squares", **targets)
