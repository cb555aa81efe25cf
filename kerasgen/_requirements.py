"""Says what is missing before anything else fails."""

import os
import pathlib
import sys
from importlib.util import find_spec

MINIMUM_KERAS = (3, 15, 1)
BACKENDS = ("tensorflow", "jax", "torch")  # also the names of their packages


def check():
    """Imports Keras.

    Where nobody has chosen a backend and Keras's default is not installed, an
    installed one is taken.

    Raises:
        ImportError: If the backend's package is not installed, or Keras is too old
            for transposed convolutions to agree between backends.
    """
    installed = [name for name in BACKENDS if find_spec(name)]
    if not _chosen() and installed and "tensorflow" not in installed:
        os.environ["KERAS_BACKEND"] = installed[0]
    try:
        import keras
    except ModuleNotFoundError as error:
        backend = (error.name or "").split(".")[0]
        if backend not in BACKENDS:
            raise
        raise ImportError(
            f"Keras is set to the backend {backend}, which is not installed. "
            f"Install it with `pip install {backend}`, or choose an "
            f"installed one ({', '.join(installed) or 'none is'}) with the environment "
            f"variable KERAS_BACKEND. Received: KERAS_BACKEND="
            f"{os.environ.get('KERAS_BACKEND')!r}"
        ) from error
    version = tuple(int(part) for part in keras.__version__.split(".")[:3])
    if version < MINIMUM_KERAS:
        raise ImportError(
            "kerasgen needs Keras 3.15.1 or newer: before it, strided transposed "
            "convolutions differ between backends. Upgrade with "
            f"`pip install --upgrade keras`. Received: keras {keras.__version__}"
        )


def _chosen():
    """Whether the user, or a program before us, has settled the backend."""
    home = pathlib.Path(os.environ.get("KERAS_HOME") or pathlib.Path.home() / ".keras")
    return (
        "keras" in sys.modules
        or "KERAS_BACKEND" in os.environ
        or (home / "keras.json").exists()
    )
