"""What one sample is: its shape, its range, its look."""

from kerasgen.kinds.images import Images
from kerasgen.kinds.kind import Kind, kind_of
from kerasgen.kinds.pair import Pair
from kerasgen.kinds.sequences import Sequences
from kerasgen.kinds.tokens import Tokens
from kerasgen.kinds.vectors import Vectors
from kerasgen.kinds.voxels import Voxels

__all__ = [
    "Images",
    "Kind",
    "Pair",
    "Sequences",
    "Tokens",
    "Vectors",
    "Voxels",
    "kind_of",
]
