"""Models of two networks: an encoder from samples to codes, and a decoder back."""

from kerasgen.coding.coding import Coding, together
from kerasgen.coding.importance import LogDensities, importance_sampled

__all__ = ["Coding", "LogDensities", "importance_sampled", "together"]
