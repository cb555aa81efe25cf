"""Solid bodies on a grid."""

import numpy as np

from kerasgen.kinds.kind import Kind, check_finite, check_range
from kerasgen.pictures import voxel_views
from kerasgen.registered import registered


@registered
class Voxels(Kind):
    """Occupancy of the cells of a grid, channels last.

    Data is bool, uint8 of 0 and 1, or float in [0, 1]; networks take and make floats
    in [0, 1]; samples come back as uint8, 1 where the occupancy is above one half.

    Args:
        shape: `(depth, height, width, channels)`.
    """

    noun = "voxels"
    dtype = "uint8"
    interval = (0.0, 1.0)

    def __init__(self, shape):
        super().__init__(shape)
        if len(self.shape) != 4:
            raise ValueError(
                "Voxels have the shape (depth, height, width, channels). "
                f"Received: shape={self.shape}"
            )

    def check_dtype(self, dtype, name):
        if dtype not in ("bool", "uint8") and "float" not in dtype:
            raise ValueError(
                f"`{name}` must be bool, uint8 or float. Received: dtype {dtype}"
            )

    def limits(self, dtype):
        return None if dtype == "bool" else (0.0, 1.0)

    def check_values(self, values, name):
        if values.dtype.kind == "f":
            check_finite(values, name)
        check_range(
            values.astype("float32"),
            *self.limits("float32"),
            f"`{name}` must lie in [0, 1], 1 where a cell is full.",
        )

    def to_host(self, samples):
        return (np.asarray(samples, "float32") > 0.5).astype("uint8")

    def views(self, samples):
        """The bodies from the side and above, the last axis of the grid upwards.

        Of several channels the first is seen.
        """
        return voxel_views(samples[..., 0])
