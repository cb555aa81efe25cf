"""The command `kerasgen`, thin: it calls the library."""

# In the order in which the help shows them.
from kerasgen_cli import entries, translate, train, evaluate, toys, cache  # isort: skip
from kerasgen_cli.app import app, main

__all__ = [
    "app",
    "cache",
    "entries",
    "evaluate",
    "main",
    "toys",
    "train",
    "translate",
]
