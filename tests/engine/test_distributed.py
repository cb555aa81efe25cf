"""Two devices train one model as one does."""

import os
import pathlib
import socket
import subprocess
import sys

import numpy as np
import pytest

SCRIPT = pathlib.Path(__file__).parent / "distributed_script.py"
TWO_DEVICES = "--xla_force_host_platform_device_count=2"


def start(result, devices, backend, **environment):
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), str(result), str(devices)],
        env={
            **os.environ,
            "KERAS_BACKEND": backend,
            "XLA_FLAGS": f"{os.environ.get('XLA_FLAGS', '')} {TWO_DEVICES}",
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return str(s.getsockname()[1])


def environments(backend):
    """Of the processes that two devices take."""
    if backend != "torch":
        return [{}]
    common = {
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": free_port(),
        "WORLD_SIZE": "2",
    }
    return [{"RANK": str(rank), **common} for rank in range(2)]


def read(path):
    with np.load(path) as values:
        return dict(values)


def part(found, name):
    return {k: v for k, v in found.items() if k.startswith(f"{name}/")}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """What one device found, and a list of what each process of two found."""
    import keras

    folder = tmp_path_factory.mktemp("devices")
    backend = keras.backend.backend()
    paths = [folder / "one.npz"]
    running = [start(paths[0], 1, backend)]
    for i, environment in enumerate(environments(backend)):
        paths.append(folder / f"{i}.npz")
        running.append(start(paths[-1], 2, backend, **environment))
    try:
        for process in running:
            _, errors = process.communicate(timeout=240)
            assert process.returncode == 0, errors[-3000:]
    finally:
        for process in running:  # a rank whose partner failed waits for it
            process.kill()
            process.communicate()
    one, *two = [read(path) for path in paths]
    return one, two


@pytest.mark.parametrize("game", ["plain", "resting", "began"])
def test_two_devices_train_as_one_does(results, game):
    one, two = results
    expected = part(one, f"same/{game}")
    assert expected[f"same/{game}/steps/0"] == 8
    for found in two:
        assert part(found, f"same/{game}").keys() == expected.keys()
        for name, value in expected.items():
            np.testing.assert_allclose(found[name], value, atol=1e-5, err_msg=name)


def test_a_discriminator_rests_at_some_steps_by_the_scores_of_all_devices(results):
    one, _ = results
    assert 0 < one["same/resting/updates/0"] < one["same/plain/updates/0"]


def test_the_balance_of_began_moves(results):
    one, _ = results
    assert max(part(one, "same/began/rules").values()) > 0


@pytest.mark.parametrize("drawn", ["latents", "dropout", "noise", "evaluation"])
def test_no_two_devices_draw_the_same_numbers(results, drawn):
    _, two = results
    rows = np.concatenate([found[f"drawn/{drawn}"] for found in two])
    assert len(np.unique(rows, axis=0)) == len(rows) == 16


def test_variables_are_equal_on_all_devices(results):
    """Ranks started from different ones; what they log is equal as well."""
    _, two = results
    names = part(two[0], "state").keys()
    assert any("moving_mean" in name for name in names)
    assert any("reference" in name for name in names)
    assert any("seed_generator_state" in name for name in names)
    for name in names:
        first, *others = [value for found in two for value in found[name]]
        for other in others:
            np.testing.assert_array_equal(other, first, err_msg=name)


def test_ranks_that_do_not_fit_one_another_are_refused(results, backend):
    if backend != "torch":
        pytest.skip("one process holds all devices")
    for found in results[1]:
        refused = {k: str(v) for k, v in part(found, "refused").items()}
        assert "the same model. Received: a variable" in refused["refused/networks"]
        assert "Received: steps by rank 1, 2" in refused["refused/steps"]
        assert "bias" in refused["refused/weights"]
        assert "kernel" not in refused["refused/weights"]


@pytest.mark.parametrize(
    "name", ["gradient_accumulation_steps", "ema_overwrite_frequency"]
)
def test_optimizers_that_update_in_a_condition_are_refused(results, backend, name):
    if backend != "tensorflow":
        pytest.skip("a restriction of tf.distribute")
    (found,) = results[1]
    assert f"Received: {name}=" in str(found[f"refused/{name}"])
