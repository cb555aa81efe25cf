"""Says what is missing before anything else fails."""

import os

MINIMUM_KERAS = (3, 15, 1)
BACKENDS = ("tensorflow", "jax", "torch")  # also the names of their packages


def check():
    """Imports Keras.

    Raises:
        ImportError: If the backend's package is not installed, or Keras is too old
            for transposed convolutions to agree between backends.
    """
    try:
        import keras
    except ModuleNotFoundError as error:
        backend = (error.name or "").split(".")[0]
        if backend not in BACKENDS:
            raise
        raise ImportError(
            f"Keras is set to the backend {backend}, which is not installed. "
            f"Install it with `pip install 'kerasgen[{backend}]'`, or choose an "
            f"installed one ({_installed()}) with the environment variable "
            f"KERAS_BACKEND. Received: KERAS_BACKEND="
            f"{os.environ.get('KERAS_BACKEND')!r}"
        ) from error
    version = tuple(int(part) for part in keras.__version__.split(".")[:3])
    if version < MINIMUM_KERAS:
        raise ImportError(
            "kerasgen needs Keras 3.15.1 or newer: before it, strided transposed "
            "convolutions differ between backends. Upgrade with "
            f"`pip install --upgrade keras`. Received: keras {keras.__version__}"
        )


def _installed():
    from importlib.util import find_spec

    found = [name for name in BACKENDS if find_spec(name)]
    return ", ".join(found) or "none is"
