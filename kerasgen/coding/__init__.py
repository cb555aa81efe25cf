"""Models of two networks: an encoder from samples to codes, and a decoder back."""

from kerasgen.coding.coding import Coding, together

__all__ = ["Coding", "together"]
