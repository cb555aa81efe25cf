"""How a model of the zoo was trained: numbers, and not a line of logic."""

import ast
import dataclasses
import json
import pathlib
import re

from kerasgen.arguments import check_one_of, check_positive, check_seeds
from kerasgen.zoo.training.old_form import RENAMED, translated

DECISIVE = (
    "model",
    "arguments",
    "learning",
    "data",
    "split",
    "data_arguments",
    "batch_size",
    "optimizers",
    "seed",
    "precision",
)
PRECISIONS = ("float32", "mixed_bfloat16")
MEASURED = {"extractor", "num_samples"}
MODES = ("min", "max")
TOO_DEEP = (RecursionError, MemoryError)  # Python's parser, of what is nested too far
# What values of the wrong kind in a file end in, besides `ValueError`.
UNFIT = (KeyError, TypeError, AttributeError, *TOO_DEEP)


@dataclasses.dataclass(frozen=True)
class Recipe:
    """Everything `kerasgen.zoo.train` needs to train a model again.

    Args:
        name: `<model>_<dataset>[_<size>]`, lower case.
        model: Name of a constructor in `kerasgen.models`.
        arguments: Its arguments, `image_shape` among them: what the model is.
        learning: Arguments of its `compile`, but for the optimizers: how it learns,
            where that is not as in its paper. Names, or dictionaries of a name and
            parameters: `{"average": 0.98, "loss": "hinge", "terms": [{"name": "r1",
            "weight": 5.0, "every": 16}], "turns": {"name": "alternating",
            "discriminator": 5}}`.
        data: What `kerasgen.data.load` takes: a name, or a path.
        split: Split of the data to train on.
        data_arguments: Further arguments of `kerasgen.data.load`.
        batch_size: Samples in a minibatch.
        epochs: Passes over the data.
        optimizers: By player, `{"learning_rate": 2e-4, ...}`: arguments of Adam, or of
            another Keras optimizer named under `"optimizer"`; a rate may be a schedule,
            see `kerasgen.engine.scheduled`, also `"by": "percent"` of the epochs of
            this recipe. Players left out keep the paper's.
        seed: Seed of the weights, of the latents and of the order of the data.
        precision: Keras dtype policy of the training, `"float32"` or
            `"mixed_bfloat16"`; the published model computes in float32.
        choose_by: Empty for the weights of the last epoch; else those of the epoch with
            the best number: the lowest FID, `{"extractor": "cifar10", "num_samples":
            2000, "seed": 1, "every": 5}`, arguments of `kerasgen.callbacks.Evaluate`,
            whose samples must be others than those reported; or any number of the
            logs, `{"number": "elbo", "mode": "max"}`.
        half_precision: Whether the published weights are float16.
        runs: How many trainings the published one was chosen from.
        as_run: What the run did otherwise than the recipe says now, a sentence for each
            of its fields, or of the names in `learning`, that it is about, such as
            `{"average": "0.999 until epoch 50"}`; `"record"` for what was changed in
            `training.json` afterwards.
        summary: What the model makes, one sentence.
        data_source: Who made the data, and where it is found.
        data_license: License of the data.
        license: License of the weights, as far as it is ours to give.
        limits: What the model cannot do, a sentence each.

    Raises:
        ValueError: If a name or a number is out of range.
    """

    name: str
    model: str
    data: str
    arguments: dict = dataclasses.field(default_factory=dict)
    learning: dict = dataclasses.field(default_factory=dict)
    split: str = "train"
    data_arguments: dict = dataclasses.field(default_factory=dict)
    batch_size: int = 64
    epochs: int = 1
    optimizers: dict = dataclasses.field(default_factory=dict)
    seed: int = 0
    precision: str = "float32"
    choose_by: dict = dataclasses.field(default_factory=dict)
    half_precision: bool = False
    runs: int = 1
    as_run: dict = dataclasses.field(default_factory=dict)
    summary: str = ""
    data_source: str = ""
    data_license: str = "not stated"
    license: str = "not stated"
    limits: tuple = ()

    def __post_init__(self):
        self._check_types()
        if not re.fullmatch(r"[a-z0-9_]+", self.name):
            raise ValueError(
                "`name` must be lower case letters, digits and underscores. "
                f"Received: name={self.name!r}"
            )
        check_positive(batch_size=self.batch_size, epochs=self.epochs, runs=self.runs)
        check_one_of(PRECISIONS, precision=self.precision)
        self._check_choice()
        self._check_form()

    def _check_types(self):
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            types = (tuple, list) if field.type is tuple else field.type
            if field.type is not int and not isinstance(value, types):
                raise ValueError(
                    f"`{field.name}` must be a {field.type.__name__}. "
                    f"Received: {field.name}={value!r}"
                )
        check_seeds(seed=self.seed)

    def _check_choice(self):
        known = {"number"} <= set(self.choose_by)
        if self.choose_by and not known | (MEASURED <= set(self.choose_by)):
            raise ValueError(
                "`choose_by` must be empty, or name 'extractor' and 'num_samples', or "
                f"a 'number' of the logs. Received: choose_by={self.choose_by}"
            )
        check_one_of(MODES, mode=self.choose_by.get("mode", "min"))

    def _check_form(self):
        """Refuses what only recipes of an older form say."""
        arguments, learning = translated(self.model, self.arguments)
        if arguments != self.arguments:
            names = sorted(set(self.arguments) - set(arguments))
            raise ValueError(
                "How a model learns is no longer said to its constructor: write "
                f"arguments={arguments}, learning={learning}. "
                f"Received: arguments with {', '.join(names)}"
            )
        fields = {field.name for field in dataclasses.fields(self)}
        for about in self.as_run:
            if about not in fields | set(self.learning) | {"record"}:
                raise ValueError(
                    "`as_run` must be keyed by fields of the recipe, names in its "
                    f"`learning`, or 'record'. Received: as_run with {about!r}"
                )

    @classmethod
    def of_run(cls, values):
        """The recipe in a `training.json`, which may be of an older form.

        Args:
            values: What `to_dict` made when the model was trained.

        Raises:
            ValueError: If it is no recipe.
        """
        try:
            values = {RENAMED.get(name, name): value for name, value in values.items()}
            if "learning" not in values:
                arguments, learning = translated(values["model"], values["arguments"])
                values = {**values, "arguments": arguments, "learning": learning}
            return cls(**values)
        except UNFIT as error:
            raise ValueError(f"This is no recipe: {error!r}") from error

    @classmethod
    def read(cls, path):
        """Reads the `recipe = Recipe(...)` of a Python file, without running it.

        Args:
            path: A file that holds, beside imports, docstring and comments, just that
                call, with keyword arguments that are literals.

        Raises:
            ValueError: If there is anything else in the file.
        """
        path = pathlib.Path(path)
        try:
            tree = ast.parse(path.read_text("utf-8"), str(path))
        except (SyntaxError, *TOO_DEEP, ValueError) as error:  # or no text
            raise ValueError(f"{path} is not Python: {_said(error)}") from error
        calls = [node for node in tree.body if not _is_preamble(node)]
        if len(calls) != 1 or not _is_recipe(calls[0]):
            raise ValueError(
                "A recipe holds one statement, `recipe = Recipe(name=..., ...)`, "
                f"beside its imports. Received: {path}"
            )
        try:
            return cls(
                **{k.arg: ast.literal_eval(k.value) for k in calls[0].value.keywords}
            )
        except (ValueError, *UNFIT) as error:
            raise ValueError(f"{path} is not a recipe: {_said(error)}") from error

    def to_dict(self):
        """The recipe as a dictionary, as JSON gives it back."""
        return json.loads(json.dumps(dataclasses.asdict(self)))

    def differences(self, other):
        """What would make `other` train another model, as lines for a message.

        The number of epochs makes no other model, nor do texts for the card. Choosing
        an epoch by a number does, for that rests on what was measured.
        """
        mine, others = self.to_dict(), other.to_dict()
        decisive = (*DECISIVE, "choose_by") if self.choose_by else DECISIVE
        return [
            f"{key}: {others[key]!r} there, {mine[key]!r} here"
            for key in decisive
            if mine[key] != others[key]
        ]


def _said(error):
    return str(error) or type(error).__name__


def _is_preamble(node):
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_text or isinstance(node, (ast.Import, ast.ImportFrom))


def _is_recipe(node):
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "Recipe"
        and not node.value.args
        and [t.id for t in node.targets if isinstance(t, ast.Name)] == ["recipe"]
    )
