"""What watches a model while `fit` trains it."""

from kerasgen.callbacks.evaluate import Evaluate
from kerasgen.callbacks.reconstruction_grid import ReconstructionGrid
from kerasgen.callbacks.sample_grid import SampleGrid

__all__ = ["Evaluate", "ReconstructionGrid", "SampleGrid"]
