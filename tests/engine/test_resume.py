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
    """`{"number path": value}` of all variables of the model and its optimizers."""
    environment = {**os.environ, "KERAS_BACKEND": backend}
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(start), str(stop), str(folder)],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    with np.load(folder / f"{start}_to_{stop}.npz") as values:
        return dict(values)


@pytest.fixture(scope="module")
def first_half(tmp_path_factory):
    """The folder with what two epochs leave, and their variables."""
    import keras

    folder = tmp_path_factory.mktemp("half")
    return folder, run(0, 2, folder, keras.backend.backend())


def find(values, *words):
    """The only variable whose name holds all words."""
    (found,) = [v for name, v in values.items() if all(word in name for word in words)]
    return found


def test_two_epochs_saved_and_two_more_equal_four(first_half, tmp_path, backend):
    folder, _ = first_half
    whole, halves = run(0, 4, tmp_path, backend), run(2, 4, folder, backend)
    assert len(whole) == len(halves)
    for (name, a), b in zip(whole.items(), halves.values(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5, err_msg=name)


def test_every_kind_of_state_was_under_way_when_it_was_saved(first_half):
    _, values = first_half
    assert find(values, "global_step") == 8 and find(values, "epochs_seen") == 2
    assert 0.0 < find(values, "k_t") < 1.0
    assert 0.0 < find(values, "adaptive_augmentation", "now") < 1.0
    assert find(values, "sample_pool", "stored") == 8
    assert 0 < find(values, "gaussian_noise", "calls") < 40
    assert find(values, "discriminator/iteration") == 8  # 2 updates and two thirds
    sums = [v for name, v in values.items() if "gradient_accumulator" in name]
    assert len(sums) == 4 and all(np.abs(v).sum() > 0 for v in sums)
    means = [v for name, v in values.items() if name.endswith("/mean")]
    assert len(means) == 4 + 6  # histories of all weights of both players


def test_a_saved_model_goes_on_under_another_backend(first_half, backend):
    others = {"tensorflow": "jax", "jax": "torch", "torch": "tensorflow"}
    other = others[backend]
    if importlib.util.find_spec(other) is None:
        pytest.skip(f"{other} is not installed")
    folder, before = first_half
    after = run(2, 3, folder, other)
    assert all(np.isfinite(a).all() for a in after.values())
    pairs = zip(before.values(), after.values(), strict=True)
    moved = [not np.array_equal(a, b) for a, b in pairs]
    assert sum(moved) > 0.8 * len(moved)
