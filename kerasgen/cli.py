"""The command `kerasgen`: list, info, sample, train, evaluate and toys."""

import os
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

# Nothing here imports Keras before the backend is chosen.

_UsageError = typer.BadParameter.__bases__[0]  # click's, or typer's own copy of it
_GOES_ON = {"train": " The same command goes on after the last epoch."}


class Backend(StrEnum):
    """Backends of Keras."""

    tensorflow = "tensorflow"
    jax = "jax"
    torch = "torch"


class Game(StrEnum):
    """Toy games."""

    ring = "ring"
    grid = "grid"
    saddle = "saddle"


class _Commands(typer.core.TyperGroup):
    """Prints what went wrong in one line."""

    def invoke(self, ctx):
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, _UsageError):
            raise
        except KeyboardInterrupt:
            _complain("Interrupted." + _GOES_ON.get(ctx.invoked_subcommand, ""))
            raise typer.Exit(130) from None
        except Exception as error:
            if ctx.params.get("debug"):
                raise
            _complain(f"Error: {_one_line(error)}")
            raise typer.Exit(1) from error


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
BackendOption = Annotated[
    Backend | None,
    typer.Option(help="What Keras computes with. Default: KERAS_BACKEND."),
]

EntryArgument = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="Name; folder or .zip of an entry; or an address: https://..., "
        "hf://user/repo, kaggle://owner/model/keras/variation.",
    ),
]
DigestOption = Annotated[
    str | None,
    typer.Option(help="Digest of the archive, required for https."),
]


def _print_version(wanted):
    if wanted:
        from kerasgen._version import __version__

        typer.echo(f"kerasgen {__version__}")
        raise typer.Exit()


@app.callback()
def root(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show where in the code an error arose.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the version.",
            callback=_print_version,
            is_eager=True,
        ),
    ] = False,
):
    """Generative models for Keras: draw from trained ones, or train your own.

    [bold]Examples[/bold]

    kerasgen list

    kerasgen sample dcgan_mnist -n 64 -o digits.png

    kerasgen train dcgan --data photos/ --image-size 64 --epochs 50
    """


@app.command("list")
def list_command():
    """Names the trained models.

    [bold]Example[/bold]: kerasgen list
    """
    from rich.table import Table

    from kerasgen import zoo
    from kerasgen.zoo.info import shape

    table = Table("Name", "Makes", "Size", "Megabytes", "Licence of the data")
    for name in zoo.list():
        told = zoo.info(name)
        row = (told.summary, shape(told.sampled_kind), f"{told.bytes / 1e6:.1f}")
        table.add_row(name, *row, told.data_licence)
    _print(table if table.row_count else "There are no trained models here.")


@app.command("info")
def info_command(
    name: EntryArgument,
    sha256: DigestOption = None,
):
    """Says what a trained model is: data, licence, numbers, files.

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
    _use(backend)
    from kerasgen import pictures, zoo

    asked = [int(x) if x.isdecimal() else set(x.split("+")) for x in label or ()]
    labels = [asked[i % len(asked)] for i in range(n)] if asked else None
    model = zoo.load(name, sha256)
    samples = model.generate(n, seed=seed, labels=labels)
    pictures.save_image(output, model.sampled_kind.picture(samples, columns))
    typer.echo(f"{n} samples of {name}, seed {seed}: {output}")


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
    _use(backend)
    from kerasgen import zoo

    recipe = zoo.adapt(
        what,
        data=data,
        epochs=epochs,
        batch_size=batch_size,
        image_size=image_size,
        seed=seed,
    )
    output = output or Path("runs") / recipe.name
    ours = zoo.info(what).training if what in zoo.list() else None
    if ours:
        typer.echo(
            f"Ours: {ours['epochs']} epochs in {ours['seconds'] / 60:.0f} min, "
            f"{ours['backend']} on {ours['cores']} cores."
        )
    # A progress bar in a log file would be a line for each step.
    verbose = 1 if sys.stdout.isatty() else 2
    zoo.train(recipe, data, output, verbose=verbose)
    typer.echo(f"Trained. Samples: {output / 'samples.png'}")
    typer.echo(f"Draw more with: kerasgen sample {output} -o more.png")


@app.command("evaluate")
def evaluate_command(
    what: Annotated[
        str,
        typer.Argument(
            metavar="NAME_OR_FOLDER",
            help="Name of the zoo, folder, .zip or address of an entry, or a set of "
            "pictures: folder, .zip, .npz, .npy.",
        ),
    ],
    real: Annotated[
        str, typer.Argument(metavar="REAL", help="Set of real pictures, or its name.")
    ],
    metrics: Annotated[
        str, typer.Option(help="Of fid, is, kid and prdc, with commas.")
    ] = "fid,is,kid",
    num_samples: Annotated[
        int | None,
        typer.Option(
            "-n",
            "--num-samples",
            min=1,
            help="How many. Default: 50000 of a model, all of a set.",
        ),
    ] = None,
    extractor: Annotated[
        str, typer.Option(help="inception, mnist, fashion_mnist or cifar10.")
    ] = "inception",
    split: Annotated[str, typer.Option(help="Of the real set.")] = "train",
    seed: Annotated[int, typer.Option(min=0, help="Of samples and subsets.")] = 0,
    batch_size: Annotated[int, typer.Option(min=1, help="Pictures at a time.")] = 64,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="JSON file to write.")
    ] = None,
    sha256: DigestOption = None,
    backend: BackendOption = None,
):
    """Measures samples against real pictures: FID, Inception score, KID and others.

    FID and Inception score are those of published papers with the extractor inception
    alone; the small ones that come with kerasgen compare models of kerasgen.

    [bold]Examples[/bold]

    kerasgen evaluate dcgan_mnist mnist --extractor mnist -n 10000 -o numbers.json

    kerasgen evaluate samples/ photos/ --metrics fid,kid,prdc
    """
    _use(backend)
    from kerasgen import metrics as kerasgen_metrics

    found = kerasgen_metrics.evaluate(
        _model_or_images(what, sha256),
        real,
        metrics=[name.strip() for name in metrics.split(",")],
        num_samples=num_samples,
        extractor=extractor,
        seed=seed,
        split=split,
        batch_size=batch_size,
        verbose=int(sys.stdout.isatty()),
    )
    for name, value in found.items():
        typer.echo(f"{name}  {value:.6g}")
    if output is not None:
        found.save(output)
        typer.echo(f"Numbers and protocol: {output}")


@app.command("toys")
def toys_command(
    game: Annotated[
        Game, typer.Argument(help="8 Gaussians on a ring, 25 on a grid, or x y.")
    ] = Game.ring,
    objective: Annotated[
        list[str] | None,
        typer.Option(help="Who plays, may be given again. Default: everyone."),
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

    kerasgen toys ring --objective hinge --objective dragan

    kerasgen toys grid --seeds 1 --objective minimax

    kerasgen toys saddle
    """
    _use(backend)
    from kerasgen.games import report

    if game is Game.saddle:
        table = report.saddle(objective, steps, output / game.value)
    else:
        table = report.mixture(
            game.value,
            objective,
            seeds,
            steps,
            latent_dim,
            output / game.value,
            _complain,
        )
    _print(table)
    typer.echo(f"Pictures and results.json: {output / game.value}")


def main():
    """Entry point of the command."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    app(prog_name="kerasgen")


def _use(backend):
    """Makes Keras run on `backend`, in a new process if it already runs on another."""
    if backend is None:
        return
    os.environ["KERAS_BACKEND"] = backend.value
    keras = sys.modules.get("keras")
    if keras is not None and keras.backend.backend() != backend.value:
        again = [sys.executable, "-m", "kerasgen", *sys.argv[1:]]
        raise typer.Exit(subprocess.call(again))


def _model_or_images(what, sha256):
    """The set of that name or path where there is one, else a model of the zoo."""
    from kerasgen import data, zoo
    from kerasgen.zoo.entry.archive import is_archive
    from kerasgen.zoo.entry.manifest import is_entry

    is_model = is_entry(Path(what)) or is_archive(what)
    is_set = Path(what).exists() or what.startswith("tfds:") or what in data.list()
    return what if is_set and not is_model else zoo.load(what, sha256)


def _check_picture(path):
    from PIL import Image

    if path.suffix.lower() not in Image.registered_extensions():
        raise typer.BadParameter(
            f"{path} needs the ending of a picture, such as .png", param_hint="-o"
        )
    if path.is_dir():
        raise typer.BadParameter(f"{path} is a folder", param_hint="-o")


def _print(renderable):
    from rich.console import Console

    Console().print(renderable)


def _complain(message):
    typer.echo(message, err=True)


def _one_line(error):
    text = " ".join(str(error).split())
    known = isinstance(error, (ValueError, OSError, ImportError, ArithmeticError))
    return text if known and text else f"{type(error).__name__}: {text}"
