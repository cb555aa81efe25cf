import keras
import numpy as np
import pytest

from kerasgen.adversarial import HistoricalAveraging

PLAYERS = ("discriminator", "generator")


def shift_means(model, shift):
    for means in model.terms[0].means.values():
        for mean in means:
            mean.assign(mean.value + shift)


def trained_values(model, player):
    return [v.numpy() for v in model.players()[player].variables]


def test_it_adds_the_squared_distance_from_the_mean_to_each_loss(linear_game, step):
    plain = step(linear_game())
    model = linear_game(terms=[HistoricalAveraging(0.5)])
    shift_means(model, 0.1)
    logs = step(model)
    for player in PLAYERS:
        size = model.networks[player].count_params()
        added = logs[f"{player}_loss"] - plain[f"{player}_loss"]
        np.testing.assert_allclose(added, 0.5 * size * 0.01, rtol=1e-3)


def test_it_pulls_the_weights_back(linear_game, step):
    after = []
    for weight in (1e-9, 0.5):
        terms = [HistoricalAveraging(weight)]
        model = linear_game(0.2, terms=terms, turns="simultaneous")
        shift_means(model, 0.1)
        step(model)
        after.append([v.numpy() for v in model.trainable_variables])
    for free, pulled in zip(*after, strict=True):
        # -rate * 2 * weight * (theta - mean)
        np.testing.assert_allclose(pulled - free, 0.2 * 2 * 0.5 * 0.1, rtol=1e-3)


def test_it_is_the_mean_of_the_start_and_all_updates_and_is_saved(
    linear_game, step, tmp_path
):
    model = linear_game(0.1, terms=[HistoricalAveraging(0.1)])
    seen = [trained_values(model, "generator")]
    for _ in range(3):
        step(model)
        seen.append(trained_values(model, "generator"))
    assert not np.allclose(seen[0][0], seen[-1][0])
    means = model.terms[0].means["generator"]
    for i, mean in enumerate(means):
        expected = np.mean([values[i] for values in seen], axis=0)
        np.testing.assert_allclose(mean.numpy(), expected, atol=1e-6)
    model.save(tmp_path / "gan.keras")
    (again,) = keras.saving.load_model(tmp_path / "gan.keras").terms
    for mean, loaded in zip(means, again.means["generator"], strict=True):
        np.testing.assert_array_equal(mean.numpy(), loaded.numpy())


@pytest.mark.parametrize("player", PLAYERS)
def test_it_may_hold_one_player_alone(linear_game, step, player):
    plain = step(linear_game())
    model = linear_game(terms=[HistoricalAveraging(1.0, player=player)])
    assert list(model.terms[0].means) == [player]
    shift_means(model, 1.0)
    logs = step(model)
    added = [logs[f"{name}_loss"] - plain[f"{name}_loss"] > 1.0 for name in PLAYERS]
    assert added == [name == player for name in PLAYERS]
    again = HistoricalAveraging.from_config(model.terms[0].get_config())
    assert again.players == (player,)
