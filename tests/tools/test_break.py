"""Short runs of the scripts that break things on purpose."""

import importlib.util
import os
import pathlib
import subprocess
import sys

import pytest

FOLDER = pathlib.Path(__file__).parents[2] / "tools" / "break"

pytestmark = [
    pytest.mark.host,
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked"),
    pytest.mark.skipif(not importlib.util.find_spec("torch"), reason="needs PyTorch"),
]


@pytest.mark.parametrize(
    "script, options",
    [
        ("kill_saves.py", ["--kills", "5"]),
        ("save_and_load.py", ["--seconds", "2"]),
        ("flip_bits.py", ["--flips", "5"]),
        ("fill_disk.py", ["--tries", "4", "--limit"]),
    ],
)
def test_nothing_breaks(script, options, home):
    done = subprocess.run(
        [sys.executable, FOLDER / script, *options],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(FOLDER.parents[1])},
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
