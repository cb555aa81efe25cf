"""Gradients, branches and steps under PyTorch."""

import keras
import torch

from kerasgen.engine import torch_adam, torch_devices
from kerasgen.engine.derivatives import second_order
from kerasgen.engine.keras_private import SEED_STATE
from kerasgen.engine.scope import Scope, commit
from kerasgen.engine.sharing import Sharing, Threads

__all__ = ["Sharing", "Threads"]


def step(function):
    """Keras already calls `train_step(self, data)`."""
    return function


def gradients(variables, function):
    """See `kerasgen.engine.gradients`."""
    with torch.enable_grad():
        losses, aux = function()
    grads = [
        torch.autograd.grad(
            loss,
            [v.value for v in group],
            retain_graph=i + 1 < len(losses),
            allow_unused=True,
            materialize_grads=True,
        )
        if group and loss.requires_grad  # a frozen player has nothing to ask for
        else [torch.zeros_like(v.value) for v in group]
        for i, (loss, group) in enumerate(zip(losses, variables, strict=True))
    ]
    losses = tuple(loss.detach() for loss in losses)
    return losses, grads, keras.tree.map_structure(_detached, aux)


def _detached(value):
    return value.detach() if isinstance(value, torch.Tensor) else value


def detached(function, *args, **kwargs):
    """See `kerasgen.engine.detached`."""
    with torch.no_grad():
        return function(*args, **kwargs)


def input_gradients(function, inputs):
    """See `kerasgen.engine.input_gradients`."""

    def watched(x):
        return x if x.requires_grad else x.detach().requires_grad_()

    with torch.enable_grad(), Scope() as scope, second_order():
        inputs = keras.tree.map_structure(watched, inputs)
        total = torch.sum(function(inputs))
        flat = keras.tree.flatten(inputs)
        grads = torch.autograd.grad(
            total, flat, create_graph=True, allow_unused=True, materialize_grads=True
        )
    commit(scope.updates(), batch_statistics=False)
    return keras.tree.pack_sequence_as(inputs, list(grads))


def cond(predicate, function):
    """See `kerasgen.engine.cond`."""
    result = function() if bool(predicate) else None
    return keras.ops.zeros(()) if result is None else result


def only_where(predicate, function, variables):
    """See `kerasgen.engine.autodiff.only_where`."""
    cond(predicate, function)


def compiled(function):
    """See `kerasgen.engine.compiled`."""
    return function


def inference(function):
    """See `kerasgen.engine.autodiff.inference`."""

    def call(values, inputs):
        with torch.no_grad():
            inputs = keras.tree.map_structure(keras.ops.convert_to_tensor, inputs)
            return function(values, inputs)

    return call


def carried(variables):
    """Seeds; other variables are read where they are."""
    return [v for v in variables if v.name == SEED_STATE]


def export_options(network, format):
    """Arguments of `keras.Model.export` for any number of samples at a time.

    Raises:
        ValueError: For a SavedModel, which Keras cannot make from PyTorch.
    """
    if format == "tf_saved_model":
        raise ValueError(
            "PyTorch writes a file that ends in `.pt2`: model.export('sampler.pt2'). "
            "For a SavedModel save the model as `.keras`, and load and export it under "
            "KERAS_BACKEND=tensorflow. Received: format='tf_saved_model'"
        )
    inputs = getattr(network, "inputs", None)
    if format != "torch" or not inputs:
        return {}
    structure = inputs[0] if len(inputs) == 1 else network.input
    batch = torch.export.Dim("batch", min=1)
    shapes = keras.tree.map_structure(lambda _: {0: batch}, structure)
    return {"dynamic_shapes": [(shapes,)]}


def sync(model):
    """Variables are always current."""


def update(optimizer, grads, variables):
    """See `kerasgen.engine.autodiff.update`; one kernel where it is plain Adam."""
    if torch_devices.count() > 1:
        grads = torch_devices.mean(grads)
    if torch_adam.can_fuse(optimizer, variables):
        torch_adam.update(optimizer, grads, variables)
    else:
        optimizer.apply(grads, variables)


def does_without_threads():
    """Whether there is one thread, the calling one."""
    return torch.get_num_threads() == 1
