import dataclasses
import json

import keras
import numpy as np
import pytest

from kerasgen import games, losses
from kerasgen.games import Coverage, Run, Score

TINY = games.Settings(steps=2, batch_size=8)


def test_every_objective_is_among_the_contenders():
    assert set(losses.OBJECTIVES) < set(games.CONTENDERS)
    for name in losses.OBJECTIVES:
        loss = losses.get(games.get(name).learning["loss"])
        assert type(loss) is losses.OBJECTIVES[name]


@pytest.mark.parametrize("name", sorted(games.CONTENDERS))
def test_every_contender_plays(name):
    run = games.play(games.ring(), games.get(name), seed=1, settings=TINY)
    assert not run.diverged
    assert [s.step for s in run.snapshots] == [0, 1, 2]
    start, *_, end = (s.samples for s in run.snapshots)
    assert end.shape == (10_000, 2) and np.all(np.isfinite(end))
    assert not np.array_equal(start, end)
    assert Coverage(run.modes, run.share) == games.ring().coverage(end)


def test_the_seed_fixes_the_weights_and_the_samples():
    runs = [
        games.play(games.ring(), games.get("hinge"), seed, TINY) for seed in (0, 0, 1)
    ]
    first, again, other = (run.snapshots[-1].samples for run in runs)
    np.testing.assert_allclose(first, again, atol=1e-5)
    assert np.abs(first - other).max() > 0.1


def test_the_rate_falls_to_zero_over_the_updates_of_each_player(monkeypatch):
    models = []
    build = games.Contender.model
    monkeypatch.setattr(
        games.Contender,
        "model",
        lambda *args: models.append(build(*args)) or models[-1],
    )
    games.play(games.ring(), games.get("wgan_gp"), 0, TINY)
    (model,) = models
    for player, updates in (("generator", 2), ("discriminator", 10)):
        optimizer = model.optimizer[player]
        assert int(optimizer.iterations.numpy()) == updates
        rate = optimizer.get_config()["learning_rate"]["config"]
        assert rate["decay_steps"] == updates


def test_a_diverged_run_is_counted_as_nothing():
    settings = dataclasses.replace(TINY, generator_rate=1e30)
    run = games.play(games.ring(), games.get("wasserstein"), 0, settings)
    assert run.diverged or run.modes == 0
    broken = games.Contender({"loss": _Broken()})
    run = games.play(games.ring(), broken, 0, TINY)
    assert run.diverged and (run.modes, run.share) == (0, 0.0)


class _Broken(losses.Objective):
    def discriminator(self, game):
        return losses.per_sample(game.real.logits) * float("nan")

    def generator(self, game):
        return losses.per_sample(game.fake.logits)


def test_median_and_worst_of_the_seeds():
    runs = [
        Run(i, modes, share, seconds, seconds, False, ())
        for i, (modes, share, seconds) in enumerate(
            [(8, 0.5, 3.0), (2, 0.9, 2.0), (7, 0.8, 9.0)]
        )
    ]
    score = Score("hinge", tuple(runs))
    assert score.median == (7, 0.8)
    assert score.worst == (2, 0.5)
    assert score.seconds == 3.0
    told = json.loads(json.dumps(score.to_dict()))
    assert [run["modes"] for run in told["runs"]] == [8, 2, 7]


def test_unknown_contenders_are_refused_before_anyone_plays():
    with pytest.raises(ValueError, match="nearest names are hinge"):
        next(games.tournament(games.ring(), ["dragan", "hinje"], [0]))


@pytest.mark.parametrize("name", ["steps", "batch_size", "latent_dim"])
def test_bad_settings_are_refused(name):
    with pytest.raises(ValueError, match=f"{name}=0"):
        games.Settings(**{name: 0})


def test_contenders_of_one_seed_start_with_one_generator():
    first, second = (
        games.get(name).model(seed=3)
        for name in ("minimax", "minibatch_discrimination")
    )
    for a, b in zip(
        first.generator.get_weights(), second.generator.get_weights(), strict=True
    ):
        np.testing.assert_array_equal(a, b)
    kernels = [w for w in first.trainable_variables if w.name == "kernel"]
    flat = np.concatenate([keras.ops.convert_to_numpy(k).ravel() for k in kernels])
    assert len(np.unique(flat)) > 0.99 * len(flat)  # no two layers start alike
