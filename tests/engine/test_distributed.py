"""Two devices train one model as one device does."""

import os
import pathlib
import socket
import subprocess
import sys

import numpy as np

SCRIPT = pathlib.Path(__file__).parent / "distributed_script.py"


def start(result, devices, backend, **environment):
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), str(result), str(devices)],
        env={
            **os.environ,
            "KERAS_BACKEND": backend,
            "XLA_FLAGS": "--xla_force_host_platform_device_count=2",
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


def read(path):
    with np.load(path) as values:
        return [values[name] for name in values.files]


def test_two_devices_train_as_one_does(tmp_path, backend):
    ranks = [{}]
    if backend == "torch":
        common = {
            "MASTER_ADDR": "127.0.0.1",
            "MASTER_PORT": free_port(),
            "WORLD_SIZE": "2",
        }
        ranks = [{"RANK": str(rank), **common} for rank in range(2)]
    running = [start(tmp_path / "one.npz", 1, backend)] + [
        start(tmp_path / f"{i}.npz", 2, backend, **environment)
        for i, environment in enumerate(ranks)
    ]
    for process in running:
        _, errors = process.communicate(timeout=240)
        assert process.returncode == 0, errors[-2000:]
    expected = read(tmp_path / "one.npz")
    for i in range(len(ranks)):
        for one, two in zip(expected, read(tmp_path / f"{i}.npz"), strict=True):
            np.testing.assert_allclose(two, one, atol=1e-5)
