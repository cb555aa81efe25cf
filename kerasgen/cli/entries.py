"""Trained models: their names, what they are, samples of them."""

from pathlib import Path
from typing import Annotated

import typer

from kerasgen.cli.app import (
    BackendOption,
    DigestOption,
    EntryArgument,
    app,
    show,
    use,
)


@app.command("list")
def list_command():
    """Names the trained models.

    [bold]Example[/bold]: kerasgen list
    """
    from rich.table import Table

    from kerasgen import zoo
    from kerasgen.zoo.info import shape

    table = Table("Name", "Makes", "Size", "Megabytes", "License of the data")
    for name in zoo.list():
        told = zoo.info(name)
        row = (told.summary, shape(told.sampled_kind), f"{told.bytes / 1e6:.1f}")
        table.add_row(name, *row, told.data_license)
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

    typer.echo(str(zoo.info(name, sha256)))


@app.command("sample")
def sample_command(
    name: EntryArgument,
    n: Annotated[int, typer.Option("-n", "--number", min=1, help="How many.")] = 64,
    seed: Annotated[
        int, typer.Option(min=0, help="The same seed gives the same pictures.")
    ] = 0,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="Picture to write.")
    ] = Path("samples.png"),
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
    """Draws from a trained model and writes a picture of the samples.

    A model that takes labels draws all classes in turn, or those of --label.

    [bold]Examples[/bold]

    kerasgen sample dcgan_mnist -n 16 --seed 3 -o digits.png

    kerasgen sample acgan_mnist -n 10 --label 4 --label 2 -o forty_two.png

    kerasgen sample https://example.org/digits.zip --sha256 0123...
    """
    _check_picture(output)
    use(backend)
    from kerasgen import pictures, zoo

    asked = [int(x) if x.isdecimal() else set(x.split("+")) for x in label or ()]
    labels = [asked[i % len(asked)] for i in range(n)] if asked else None
    model = zoo.load(name, sha256)
    samples = model.generate(n, seed=seed, labels=labels)
    pictures.save_image(output, model.sampled_kind.picture(samples, columns))
    typer.echo(f"{n} samples of {name}, seed {seed}: {output}")


def _check_picture(path):
    from PIL import Image

    if path.suffix.lower() not in Image.registered_extensions():
        raise typer.BadParameter(
            f"{path} needs the ending of a picture, such as .png", param_hint="-o"
        )
    if path.is_dir():
        raise typer.BadParameter(f"{path} is a folder", param_hint="-o")
