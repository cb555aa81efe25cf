"""Categories and continuous values that a sample is made to show."""

import keras
import numpy as np
from keras import ops

from kerasgen.arguments import as_array, is_integer
from kerasgen.inputs.input import Input, check_rows
from kerasgen.kinds.kind import check_finite
from kerasgen.registered import registered


@registered
class Codes(Input):
    """Independent codes, categorical ones first.

    Users give `(n, number of codes)`: the category of each categorical code, an
    integer, then the continuous codes. Networks take categories one-hot.

    Args:
        categorical: Number of categories of each categorical code.
        continuous: Number of continuous codes, each uniform on [-1, 1].
    """

    name = "codes"

    def __init__(self, categorical=(10,), continuous=2):
        categorical = tuple(categorical)
        if not all(is_integer(k) and k >= 2 for k in categorical):
            raise ValueError(
                "`categorical` must hold the number of categories of each code, at "
                f"least 2. Received: categorical={categorical}"
            )
        if not is_integer(continuous) or continuous < 0:
            raise ValueError(
                "`continuous` must be the number of continuous codes. "
                f"Received: continuous={continuous}"
            )
        if not categorical and not continuous:
            raise ValueError(
                "There must be a code. Received: categorical=(), continuous=0"
            )
        self.categorical = tuple(int(k) for k in categorical)
        self.continuous = int(continuous)
        self.size = sum(self.categorical) + self.continuous

    def draw(self, n, random):
        columns = [random.integers(0, k, n) for k in self.categorical]
        columns += [random.uniform(-1.0, 1.0, n) for _ in range(self.continuous)]
        return np.stack(columns, axis=1).astype("float32")

    def check(self, given, n):
        given = as_array(self.name, given, "float32")
        width = len(self.categorical) + self.continuous
        if given.ndim != 2 or given.shape[1] != width:
            raise ValueError(
                f"`codes` must have shape (n, {width}): {len(self.categorical)} "
                f"categories, then {self.continuous} continuous values. "
                f"Received: shape {given.shape}"
            )
        check_finite(given, self.name)
        for i, k in enumerate(self.categorical):
            column = given[:, i]
            if ((column != np.floor(column)) | (column < 0) | (column >= k)).any():
                raise ValueError(
                    f"Column {i} of `codes` is a category: an integer in [0, {k}). "
                    f"Received: values from {column.min():g} to {column.max():g}"
                )
        check_rows(self.name, len(given), n)
        return given

    def encode(self, values):
        parts = [
            np.eye(k, dtype="float32")[values[:, i].astype(int)]
            for i, k in enumerate(self.categorical)
        ]
        return np.concatenate([*parts, values[:, len(self.categorical) :]], axis=1)

    def in_training(self, n, seed, batch=None):
        parts = [
            ops.one_hot(keras.random.randint((n,), 0, k, dtype="int32", seed=seed), k)
            for k in self.categorical
        ]
        if self.continuous:
            parts.append(keras.random.uniform((n, self.continuous), -1, 1, seed=seed))
        return ops.concatenate([ops.cast(p, "float32") for p in parts], axis=-1)

    def get_config(self):
        return {"categorical": self.categorical, "continuous": self.continuous}
