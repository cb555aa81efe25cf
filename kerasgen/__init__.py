"""Generative models for Keras 3, with a pretrained zoo, on three backends."""

import importlib
from typing import TYPE_CHECKING

from kerasgen._requirements import check

check()

# At once whatever a saved model may be made of, so that Keras can load it.
from kerasgen import (  # noqa: E402
    adversarial,
    engine,
    inputs,
    kinds,
    layers,
    losses,
    models,
    penalties,
    pictures,
)
from kerasgen._version import __version__  # noqa: E402

if TYPE_CHECKING:
    from kerasgen import callbacks, data, games, latent, metrics, zoo

_WHEN_NAMED = ("callbacks", "data", "games", "latent", "metrics", "zoo")

__all__ = [
    "__version__",
    "adversarial",
    "callbacks",
    "data",
    "engine",
    "games",
    "inputs",
    "kinds",
    "latent",
    "layers",
    "losses",
    "metrics",
    "models",
    "penalties",
    "pictures",
    "zoo",
]


def __getattr__(name):
    """Imports a room when it is first named."""
    if name in _WHEN_NAMED:
        return importlib.import_module(f"kerasgen.{name}")
    raise AttributeError(f"module 'kerasgen' has no attribute {name!r}")


def __dir__():
    return __all__
