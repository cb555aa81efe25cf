"""Folders of pictures from one domain to another."""

import sys
import warnings
from pathlib import Path
from typing import Annotated

import typer

from kerasgen_cli.app import (
    BackendOption,
    DigestOption,
    EntryArgument,
    app,
    complain,
    say,
    use,
)


@app.command("translate")
def translate_command(
    name: EntryArgument,
    source: Annotated[
        Path, typer.Argument(metavar="IN", help="Folder of pictures to translate.")
    ],
    target: Annotated[
        Path,
        typer.Argument(metavar="OUT", help="Folder to write to, empty or new."),
    ],
    to: Annotated[
        str | None,
        typer.Option(
            help="Domain to arrive at, A or B. Default: what the model samples."
        ),
    ] = None,
    tile: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Translate larger pictures in square tiles of this many pixels.",
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, help="The same seed gives the same pictures.")
    ] = 0,
    sha256: DigestOption = None,
    backend: BackendOption = None,
):
    """Translates pictures, such as photographs into paintings.

    Each keeps its size and its name. Files that cannot be read are named and left out.

    [bold]Examples[/bold]

    kerasgen translate cyclegan_photo2art photos/ paintings/

    kerasgen translate cyclegan_photo2art paintings/ photos/ --to A --tile 128
    """
    use(backend)
    from kerasgen import zoo

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)  # of ours, not of libraries
        written = zoo.translate(
            zoo.load(name, sha256),
            source,
            target,
            to,
            tile=tile,
            seed=seed,
            verbose=int(sys.stdout.isatty()),
        )
    for each in caught:
        complain(f"Warning: {each.message}")
    say(f"{len(written)} pictures by {name}: {target}")
