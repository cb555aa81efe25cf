"""What `kerasgen toys` leaves behind: pictures, results.json and a table."""

import dataclasses
import json
import os

import keras

from kerasgen._version import __version__
from kerasgen.files import replacing, writable_folder
from kerasgen.games import picture
from kerasgen.games.contenders import CONTENDERS, chosen
from kerasgen.games.mixtures import MIXTURES
from kerasgen.games.play import Settings, tournament
from kerasgen.games.saddle import LEARNING_RATE, WAYS, play_saddle
from kerasgen.pictures import save_image

RESULTS = "results.json"


def mixture(
    game, names=None, seeds=5, steps=None, latent_dim=None, folder=".", say=None
):
    """Plays on a mixture and writes, after each contender, what there is so far.

    Args:
        game: Name of one of `kerasgen.games.MIXTURES`.
        names: Of contenders; None lets everyone play.
        seeds: How many runs of each: seeds 0, 1, ...
        steps, latent_dim: Of `Settings`; None takes the default.
        folder: Where to write.
        say: Function of a line of text, called after each contender; None is silent.

    Returns:
        A table for rich's console.

    Raises:
        ValueError: If a name is unknown.
        OSError: If the folder cannot be written to, before anyone plays.
    """
    from rich.table import Table

    given = {"steps": steps, "latent_dim": latent_dim}
    settings = Settings(**{k: v for k, v in given.items() if v is not None})
    names = chosen(names, CONTENDERS)
    folder = writable_folder(folder)
    toy = MIXTURES[game]()
    modes = f"of {len(toy.means)} modes"
    table = Table(
        "Objective",
        *[f"{what}\n{of}" for what in (modes, "share") for of in ("median", "worst")],
        "seconds\na run",
        "",
        title=f"{game}, {seeds} seeds, {settings.steps:,} steps",
    )
    scores = []
    for score in tournament(toy, names, range(seeds), settings):
        scores.append(score)
        first = score.runs[0]
        title = f"{score.name} on the {game}, seed {first.seed}{_note(first.diverged)}"
        save_image(
            folder / f"{score.name}.png",
            picture.samples_over_time(toy, first, title),
        )
        row = _row(score, seeds)
        table.add_row(*row)
        _write(
            folder,
            {
                "game": game,
                "modes": len(toy.means),
                "settings": dataclasses.asdict(settings),
                "scores": [s.to_dict() for s in scores],
            },
        )
        line = (
            f"{len(scores)} of {len(names)}: {score.name}: {row[1]} {modes} "
            f"(worst {row[2]}), share {row[3]} (worst {row[4]}), {row[5]} s {row[6]}"
        )
        if say:
            say(line)
    return table


def saddle(names=None, steps=None, folder="."):
    """Plays `min_x max_y x y` in several ways; writes one picture and the results.

    Args:
        names: Of `kerasgen.games.WAYS`; None takes all.
        steps: Steps of both players; None is 200.
        folder: Where to write.

    Returns:
        A table for rich's console.

    Raises:
        ValueError: If a name is unknown.
        OSError: If the folder cannot be written to, before anyone plays.
    """
    from rich.table import Table

    names = chosen(names, WAYS)
    folder = writable_folder(folder)
    steps = 200 if steps is None else steps
    ways = {name: play_saddle(name, steps) for name in names}
    title = f"min over x, max over y of x y: {steps:,} steps at rate {LEARNING_RATE}"
    save_image(folder / "saddle.png", picture.trajectories(ways, title))
    table = Table("Way", "distance\nat the start", "\nat the end", "\nfactor")
    for name, way in ways.items():
        distances = [f"{d:.3f}" for d in way.distances[[0, -1]]]
        table.add_row(name, *distances, f"{way.growth:.3f}")
    results = {name: way.distances.tolist() for name, way in ways.items()}
    _write(folder, {"game": "saddle", "steps": steps, "distances": results})
    return table


def _row(score, seeds):
    middle, worst = score.median, score.worst
    note = ""
    if score.diverged:
        note = f"{score.diverged} of {seeds} diverged"
    return (
        score.name,
        f"{middle.modes:g}",
        f"{worst.modes:g}",
        f"{middle.share:.1%}",
        f"{worst.share:.1%}",
        f"{score.seconds:.1f}",
        note,
    )


def _note(diverged):
    return ", diverged" if diverged else ""


def _write(folder, results):
    protocol = {
        "backend": keras.backend.backend(),
        "keras": keras.__version__,
        "kerasgen": __version__,
        "cores": os.cpu_count(),
    }
    with replacing(folder / RESULTS) as temporary:
        text = json.dumps({**protocol, **results}, indent=1)
        temporary.write_text(text + "\n", "utf-8")
