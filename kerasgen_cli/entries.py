"""Trained models: their names, what they are, samples of them."""

from pathlib import Path
from typing import Annotated

import typer

from kerasgen_cli.app import (
    BackendOption,
    DigestOption,
    EntryArgument,
    app,
    say,
    show,
    use,
)


@app.command("list")
def list_command():
    """Names the trained models.

    [bold]Example[/bold]: kerasgen list
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from kerasgen import zoo
    from kerasgen.printable import printable
    from kerasgen.zoo.info import shape

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("Name", "Makes", "Size", "MB", "License of the data"):
        # What is typed, or read at a glance, stays in one piece; sentences are folded.
        table.add_column(column, no_wrap=column in ("Name", "Size", "MB"))
    for name in zoo.list():
        told = zoo.info(name)
        size = (shape(told.sampled_kind), f"{told.bytes / 1e6:.1f}")
        row = (name, told.summary, *size, told.data_license)
        table.add_row(*(Text(printable(each)) for each in row))
    show(table if table.row_count else "There are no trained models here.")


@app.command("info")
def info_command(
    name: EntryArgument,
    sha256: DigestOption = None,
):
    """Says what a trained model is: data, license, numbers, files.

    [bold]Example[/bold]: kerasgen info dcgan_mnist
    """
    from kerasgen import zoo

    say(str(zoo.info(name, sha256)))


@app.command("sample")
def sample_command(
    name: EntryArgument,
    n: Annotated[int, typer.Option("-n", "--number", min=1, help="How many.")] = 64,
    seed: Annotated[
        int, typer.Option(min=0, help="The same seed gives the same pictures.")
    ] = 0,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="Picture to write, or with --separate the folder. Default: "
            "samples.png, or samples.",
        ),
    ] = None,
    separate: Annotated[
        bool,
        typer.Option(
            "--separate", help="Write each sample to a file of its own: 00000.png ..."
        ),
    ] = False,
    columns: Annotated[
        int | None, typer.Option(min=1, help="Samples in a row. Default: a square.")
    ] = None,
    label: Annotated[
        list[str] | None,
        typer.Option(
            help="Class of a model that takes labels: a number, a name, or names "
            "joined by +; may be repeated."
        ),
    ] = None,
    sha256: DigestOption = None,
    backend: BackendOption = None,
):
    """Draws from a trained model and writes a picture of the samples, or one of each.

    A model that takes labels draws all classes in turn, or those of --label.

    [bold]Examples[/bold]

    kerasgen sample dcgan_mnist -n 16 --seed 3 -o digits.png

    kerasgen sample acgan_mnist -n 10 --label 4 --label 2 -o forty_two.png

    kerasgen sample dcgan_celeba -n 10000 --separate -o faces/

    kerasgen sample https://example.org/digits.zip --sha256 0123...
    """
    output = output or Path("samples" if separate else "samples.png")
    (_check_folder if separate else _check_picture)(output)
    use(backend)
    from kerasgen import pictures, zoo

    model = zoo.load(name, sha256)
    names = model.labels and model.labels.names
    asked = [_asked(each, names or ()) for each in label or ()]
    labels = [asked[i % len(asked)] for i in range(n)] if asked else None
    samples = model.generate(n, seed=seed, labels=labels)
    if separate:
        pictures.save_each(output, model.sampled_kind.views(samples))
    else:
        pictures.save_image(output, model.sampled_kind.picture(samples, columns))
    say(f"{n} samples of {name}, seed {seed}: {output}")


def _asked(label, names):
    """A class by name, several by names joined by +, or one by its number."""
    if label in names:
        return {label}
    if not label.isdecimal():
        return set(label.split("+"))
    number = int(label)
    return {names[number]} if number < len(names) else number


def _check_folder(path):
    path = path.expanduser()
    if path.exists() and not path.is_dir() or path.is_dir() and any(path.iterdir()):
        raise typer.BadParameter(f"{path} is not an empty folder", param_hint="-o")


def _check_picture(path):
    from PIL import Image

    path = path.expanduser()
    if path.suffix.lower() not in Image.registered_extensions():
        raise typer.BadParameter(
            f"{path} needs the ending of a picture, such as .png", param_hint="-o"
        )
    if path.is_dir():
        raise typer.BadParameter(f"{path} is a folder", param_hint="-o")
