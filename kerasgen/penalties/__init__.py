"""Terms of the discriminator's loss that need its gradients, by name or as functions.

A penalty is called as `penalty(critic, real, fake, seed=seed)` and returns `(batch,)`,
in float32 under any dtype policy. It leaves batch statistics as they are.
"""

import functools
import inspect

from kerasgen.nearest import meant, nearest
from kerasgen.penalties.gradient_norm import gradient_norm, squared_gradient_norm
from kerasgen.penalties.one_centered import (
    dragan,
    interpolate,
    one_centered,
    perturb,
    wgan_gp,
)
from kerasgen.penalties.zero_centered import r1, r2

PENALTIES = {"wgan_gp": wgan_gp, "dragan": dragan, "r1": r1, "r2": r2}


def get(name, **parameters):
    """A penalty by name.

    Args:
        name: One of `kerasgen.penalties.PENALTIES`, or a function, returned as it is.
        **parameters: Its own arguments, such as `target` of `wgan_gp`.

    Returns:
        A function `(critic, real, fake, *, seed) -> (batch,)`.

    Raises:
        ValueError: If the name or a parameter is unknown.

    Example:

    ```python
    penalty = kerasgen.penalties.get("wgan_gp")
    x = keras.ops.ones((4, 2))
    # The slope of x_1 + x_2 is sqrt(2): 0.17 for each of four samples.
    penalty(lambda x: keras.ops.sum(x, -1), x, x, seed=keras.random.SeedGenerator(0))
    ```
    """
    if callable(name):
        if parameters:
            raise ValueError(
                "Parameters need the name of a penalty, not a function. "
                f"Received: {name} and {parameters}"
            )
        return name
    found = meant(name, PENALTIES)
    if found is None:
        raise ValueError(
            "`penalty` must be a function or the name of one. "
            f"{nearest(name, PENALTIES)}Received: penalty={name!r}"
        )
    _check_parameters(found, parameters)
    return functools.partial(PENALTIES[found], **parameters)


def _check_parameters(name, parameters):
    arguments = inspect.signature(PENALTIES[name]).parameters
    own = [a for a in arguments if a not in ("critic", "real", "fake", "seed")]
    for parameter in parameters:
        if parameter not in own:
            raise ValueError(
                f"The penalty {name!r} takes the parameters {own}. "
                f"Received: {parameter}={parameters[parameter]!r}"
            )


__all__ = [
    "PENALTIES",
    "dragan",
    "get",
    "gradient_norm",
    "interpolate",
    "one_centered",
    "perturb",
    "r1",
    "r2",
    "squared_gradient_norm",
    "wgan_gp",
]
