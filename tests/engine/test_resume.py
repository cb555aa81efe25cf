"""Two halves of a training, in two processes, equal the whole."""

import importlib.util
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

SCRIPT = pathlib.Path(__file__).parent / "training_script.py"


def run(start, stop, folder, backend):
    environment = {**os.environ, "KERAS_BACKEND": backend}
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(start), str(stop), str(folder)],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    with np.load(folder / f"{start}_to_{stop}.npz") as values:
        return [values[name] for name in values.files]


def test_two_epochs_saved_and_two_more_equal_four(tmp_path, backend):
    (tmp_path / "whole").mkdir()
    (tmp_path / "halves").mkdir()
    whole = run(0, 4, tmp_path / "whole", backend)
    run(0, 2, tmp_path / "halves", backend)
    halves = run(2, 4, tmp_path / "halves", backend)
    for a, b in zip(whole, halves, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_a_saved_model_goes_on_under_another_backend(tmp_path, backend):
    others = {"tensorflow": "jax", "jax": "torch", "torch": "tensorflow"}
    other = others[backend]
    if importlib.util.find_spec(other) is None:
        pytest.skip(f"{other} is not installed")
    before = run(0, 2, tmp_path, backend)
    after = run(2, 3, tmp_path, other)
    assert all(np.isfinite(a).all() for a in after)
    moved = [not np.array_equal(a, b) for a, b in zip(before, after, strict=True)]
    assert sum(moved) > 0.8 * len(moved)
