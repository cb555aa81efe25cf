"""Derivatives, branches and compiled functions, the same on every backend.

Everything here may read and assign Keras variables, draw from seed generators and call
layers that keep state: what they assign is carried along where the backend cannot
change values in place. Tensors made inside a function leave it only as its result.
"""

import keras
from keras import ops

from kerasgen.arguments import check_positive
from kerasgen.engine.backend import backend
from kerasgen.engine.one_process import check_process
from kerasgen.engine.player_optimizer import as_optimizer
from kerasgen.engine.scope import Carried, Scope


def gradients(variables, function):
    """Gradients of scalars, one list of variables each, after one forward pass.

    Args:
        variables: List of lists of `keras.Variable`; a variable may be in several.
        function: Called without arguments, returns `(losses, aux)`: a tuple with one
            scalar for each list, and any structure of tensors.

    Returns:
        `(losses, grads, aux)`: `grads[i]` holds the gradients of `losses[i]` with
        respect to `variables[i]`, zeros where the loss does not depend on a variable.
    """
    return backend.gradients(variables, function)


def detached(function, *args, **kwargs):
    """`function(*args, **kwargs)` as a constant: nothing is kept for its derivative."""
    return backend.detached(function, *args, **kwargs)


def input_gradients(function, inputs):
    """Gradients of a critic with respect to its inputs, differentiable again.

    Batch statistics stay as they were: the images of a penalty lie between two
    distributions and belong to neither. Seeds and power-iteration vectors advance.

    Args:
        function: Maps `inputs` to values whose sum over everything but the batch is
            differentiated; samples must not depend on one another.
        inputs: A tensor `(batch, ...)` or a nest of such tensors, float.

    Returns:
        Gradients in the structure and shapes of `inputs`.
    """
    return backend.input_gradients(function, inputs)


def update(optimizer, grads, variables):
    """One step of a Keras optimizer with the gradients of all devices averaged."""
    backend.update(optimizer, grads, variables)


def cond(predicate, function):
    """`function()` where `predicate` holds, else zeros and no change of any variable.

    Args:
        predicate: Python or scalar boolean tensor, which may be traced.
        function: Called without arguments, returns a float32 scalar or None.

    Returns:
        A float32 scalar.
    """
    return backend.cond(predicate, function)


def only_where(predicate, function, variables):
    """`function()`, an update, where `predicate` holds; otherwise nothing changes.

    Args:
        predicate: As for `cond`, and the same on all devices.
        function: Called without arguments; it may call `update`.
        variables: All that it may change.
    """
    backend.only_where(predicate, function, variables)


def compiled(function):
    """A function without arguments, compiled where the backend compiles.

    Variables that `function` assigns are its state. Under JAX the values of variables
    that it only reads are fixed when this is called.
    """
    return backend.compiled(function)


def inference(function, variables=()):
    """A compiled function without derivatives, NumPy in and NumPy out.

    It leaves all variables as they are: what it assigns, such as the state of seeds,
    is handed on from call to call.

    Args:
        function: Maps a nest of arrays to a nest of arrays.
        variables: List of Keras variables that it reads or assigns. Those that are
            missing here are found, at the cost of another compilation.

    Returns:
        `call(inputs, state=None)`, where `state` is a `kerasgen.engine.scope.Carried`:
        the values that variables have in this call, which writes there what it assigns.
    """
    known = {id(v): v for v in backend.carried(variables)}

    def traced(values, inputs):
        given = list(known.values())[: len(values)]
        with Scope(zip(given, values, strict=True)) as scope:
            outputs = function(inputs)
        found = backend.carried({**scope.read, **scope.written}.values())
        known.update({id(v): v for v in [*found, *scope.written.values()]})
        written = (i for i, v in enumerate(given) if id(v) in scope.written)
        return outputs, {str(i): scope.get_current_value(given[i]) for i in written}

    run = backend.inference(traced)

    def call(inputs, state=None):
        check_process()
        state = Carried() if state is None else state
        while True:
            given = list(known.values())
            outputs, updates = run([state.value(v) for v in given], inputs)
            if len(known) == len(given):
                break  # else the first pass has met others, and taken them as they are
        for i, value in updates.items():
            state[id(given[int(i)])] = value
        return keras.tree.map_structure(ops.convert_to_numpy, outputs)

    return call


def optimize(function, initial, steps, optimizer=None):
    """Minimizes a function of arrays by gradient descent, outside any `fit`.

    For codes: inversion of a generator, anomaly scores, encodings of new images.

    Args:
        function: Maps tensors in the structure of `initial` to a scalar loss.
        initial: Array or nest of arrays, float.
        steps: Number of updates, at least 1.
        optimizer: A `keras.optimizers.Optimizer`, whose configuration is copied, or
            its name; Adam with rate 0.01 if None.

    Returns:
        `(solution, losses)`: arrays in the structure of `initial`, and the loss
        before each update, a float array `(steps,)`.

    Raises:
        ValueError: If `steps` is not a positive integer, or there is no such optimizer.
    """
    check_positive(steps=steps)
    if optimizer is None:
        optimizer = keras.optimizers.Adam(learning_rate=0.01)
    optimizer = as_optimizer(optimizer)
    optimizer = optimizer.from_config(optimizer.get_config())
    unknowns = keras.tree.map_structure(
        lambda x: keras.Variable(x, dtype="float32"), initial
    )
    variables = keras.tree.flatten(unknowns)
    optimizer.build(variables)

    def loss():
        values = keras.tree.map_structure(lambda v: v.value, unknowns)
        return (function(values),), None

    def descend():
        (value,), (grads,), _ = gradients([variables], loss)
        optimizer.apply(grads, variables)
        return value

    descend = compiled(descend)
    losses = ops.stack([ops.convert_to_tensor(descend()) for _ in range(steps)])
    solution = keras.tree.map_structure(lambda v: v.numpy(), unknowns)
    return solution, ops.convert_to_numpy(losses)
