"""Toy games."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kerasgen_cli.app import BackendOption, app, complain, listed, say, show, use


class Game(StrEnum):
    """Toy games."""

    ring = "ring"
    grid = "grid"
    saddle = "saddle"


@app.command("toys")
def toys_command(
    game: Annotated[
        Game, typer.Argument(help="8 Gaussians on a ring, 25 on a grid, or x y.")
    ] = Game.ring,
    objective: Annotated[
        list[str] | None,
        typer.Option(
            help="Who plays: names with commas, or given again. Default: everyone."
        ),
    ] = None,
    seeds: Annotated[
        int, typer.Option(min=1, help="Runs of each; the saddle has no chance in it.")
    ] = 5,
    steps: Annotated[
        int | None,
        typer.Option(
            min=1, help="Updates of the generator. Default: 5000; saddle 200."
        ),
    ] = None,
    latent_dim: Annotated[
        int | None,
        typer.Option(
            min=1, help="Size of a latent. Default: 2; with 64 many collapse."
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="Folder for pictures and results.")
    ] = Path("toys"),
    backend: BackendOption = None,
):
    """Plays toy games, on which mode collapse and its cures are seen in minutes.

    On [bold]ring[/bold] and [bold]grid[/bold] every objective, penalty and cure trains
    small networks; a mode is covered by 1 % of 10,000 samples within 3 sigma of it.
    [bold]saddle[/bold] is min_x max_y x y. The folder then holds a picture for each,
    and results.json.

    [bold]Examples[/bold]

    kerasgen toys ring --objective hinge,dragan,wgan_gp

    kerasgen toys grid --seeds 1 --objective minimax

    kerasgen toys saddle
    """
    use(backend)
    from kerasgen.games import report

    names = listed(objective)
    if game is Game.saddle:
        table = report.saddle(names, steps, output / game.value)
    else:
        table = report.mixture(
            game.value,
            names,
            seeds,
            steps,
            latent_dim,
            output / game.value,
            complain,
        )
    show(table)
    say(f"Pictures and results.json: {output / game.value}")
