"""Trained models: load them, train them again, save your own beside them."""

from kerasgen.zoo.adapt import adapt
from kerasgen.zoo.card import card
from kerasgen.zoo.catalog import list_names as list
from kerasgen.zoo.catalog import register
from kerasgen.zoo.info import Info, info
from kerasgen.zoo.load import load
from kerasgen.zoo.push import push
from kerasgen.zoo.recipe import Recipe
from kerasgen.zoo.save import save
from kerasgen.zoo.train import train

__all__ = [
    "Info",
    "Recipe",
    "adapt",
    "card",
    "info",
    "list",
    "load",
    "push",
    "register",
    "save",
    "train",
]
