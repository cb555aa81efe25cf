"""Generative models for Keras 3, with a pretrained zoo, on three backends."""

from kerasgen._requirements import check

check()

from kerasgen import (  # noqa: E402
    adversarial,
    callbacks,
    data,
    engine,
    inputs,
    kinds,
    latent,
    layers,
    losses,
    metrics,
    models,
    penalties,
    pictures,
    zoo,
)
from kerasgen._version import __version__  # noqa: E402

__all__ = [
    "__version__",
    "adversarial",
    "callbacks",
    "data",
    "engine",
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
