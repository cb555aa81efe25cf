"""The card of an entry, made of its files so that it cannot say anything else."""

from kerasgen.zoo.entry.manifest import Manifest
from kerasgen.zoo.info import info, shape
from kerasgen.zoo.publishing.showcase import caption
from kerasgen.zoo.publishing.usage import usage
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
        usage(told),
        "## Model\n\n" + _table(_model_rows(told)),
        "## Data and licenses\n\n" + _table(_data_rows(told)),
        "## Training\n\n" + _table(_training_rows(told)) + "\n\n" + _again(told),
        "## Results\n\n" + _results(told.metrics),
        "## Limits\n\n" + "\n".join(f"- {limit}" for limit in told.recipe.limits),
    ]
    return "\n\n".join(parts) + "\n"


def table(names):
    """The entries as a table in Markdown, with links to their cards."""
    header = ("Name", "Makes", "Size", "Weights", "License of the weights", "Data")
    rows = [header, ("---",) * len(header)]
    for name in names:
        told = info(name)
        rows.append(
            (
                f"[`{told.name}`]({told.name}/card.md)",
                told.summary,
                shape(told.sampled_kind),
                f"{told.bytes / 1e6:.1f} MB",
                told.license,
                f"{told.data}: {told.data_license}",
            )
        )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _pictures(told):
    names = sorted(path.name for path in told.folder.glob("*.png"))
    captions = [caption(name, told.inputs, told.sampled_kind) for name in names]
    return [f"![{c}]({n})\n\n{c}." for c, n in zip(captions, names, strict=True)]


def _model_rows(told):
    manifest = Manifest.read(told.folder)
    arguments = ", ".join(f"{k}={v!r}" for k, v in told.recipe.arguments.items())
    rows = {"Model": f"`kerasgen.models.{told.model}({arguments})`"}
    if told.kind != told.sampled_kind:
        rows["Learns from"] = f"`{told.kind!r}`"
    return rows | {
        "Makes": f"`{told.sampled_kind!r}`",
        "From": ", ".join(f"`{each!r}`" for each in told.inputs) or "nothing",
        **{f"Values, {n}": f"{p:,}" for n, p in told.parameters.items()},
        "Weights": "float16" if manifest.half_precision else "float32",
        "Size": f"{told.bytes:,} bytes",
        "SHA-256 of the weights": f"`{told.sha256}`",
        "Written by": f"kerasgen {manifest.kerasgen}, Keras {manifest.keras}",
    }


def _data_rows(told):
    return {
        "Data": told.data_source or told.data,
        "License of the data": told.data_license,
        "License of the weights": told.license + ", see LICENSE",
    }


def _training_rows(told):
    recipe, training = told.recipe, told.training
    samples = training.get("samples", training.get("images"))
    rows = {
        "Split": recipe.split,
        told.kind.noun.capitalize(): f"{samples:,}" if samples else "not stated",
        "Epochs": training.get("epochs", recipe.epochs),
        "Batch size": recipe.batch_size,
        **_learning_rows(recipe),
    }
    if recipe.precision != "float32":
        rows["Precision"] = f"{recipe.precision}; the published model is float32"
    if training and recipe.choose_by:
        rows["Chosen"] = _chosen(recipe, training)
    if training:
        rows["Backend"] = training["backend"]
        cores = "1 core" if training["cores"] == 1 else f"{training['cores']} cores"
        rows["Time"] = f"{training['seconds'] / 60:.0f} min, {cores}"
        if training.get("note"):
            rows["Note"] = training["note"]
    rows["Seed"] = recipe.seed
    rows["Runs tried"] = recipe.runs
    return rows


def _learning_rows(recipe):
    """How it learned, and beside it what the run did otherwise."""
    rows = {}
    for player, arguments in recipe.optimizers.items():
        named = {"name": arguments.get("optimizer", "adam"), **arguments}
        named.pop("optimizer", None)
        rows[f"Optimizer, {player}"] = _said(named)
    as_run = dict(recipe.as_run)
    for name, value in recipe.learning.items():
        rows[name.capitalize()] = _said(value)
        if name in as_run:
            rows[f"{name.capitalize()}, as run"] = as_run.pop(name)
    names = {"record": "`training.json`, edited"}
    for name, sentence in as_run.items():
        rows[names.get(name, f"{name.capitalize()}, as run")] = sentence
    return rows


def _said(value):
    """A name, a number, or a dictionary of a name and parameters, as a call."""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_said, value)) or "none"
    if not isinstance(value, dict):
        return str(value)
    given = ", ".join(f"{k}={_said(v)}" for k, v in value.items() if k != "name")
    return f"{value['name']}({given})" if "name" in value else given


def _chosen(recipe, training):
    choose_by = recipe.choose_by
    best = {"min": "lowest", "max": "highest"}[choose_by.get("mode", "min")]
    said = (
        f"epoch {training['chosen_epoch']} of {training['epochs']}, by the {best} "
        f"{measured(recipe)}"
    )
    if "extractor" not in choose_by:
        return said
    return (
        f"{said} of samples of seed {choose_by.get('seed', 0)}, "
        f"measured every {choose_by.get('every', 1)} epochs"
    )


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
