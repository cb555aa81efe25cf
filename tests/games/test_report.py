"""The command `kerasgen toys` and what it leaves behind."""

import importlib
import json

import keras
import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

import kerasgen_cli as cli
from kerasgen import games


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Runs the command in an empty folder; returns what it printed and its code."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments):
        return CliRunner().invoke(cli.app, ["toys", *map(str, arguments)])

    return run


def results(folder):
    return json.loads((folder / "results.json").read_text("utf-8"))


def test_a_mixture_leaves_a_table_pictures_and_results(run, tmp_path):
    result = run(
        *("ring", "--objective", "hinge, R1", "--objective", "r1"),
        *("--seeds", 2, "--steps", 2, "--latent-dim", 3),
    )
    assert result.exit_code == 0, result.output
    (line,) = (x for x in result.output.splitlines() if x.startswith("2 of 2: r1"))
    assert "of 8 modes (worst " in line and "share " in line and " s" in line
    assert "ring, 2 seeds, 2 steps" in result.output
    assert "median" in result.output and "seconds" in result.output
    folder = tmp_path / "toys" / "ring"
    assert {p.name for p in folder.iterdir()} == {
        "hinge.png", "r1.png", "results.json"
    }  # fmt: skip
    with Image.open(folder / "hinge.png") as picture:
        assert np.ptp(np.asarray(picture)) > 200
    told = results(folder)
    assert told["backend"] == keras.backend.backend()
    assert told["settings"]["latent_dim"] == 3 and told["settings"]["steps"] == 2
    assert [score["name"] for score in told["scores"]] == ["hinge", "r1"]
    for score in told["scores"]:
        assert [r["seed"] for r in score["runs"]] == [0, 1]
        assert score["median"]["share"] == pytest.approx(
            np.mean([r["share"] for r in score["runs"]])
        )


def test_a_diverged_contender_is_named_and_the_others_go_on(run, tmp_path, monkeypatch):
    from kerasgen.engine import DivergenceError
    from kerasgen.models import GAN

    def fit(self, *args, **kwargs):
        raise DivergenceError("The generator diverged.")

    class Diverging(GAN):
        pass

    Diverging.fit = fit
    monkeypatch.setattr("kerasgen.games.contenders.GAN", Diverging)
    result = run("grid", "--objective", "minimax", "--seeds", 1, "--steps", 1)
    assert result.exit_code == 0, result.output
    assert "1 of 1 diverged" in result.output
    (score,) = results(tmp_path / "toys" / "grid")["scores"]
    assert score["diverged"] == 1 and score["worst"] == {"modes": 0, "share": 0.0}


def test_the_saddle_leaves_a_table_and_one_picture(run, tmp_path):
    result = run("saddle", "--steps", 30, "-o", "there")
    assert result.exit_code == 0, result.output
    for way in games.WAYS:
        assert way in result.output
    assert f"{(1 + 0.1**2) ** 15:.3f}" in result.output  # 30 simultaneous steps
    folder = tmp_path / "there" / "saddle"
    assert {p.name for p in folder.iterdir()} == {"saddle.png", "results.json"}
    assert len(results(folder)["distances"]["alternating"]) == 31


@pytest.mark.parametrize("game", ["ring", "saddle"])
def test_an_unknown_objective_lists_the_nearest(run, game, tmp_path):
    name = {"ring": "wgan", "saddle": "alternate"}[game]
    near = {"ring": "wgan_gp", "saddle": "alternating"}[game]
    result = run(game, "--objective", name)
    assert result.exit_code == 1
    assert f"nearest names are {near}" in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert not (tmp_path / "toys").exists()


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("hexagon",), "hexagon"),
        (("ring", "--seeds", 0), "--seeds"),
        (("ring", "--steps", 0), "--steps"),
        (("ring", "--latent-dim", 0), "--latent-dim"),
        (("ring", "--steps", "many"), "--steps"),
    ],
)
def test_bad_arguments_are_code_2(run, arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.output


def test_an_interrupted_game_keeps_what_it_has(run, tmp_path, monkeypatch):
    play = games.play

    def interrupted(mixture, contender, seed, settings):
        if contender is games.get("r1"):
            raise KeyboardInterrupt
        return play(mixture, contender, seed, settings)

    module = importlib.import_module("kerasgen.games.play")
    monkeypatch.setattr(module, "play", interrupted)
    arguments = ("--objective", "hinge", "--objective", "r1")
    result = run("ring", *arguments, "--seeds", 1, "--steps", 1)
    assert result.exit_code == 130
    assert "Interrupted." in result.output and "goes on" not in result.output
    scores = results(tmp_path / "toys" / "ring")["scores"]
    assert [score["name"] for score in scores] == ["hinge"]
