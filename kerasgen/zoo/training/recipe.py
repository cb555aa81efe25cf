"""How a model of the zoo was trained: numbers, and not a line of logic."""

import ast
import dataclasses
import json
import pathlib
import re

DECISIVE = (
    "model",
    "arguments",
    "data",
    "split",
    "data_arguments",
    "batch_size",
    "optimizers",
    "seed",
    "precision",
)
PRECISIONS = ("float32", "mixed_bfloat16")


@dataclasses.dataclass(frozen=True)
class Recipe:
    """Everything `kerasgen.zoo.train` needs to train a model again.

    Args:
        name: `<model>_<dataset>[_<size>]`, lower case.
        model: Name of a constructor in `kerasgen.models`.
        arguments: Its arguments, `image_shape` among them.
        data: What `kerasgen.data.load` takes: a name, or a path.
        split: Split of the data to train on.
        data_arguments: Further arguments of `kerasgen.data.load`.
        batch_size: Images in a minibatch.
        epochs: Passes over the data.
        optimizers: By player, `{"learning_rate": 2e-4, ...}`: arguments of Adam, or of
            another Keras optimizer named under `"optimizer"`. Players left out keep
            the paper's.
        seed: Seed of the weights, of the latents and of the order of the data.
        precision: Keras dtype policy of the training, `"float32"` or
            `"mixed_bfloat16"`; the published model computes in float32.
        choose_by: Empty for the weights of the last epoch; else those of the epoch with
            the lowest FID, `{"extractor": "cifar10", "num_samples": 2000, "seed": 1,
            "every": 5}`: arguments of `kerasgen.callbacks.Evaluate`, whose samples must
            be others than those reported.
        half_precision: Whether the published weights are float16.
        runs: How many trainings the published one was chosen from.
        summary: What the model makes, one sentence.
        data_source: Who made the data, and where it is found.
        data_licence: Licence of the data.
        licence: Licence of the weights, as far as it is ours to give.
        limits: What the model cannot do, a sentence each.

    Raises:
        ValueError: If a name or a number is out of range.
    """

    name: str
    model: str
    data: str
    arguments: dict = dataclasses.field(default_factory=dict)
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
    summary: str = ""
    data_source: str = ""
    data_licence: str = "not stated"
    licence: str = "not stated"
    limits: tuple = ()

    def __post_init__(self):
        if not re.fullmatch(r"[a-z0-9_]+", self.name):
            raise ValueError(
                "`name` must be lower case letters, digits and underscores. "
                f"Received: name={self.name!r}"
            )
        for field in ("batch_size", "epochs", "runs"):
            value = getattr(self, field)
            if not isinstance(value, int) or value < 1:
                raise ValueError(
                    f"`{field}` must be a positive integer. Received: {field}={value}"
                )

        if self.precision not in PRECISIONS:
            raise ValueError(
                f"`precision` must be one of {PRECISIONS}. "
                f"Received: precision={self.precision!r}"
            )
        if self.choose_by and not {"extractor", "num_samples"} <= set(self.choose_by):
            raise ValueError(
                "`choose_by` must be empty or name 'extractor' and 'num_samples'. "
                f"Received: choose_by={self.choose_by}"
            )

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
        except SyntaxError as error:
            raise ValueError(f"{path} is not Python: {error}") from error
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
        except (TypeError, ValueError) as error:
            raise ValueError(f"{path} is not a recipe: {error}") from error

    def to_dict(self):
        """The recipe as a dictionary, as JSON gives it back."""
        return json.loads(json.dumps(dataclasses.asdict(self)))

    def differences(self, other):
        """What would make `other` train another model, as lines for a message.

        The number of epochs is not among it, nor anything that is only said. The choice
        of an epoch is, for it rests on what was measured; that of the last is not.
        """
        mine, others = self.to_dict(), other.to_dict()
        decisive = (*DECISIVE, "choose_by") if self.choose_by else DECISIVE
        return [
            f"{key}: {others[key]!r} there, {mine[key]!r} here"
            for key in decisive
            if mine[key] != others[key]
        ]


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
