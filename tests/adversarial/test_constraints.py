"""Bounds on weights, kept after each update of their player."""

import keras
import numpy as np
import pytest

from kerasgen.adversarial import Clip, SkipWhileAhead


def test_clipping_keeps_the_discriminator_alone_in_its_box(linear_game, points):
    model = linear_game(0.1, constraints={"discriminator": Clip(0.01)})
    model.fit(points(), batch_size=16, verbose=0)
    for variable in model.discriminator.trainable_variables:
        assert np.abs(variable.numpy()).max() <= 0.01 + 1e-9
    assert np.abs(model.generator.layers[0].kernel.numpy()).max() > 0.01


def test_any_constraint_of_keras_will_do(linear_game, step):
    learning = {"constraints": {"generator": keras.constraints.UnitNorm()}}
    model = linear_game(0.1, **learning)
    step(model)
    norms = np.linalg.norm(model.generator.layers[0].kernel.numpy(), axis=0)
    np.testing.assert_allclose(norms, 1.0, rtol=1e-5)


def test_a_player_that_waits_is_not_clipped(linear_game, step, updates):
    model = linear_game(
        0.1,
        constraints={"discriminator": Clip(1e-3)},
        turns=SkipWhileAhead(-1e9),
    )
    before = model.discriminator.get_weights()
    step(model)
    assert updates(model) == [0, 1]
    for a, b in zip(before, model.discriminator.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_constraints_are_saved(linear_game, tmp_path):
    model = linear_game(constraints={"discriminator": Clip(0.5)})
    model.save(tmp_path / "gan.keras")
    again = keras.saving.load_model(tmp_path / "gan.keras")
    assert again.constraints["discriminator"].limit == 0.5


@pytest.mark.parametrize("limit", [0.0, -0.1, float("inf"), None])
def test_a_box_without_room_is_refused(limit):
    with pytest.raises(ValueError, match=f"limit={limit}"):
        Clip(limit)


def test_constraints_of_a_player_that_does_not_exist_are_refused(linear_game):
    with pytest.raises(ValueError, match="'discriminator', 'generator'.*'critic'"):
        linear_game(constraints={"critic": Clip(0.1)})
