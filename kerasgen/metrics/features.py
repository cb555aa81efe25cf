"""Features as metrics take them, checked on the host."""

import keras
import numpy as np

BLOCK = 4096  # rows looked at together


def host_array(values, name="features"):
    """A NumPy array of anything array-like, tensors of any backend among them.

    Raises:
        ValueError: If the values are not known, as inside a compiled step.
    """
    if isinstance(values, np.ndarray):
        return values
    try:
        return keras.ops.convert_to_numpy(values)
    except Exception as error:  # each backend has its own
        raise ValueError(
            f"`{name}` must be readable on the host: call metrics outside of compiled "
            f"steps. Received: {type(values).__name__}"
        ) from error


def check_features(features, name="features", least=1, reason="", where=""):
    """Features as a finite float32 or float64 array, rows one after the other.

    Args:
        features: Array-like `(n, size)` of numbers; float64 and integers become
            float64, other floats float32.
        name: What to call them in messages.
        least: Smallest `n`.
        reason: In messages, why so many, such as `"one more than `k`"`.
        where: In messages, where they come from, such as `" of batch 3"`.

    Raises:
        ValueError: If shape or kind do not fit, rows are too few, or a value is not
            finite.
    """
    features = host_array(features, name)
    if features.ndim != 2 or features.shape[1] == 0:
        raise ValueError(
            f"`{name}` must have shape (n, size), one row for each sample. "
            f"Received: shape {features.shape}{where}"
        )
    if len(features) < least:
        raise ValueError(
            f"`{name}` must hold at least {least} samples{reason and f', {reason}'}. "
            f"Received: {len(features)}{where}"
        )
    features = np.ascontiguousarray(features, _float(features.dtype, name))
    _check_finite(features, name, where)
    return features


def check_pair(a, b, least=(1, 1), reason="", names=("real", "fake")):
    """Two sets of features of one size, each as from `check_features`.

    `least` has a number for each of them.
    """
    a = check_features(a, names[0], least[0], reason)
    b = check_features(b, names[1], least[1], reason)
    if a.shape[1] != b.shape[1]:
        raise ValueError(
            f"`{names[0]}` and `{names[1]}` must have features of one size, from one "
            f"extractor. Received: shapes {a.shape} and {b.shape}"
        )
    return a, b


def _float(dtype, name):
    if dtype.kind == "f":
        return "float64" if dtype.itemsize >= 8 else "float32"
    if dtype.name == "bfloat16":
        return "float32"
    if dtype.kind in "iu":
        return "float64"
    raise ValueError(f"`{name}` must be numbers. Received: dtype {dtype}")


def _check_finite(features, name, where):
    for start in range(0, len(features), BLOCK):
        finite = np.isfinite(features[start : start + BLOCK]).all(axis=1)
        if not finite.all():
            row = start + int(np.argmin(finite))
            raise ValueError(
                f"`{name}` must be finite. Received: NaN or infinity in row {row}"
                f"{where}"
            )
