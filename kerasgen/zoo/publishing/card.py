"""The card of an entry, made of its files so that it cannot say anything else."""

from kerasgen.zoo.entry.manifest import Manifest
from kerasgen.zoo.info import info
from kerasgen.zoo.publishing.showcase import SAMPLES, caption
from kerasgen.zoo.training.choice import measured


def card(folder):
    """What a model is, what it learned from, how good it is, and where it ends.

    Args:
        folder: An entry with `recipe.py` and `training.json`, and `metrics.json` once
            it is measured.

    Returns:
        Markdown, what `card.md` holds.

    Raises:
        ValueError: If the folder is no entry, or holds no recipe.
    """
    told = info(folder)
    if told.recipe is None:
        raise ValueError(
            "A card needs an entry with `recipe.py` or `training.json`. "
            f"Received: folder={str(folder)!r}"
        )
    parts = [
        f"# {told.recipe.name}\n\n{told.summary}",
        *_pictures(told),
        _usage(told),
        "## Model\n\n" + _table(_model_rows(told)),
        "## Data and licences\n\n" + _table(_data_rows(told)),
        "## Training\n\n" + _table(_training_rows(told)) + "\n\n" + _again(told),
        "## Results\n\n" + _results(told.metrics),
        "## Limits\n\n" + "\n".join(f"- {limit}" for limit in told.recipe.limits),
    ]
    return "\n\n".join(parts) + "\n"


def table(names):
    """The entries as a table in Markdown, with links to their cards."""
    header = ("Name", "Makes", "Size", "Weights", "Licence of the weights", "Data")
    rows = [header, ("---",) * len(header)]
    for name in names:
        told = info(name)
        rows.append(
            (
                f"[`{told.name}`]({told.name}/card.md)",
                told.summary,
                _shape(told.image_shape),
                f"{told.bytes / 1e6:.1f} MB",
                told.licence,
                f"{told.data}: {told.data_licence}",
            )
        )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _pictures(told):
    names = sorted(path.name for path in told.folder.glob("*.png")) or [SAMPLES]
    classes = told.recipe.arguments.get("class_names", ())
    captions = [caption(name, classes) for name in names]
    return [f"![{c}]({n})\n\n{c}." for c, n in zip(captions, names, strict=True)]


def _usage(told):
    shape = ", ".join(map(str, told.image_shape))
    return (
        "```py\nimport kerasgen\n\n"
        f'model = kerasgen.zoo.load("{told.recipe.name}")\n'
        f"images = model.generate(64, seed=0)  # uint8 (64, {shape})\n"
        f"{how_to_ask(told)}```"
    )


def how_to_ask(told):
    """How to ask the model for what it can be asked for."""
    if told.model == "InfoGAN":
        return (
            "# Category 3, then the continuous codes.\n"
            "images = model.generate(codes=[[3, 0.0, -1.0], [3, 0.0, 1.0]])\n"
        )
    if told.model not in ("ACGAN", "CGAN"):
        return ""
    names = told.recipe.arguments.get("class_names")
    if names is None:
        return "images = model.generate(8, labels=3)  # eight of class 3\n"
    if "attributes" in told.recipe.data_arguments:
        labels = f'{{"{names[0]}", "{names[1]}"}}'
    else:
        labels = f'"{names[0]}"'
    return f"# Of {', '.join(names)}.\nimages = model.generate(8, labels={labels})\n"


def _model_rows(told):
    manifest = Manifest.read(told.folder)
    arguments = ", ".join(f"{k}={v!r}" for k, v in told.recipe.arguments.items())
    return {
        "Model": f"`kerasgen.models.{told.model}({arguments})`",
        "Latents": f"{told.latent_dim}, {manifest.latent_distribution}",
        **{f"Values, {n}": f"{p:,}" for n, p in told.parameters.items()},
        "Weights": "float16" if manifest.half_precision else "float32",
        "Size": f"{told.bytes:,} bytes",
        "SHA-256 of the weights": f"`{told.sha256}`",
        "Written by": f"kerasgen {manifest.kerasgen}, Keras {manifest.keras}",
    }


def _data_rows(told):
    return {
        "Data": told.data_source or told.data,
        "Licence of the data": told.data_licence,
        "Licence of the weights": told.licence + ", see LICENSE",
    }


def _training_rows(told):
    recipe, training = told.recipe, told.training
    rows = {
        "Split": recipe.split,
        "Images": f"{training['images']:,}" if training.get("images") else "not stated",
        "Epochs": training.get("epochs", recipe.epochs),
        "Batch size": recipe.batch_size,
    }
    for player, arguments in recipe.optimizers.items():
        kind = arguments.get("optimizer", "adam")
        numbers = [f"{k}={v}" for k, v in arguments.items() if k != "optimizer"]
        rows[f"Optimizer, {player}"] = f"{kind}({', '.join(numbers)})"
    if recipe.precision != "float32":
        rows["Precision"] = f"{recipe.precision}; the published model is float32"
    if training and recipe.choose_by:
        rows["Chosen"] = (
            f"epoch {training['chosen_epoch']} of {training['epochs']}, by the lowest "
            f"{measured(recipe)} of samples of seed {recipe.choose_by['seed']}, "
            f"measured every {recipe.choose_by.get('every', 1)} epochs"
        )
    if training:
        rows["Backend"] = training["backend"]
        rows["Time"] = f"{training['seconds'] / 60:.0f} min, {training['cores']} cores"
        if training.get("note"):
            rows["Note"] = training["note"]
    rows["Seed"] = recipe.seed
    rows["Runs tried"] = recipe.runs
    return rows


def _again(told):
    return f"Train it again:\n\n```sh\nkerasgen train {told.recipe.name}\n```"


def _results(metrics):
    if not metrics:
        return "Not measured yet."
    return "\n\n".join(_result(name, result) for name, result in metrics.items())


def _result(name, result):
    columns = list(dict.fromkeys(c for row in result["values"].values() for c in row))
    rows = [("", *columns), ("---",) * (len(columns) + 1)]
    for what, row in result["values"].items():
        rows.append((what, *(_number(row.get(column)) for column in columns)))
    lines = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"### {name}\n\n{result['protocol']}\n\n{lines}"


def _number(value):
    if isinstance(value, list):
        return " ".join(_number(v) for v in value)
    if isinstance(value, float):
        return f"{value:.4g}"
    return "" if value is None else str(value)


def _table(rows):
    lines = "\n".join(f"| {name} | {value} |" for name, value in rows.items())
    return f"| | |\n| --- | --- |\n{lines}"


def _shape(image_shape):
    return " x ".join(map(str, image_shape))
