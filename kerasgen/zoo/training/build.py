"""From the words of a recipe to a compiled model and its data."""

import inspect

import keras

from kerasgen import data as kerasgen_data
from kerasgen import models
from kerasgen.by_name import by_name
from kerasgen.engine import scheduled
from kerasgen.kinds import Pair
from kerasgen.nearest import nearest

Optimizer = keras.optimizers.Optimizer
OPTIMIZERS = {
    name: cls
    for name, cls in vars(keras.optimizers).items()
    if inspect.isclass(cls) and issubclass(cls, Optimizer) and cls is not Optimizer
}
NO_DATA_ARGUMENTS = (
    *("name_or_path", "name_or_domains"),
    *("split", "batch_size", "groups", "seed"),
)
NO_LEARNING = ("self", "optimizer", "run_eagerly", "steps_per_execution", "jit_compile")


def build(recipe):
    """The model of a recipe, compiled, with fresh weights.

    Raises:
        ValueError: If model, arguments, optimizers or learning are not those there are.
    """
    if recipe.model not in models.__all__:  # beside constructors it holds modules
        raise ValueError(
            "`model` must name a constructor of kerasgen.models. "
            f"{nearest(recipe.model, models.__all__)}Received: model={recipe.model!r}"
        )
    constructor = getattr(models, recipe.model)
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy(recipe.precision)
    try:
        model = constructor(**{"seed": recipe.seed, **recipe.arguments})
    except TypeError as error:
        raise ValueError(
            f"`arguments` must be those of kerasgen.models.{recipe.model}: {error}. "
            f"Received: arguments={recipe.arguments}"
        ) from error
    finally:
        keras.config.set_dtype_policy(policy)
    optimizers = {
        name: _optimizer(arguments, recipe.epochs)
        for name, arguments in recipe.optimizers.items()
    }
    _check_names("learning", recipe.learning, type(model).compile, NO_LEARNING)
    model.compile(optimizers or None, **recipe.learning)
    return model


def _check_names(argument, names, function, not_here):
    """Refuses, in a recipe, names that a function does not take from it.

    Args:
        argument: Of the recipe.
        names: What it holds.
        function: Whose arguments they are.
        not_here: Its arguments that come from elsewhere.
    """
    parameters = inspect.signature(function).parameters.values()
    known = [
        each.name
        for each in parameters
        if each.kind is not each.VAR_KEYWORD and each.name not in not_here
    ]
    for name in names:
        if name not in known:
            raise ValueError(
                f"`{argument}` must hold arguments of `{function.__name__}`: "
                f"{', '.join(known)}. {nearest(name, known)}"
                f"Received: {argument} with {name!r}"
            )


def _optimizer(arguments, epochs):
    if not isinstance(arguments, dict):
        raise ValueError(
            '`optimizers` must hold dictionaries, {"learning_rate": 2e-4, ...}, by '
            f"player. Received: {arguments!r}"
        )
    arguments = {"optimizer": "adam", **arguments}
    name = arguments.pop("optimizer")
    if "learning_rate" in arguments:
        arguments["learning_rate"] = scheduled(arguments["learning_rate"], epochs)
    noun = "a keras.optimizers.Optimizer"
    return by_name(name, OPTIMIZERS, Optimizer, "optimizer", noun, **arguments)


def load_data(recipe, data, kind, groups):
    """The data of a recipe, in batches.

    Args:
        recipe: A `Recipe`.
        data: Name, path, array or loaded data set to use instead of its own, or None.
        kind: What the model learns from.
        groups: Minibatches in a step of the model.

    Raises:
        ValueError: As `kerasgen.data.load`, or if an argument of it is unknown.
    """
    if isinstance(data, keras.utils.PyDataset):
        return data
    load = kerasgen_data.load_pairs if isinstance(kind, Pair) else kerasgen_data.load
    _check_names("data_arguments", recipe.data_arguments, load, NO_DATA_ARGUMENTS)
    return load(
        recipe.data if data is None else data,
        split=recipe.split,
        batch_size=recipe.batch_size,
        groups=groups,
        seed=recipe.seed,
        **{"kind": kind, **recipe.data_arguments},
    )
