"""What was fetched or worked out, and is kept on this machine."""

import datetime
from typing import Annotated

import typer

from kerasgen_cli.app import app, say


@app.command("cache")
def cache_command(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Parts to remove. Default: all."),
    ] = None,
    clear: Annotated[
        bool, typer.Option("--clear", help="Remove them; they are made again.")
    ] = False,
):
    """Lists what was fetched or worked out and is kept, or removes it.

    Archives of trained models are kept by their digest, unpacked; statistics of real
    samples by that of the samples.

    [bold]Examples[/bold]

    kerasgen cache

    kerasgen cache --clear

    kerasgen cache --clear statistics
    """
    from kerasgen.files import cache_folder, clear_cache, list_cache

    if names and not clear:
        raise typer.BadParameter("needs --clear", param_hint="NAME")
    kept = clear_cache(names or None) if clear else list_cache()
    for each in kept:
        changed = datetime.date.fromtimestamp(each.changed)
        say(f"{_megabytes(each.bytes)}  {changed}  {each.name}")
    total = _megabytes(sum(each.bytes for each in kept))
    say(f"{total}  {'removed from' if clear else 'in'} {cache_folder()}")


def _megabytes(size):
    return f"{size / 1e6:9,.1f} MB"
