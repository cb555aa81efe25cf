"""Trained models: load them, train them again, save your own beside them."""

from kerasgen.zoo.info import Info, info
from kerasgen.zoo.load import load
from kerasgen.zoo.publishing.card import card
from kerasgen.zoo.publishing.push import push
from kerasgen.zoo.save import save
from kerasgen.zoo.sources.catalog import list_names as list
from kerasgen.zoo.sources.catalog import register
from kerasgen.zoo.training.adapt import adapt
from kerasgen.zoo.training.recipe import Recipe
from kerasgen.zoo.training.train import train
from kerasgen.zoo.translate import translate

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
    "translate",
]
