"""Warnings that point at the user's own line, however deep they arise."""

import inspect
import warnings

OURS = ("kerasgen", "keras")  # whose lines tell a user nothing


def warn(message):
    """Warns, and names the nearest line outside of kerasgen and Keras."""
    frame, level = inspect.currentframe().f_back, 2  # who called `warn`
    while frame.f_back and _package(frame) in OURS:
        frame, level = frame.f_back, level + 1
    warnings.warn(message, stacklevel=level)


def _package(frame):
    return frame.f_globals.get("__name__", "").partition(".")[0]
