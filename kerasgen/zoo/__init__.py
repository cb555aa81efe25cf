"""Trained models: load them, train them again, save your own beside them."""

from kerasgen.zoo.catalog import list_names as list
from kerasgen.zoo.catalog import register
from kerasgen.zoo.load import load
from kerasgen.zoo.recipe import Recipe
from kerasgen.zoo.save import save
from kerasgen.zoo.train import train

__all__ = ["Recipe", "list", "load", "register", "save", "train"]
