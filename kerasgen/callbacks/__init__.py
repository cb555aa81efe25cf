"""What watches a model while `fit` trains it."""

from kerasgen.callbacks.evaluate import Evaluate
from kerasgen.callbacks.reconstruction_grid import ReconstructionGrid
from kerasgen.callbacks.sample_grid import SampleGrid
from kerasgen.callbacks.translation_grid import TranslationGrid

__all__ = ["Evaluate", "ReconstructionGrid", "SampleGrid", "TranslationGrid"]
