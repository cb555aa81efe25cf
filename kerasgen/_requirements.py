"""Says what is missing before anything else fails."""

import os

MINIMUM_KERAS = (3, 15, 1)
PACKAGES = {"tensorflow": "tensorflow", "jax": "jax", "torch": "torch"}


def check():
    """Imports Keras.

    Raises:
        ImportError: If the backend's package is not installed, or Keras is too old
            for transposed convolutions to agree between backends.
    """
    try:
        import keras
    except ModuleNotFoundError as error:
        if error.name not in PACKAGES.values():
            raise
        raise ImportError(
            f"Keras is set to the backend {error.name}, which is not installed. "
            f"Install it with `pip install 'kerasgen[{error.name}]'`, or choose an "
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

    found = [name for name, package in PACKAGES.items() if find_spec(package)]
    return ", ".join(found) or "none is"
