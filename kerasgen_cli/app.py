"""What all commands share: backend, errors in one line, output."""

import importlib.metadata
import os
import subprocess
import sys
from enum import StrEnum
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


class _Commands(typer.core.TyperGroup):
    """Prints what went wrong in one line."""

    def invoke(self, ctx):
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, _UsageError):
            raise
        except KeyboardInterrupt:
            complain("Interrupted." + _GOES_ON.get(ctx.invoked_subcommand, ""))
            raise typer.Exit(130) from None
        except Exception as error:
            if ctx.params.get("debug"):
                raise
            complain(f"Error: {_one_line(error)}")
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


def _version():
    try:
        return importlib.metadata.version("kerasgen-models")
    except importlib.metadata.PackageNotFoundError:  # a checkout, not installed
        from kerasgen import __version__

        return __version__


def _print_version(wanted):
    if wanted:
        typer.echo(f"kerasgen {_version()}")
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


def main():
    """Entry point of the command."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    app(prog_name="kerasgen")


def use(backend):
    """Makes Keras run on `backend`, in a new process if it already runs on another."""
    if backend is None:
        return
    os.environ["KERAS_BACKEND"] = backend.value
    keras = sys.modules.get("keras")
    if keras is not None and keras.backend.backend() != backend.value:
        again = [sys.executable, "-m", "kerasgen_cli", *sys.argv[1:]]
        raise typer.Exit(subprocess.call(again))


def listed(given):
    """The values of an option that is given several times, or with commas."""
    parts = [part.strip() for each in given or () for part in each.split(",")]
    return [part for part in parts if part]


def show(renderable):
    """Prints a table, or words, as wide as the terminal is."""
    from rich.console import Console

    Console().print(renderable)


def say(message, err=False):
    """Prints a line, or several, in which no file of others moves the cursor."""
    from kerasgen.printable import printable

    typer.echo(printable(message), err=err)


def complain(message):
    """Prints where errors go."""
    say(message, err=True)


def _one_line(error):
    text = " ".join(str(error).split())
    known = isinstance(error, (ValueError, OSError, ImportError, ArithmeticError))
    return text if known and text else f"{type(error).__name__}: {text}"
