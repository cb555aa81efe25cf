"""Numbers of samples beside real pictures."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from kerasgen_cli.app import BackendOption, DigestOption, app, listed, say, use


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
        list[str] | None,
        typer.Option(
            help="Of fid, is, kid and prdc, with commas, or given again. "
            "Default: fid,is,kid."
        ),
    ] = None,
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
        str,
        typer.Option(
            help="inception; efficientnet_lite0, for photographs; mnist, fashion_mnist "
            "or cifar10, which come with kerasgen."
        ),
    ] = "inception",
    weights: Annotated[
        Path | None,
        typer.Option(
            help="Published weights of inception or efficientnet_lite0, where they "
            "are neither installed nor in Keras's cache."
        ),
    ] = None,
    split: Annotated[str, typer.Option(help="Of the real set.")] = "train",
    seed: Annotated[int, typer.Option(min=0, help="Of samples and subsets.")] = 0,
    batch_size: Annotated[int, typer.Option(min=1, help="Pictures at a time.")] = 64,
    image_size: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Crop and resize stored pictures to this many pixels, squared. "
            "Default: the extractor resizes.",
        ),
    ] = None,
    channels: Annotated[
        int | None,
        typer.Option(
            min=1, max=3, help="Take stored pictures for gray, 1, or color, 3."
        ),
    ] = None,
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

    kerasgen evaluate dcgan_celeba photos/ --image-size 64
    """
    use(backend)
    from kerasgen import metrics as kerasgen_metrics
    from kerasgen.files import writable_folder

    if output is not None:
        writable_folder(output.expanduser().parent)  # before it takes its time
    found = kerasgen_metrics.evaluate(
        _model_or_images(what, sha256),
        real,
        metrics=listed(metrics) or ("fid", "is", "kid"),
        num_samples=num_samples,
        extractor=kerasgen_metrics.load_extractor(extractor, weights),
        seed=seed,
        split=split,
        batch_size=batch_size,
        verbose=int(sys.stdout.isatty()),
        image_size=image_size,
        channels=channels,
    )
    for name, value in found.items():
        say(f"{name}  {value:.6g}")
    if output is not None:
        found.save(output)
        say(f"Numbers and protocol: {output}")


def _model_or_images(what, sha256):
    """The set of that name or path where there is one, else a model of the zoo."""
    from kerasgen import data, zoo
    from kerasgen.zoo.entry.archive import is_archive
    from kerasgen.zoo.entry.manifest import is_entry

    path = Path(what).expanduser()
    is_model = is_entry(path) or is_archive(path)
    is_set = path.exists() or what.startswith("tfds:") or what in data.list()
    return what if is_set and not is_model else zoo.load(what, sha256)
