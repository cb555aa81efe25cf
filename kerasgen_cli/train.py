"""Training of a model, by its name or a recipe."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from kerasgen_cli.app import BackendOption, app, say, use


@app.command("train")
def train_command(
    what: Annotated[
        str,
        typer.Argument(
            metavar="RECIPE_OR_MODEL",
            help="A model such as dcgan, a name of the zoo, or a recipe.py.",
        ),
    ],
    data: Annotated[
        str | None,
        typer.Option(
            help="Name of a data set, folder or .zip of pictures, .npz or .npy. "
            "Default: that of the recipe."
        ),
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(min=1, help="Passes over the data, 10 without a recipe."),
    ] = None,
    batch_size: Annotated[
        int | None, typer.Option(min=1, help="Samples in a step, 64 without a recipe.")
    ] = None,
    image_size: Annotated[
        int | None,
        typer.Option(min=1, help="Resize pictures to this many pixels, squared."),
    ] = None,
    channels: Annotated[
        int | None,
        typer.Option(min=1, max=3, help="Make pictures gray, 1, or color, 3."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder. Default: runs/NAME.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Default: 0.")] = None,
    backend: BackendOption = None,
):
    """Trains a model on your data, or a model of the zoo again.

    The folder then holds the model, for `kerasgen sample FOLDER`, and in `progress` a
    picture for each epoch. Interrupted, the same command goes on where it was.

    [bold]Examples[/bold]

    kerasgen train dcgan --data photos/ --image-size 64 --epochs 50

    kerasgen train dcgan_mnist --data mnist.npz

    kerasgen train my_recipe.py --backend jax
    """
    use(backend)
    from kerasgen import zoo

    recipe = zoo.adapt(
        what,
        data=data,
        epochs=epochs,
        batch_size=batch_size,
        image_size=image_size,
        seed=seed,
        channels=channels,
    )
    output = output or Path("runs") / recipe.name
    ours = zoo.info(what).training if what in zoo.list() else None
    if ours:
        say(
            f"Ours: {ours['epochs']} epochs in {ours['seconds'] / 60:.0f} min, "
            f"{ours['backend']} on {ours['cores']} cores."
        )
    # A progress bar in a log file would be a line for each step.
    verbose = 1 if sys.stdout.isatty() else 2
    zoo.train(recipe, data, output, verbose=verbose)
    say(f"Trained. Samples: {output / 'samples.png'}")
    say(f"Draw more with: kerasgen sample {output} -o more.png")
