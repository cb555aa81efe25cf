"""The example of the running backend trains on two devices, in processes of its own."""

import os
import pathlib
import socket
import subprocess
import sys

import keras
import numpy as np

import kerasgen

EXAMPLES = pathlib.Path(__file__).parents[2] / "examples"
SMALL = ["--epochs", "1", "--filters", "2", "--limit", "64"]


def ranks():
    """What `torchrun` tells each process that it starts."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = str(s.getsockname()[1])
    common = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "WORLD_SIZE": "2"}
    return [{**common, "RANK": str(i), "LOCAL_RANK": str(i)} for i in range(2)]


def start(backend, folder, environment):
    script = EXAMPLES / f"many_devices_{backend}.py"
    kept = {k: v for k, v in os.environ.items() if k != "XLA_FLAGS"}
    return subprocess.Popen(
        [sys.executable, str(script), str(folder), *SMALL],
        env={**kept, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_example_trains_on_two_devices(tmp_path, backend):
    environments = ranks() if backend == "torch" else [{}]
    said = ""
    for process in [start(backend, tmp_path, each) for each in environments]:
        output, errors = process.communicate(timeout=240)
        assert process.returncode == 0, errors[-3000:]
        said += output
    assert said.count("2 devices") == 1
    assert (tmp_path / "samples" / "epoch_0001.png").exists()
    model = keras.saving.load_model(tmp_path / "fashion.keras")
    assert isinstance(model, kerasgen.models.GAN)
    # 64 images, in batches of 32 on each of two devices.
    assert int(np.asarray(model.global_step)) == 1
