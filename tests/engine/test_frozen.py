"""Players without anything to train: they never move, the others do."""

import keras
import numpy as np
import pytest

from kerasgen.adversarial import GAN


def network(inputs, outputs, **arguments):
    return keras.Sequential(
        [keras.Input((inputs,)), keras.layers.Dense(outputs, **arguments)]
    )


def weights(model, player):
    return [w.numpy() for w in model.networks[player].weights]


def same(before, after):
    return all(map(np.array_equal, before, after))


@pytest.mark.parametrize("turns", ["alternating", "simultaneous"])
@pytest.mark.parametrize("frozen", ["discriminator", "generator"])
def test_a_frozen_player_stays_and_the_other_moves(points, turns, frozen):
    model = GAN(network(3, 2), network(2, 1), seed=0)
    model.networks[frozen].trainable = False
    model.compile(turns=turns, average=0.5)
    (moving,) = {"discriminator", "generator"} - {frozen}
    before = {name: weights(model, name) for name in model.networks}
    history = model.fit(points, batch_size=16, epochs=2, verbose=0).history
    assert np.isfinite(list(history.values())).all()
    assert same(before[frozen], weights(model, frozen))
    assert not same(before[moving], weights(model, moving))
    counts = {o.name: int(o.iterations.numpy()) for o in model.optimizer.optimizers}
    assert counts == {frozen: 0, moving: 8}


def test_nobody_may_move(points):
    model = GAN(network(3, 2, trainable=False), network(2, 1, trainable=False), seed=0)
    model.compile()
    before = [weights(model, name) for name in model.networks]
    history = model.fit(points, batch_size=32, verbose=0).history
    assert np.isfinite(list(history.values())).all()
    after = [weights(model, name) for name in model.networks]
    assert all(map(same, before, after))


def test_a_player_without_weights_plays(points):
    fixed = keras.Sequential([keras.Input((2,)), keras.layers.Lambda(_first)])
    model = GAN(network(3, 2), fixed, seed=0)
    model.compile()
    before = weights(model, "generator")
    model.fit(points, batch_size=32, verbose=0)
    assert not same(before, weights(model, "generator"))


def _first(x):
    return x[:, :1]


def test_a_frozen_model_goes_on_where_it_was_saved(points, tmp_path):
    model = GAN(network(3, 2), network(2, 1), seed=0)
    model.discriminator.trainable = False
    model.compile()
    model.fit(points, batch_size=16, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    for each in (model, again):
        each.fit(points, batch_size=16, shuffle=False, verbose=0)
    np.testing.assert_allclose(
        weights(model, "generator")[0], weights(again, "generator")[0], atol=1e-6
    )
